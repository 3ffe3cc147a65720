"""What one learner is given on top of a quiz's rules, read and changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.domain import deadlines, given_rows, grant_log, locks
from courses.models import Accommodation, Attempt, Course, Enrolment, Extension, Quiz, SectionQuiz

ACCOMMODATES = Q(time_factor__gt=1) | Q(extra_attempts__gt=0) | Q(closes_later_s__gt=0)
EXTENDS = Q(extra_time_s__gt=0) | Q(extra_attempts__gt=0) | Q(closes_at__isnull=False)


def of(*, enrolment: Enrolment, quiz: Quiz) -> deadlines.Grants:
    """Return the learner's grants for this quiz; the more generous of two accommodations.

    With the dates of their class. One query.
    """
    source = _source(enrolment)
    where = None if source is None else (source.pk, quiz.pk, source.course_id)
    found: list[Any] = given_rows.GIVEN.all(*where) if where else []
    if not found:
        return deadlines.Grants()
    one = found[0]
    extension = Extension(
        extra_time_s=one.extra_time_s or 0,
        extra_attempts=one.extra_attempts or 0,
        closes_at=one.extended_to,
    )
    rows = [
        Accommodation(
            time_factor=row.time_factor,
            extra_attempts=row.more_attempts,
            closes_later_s=row.closes_later_s,
        )
        for row in found
        if row.time_factor is not None
    ]
    dates = SectionQuiz(opens_at=one.class_opens_at, closes_at=one.class_closes_at)
    return merged(rows=rows, extension=extension, dates=dates)


def of_attempts(*, attempts: Iterable[Attempt]) -> dict[int, deadlines.Grants]:
    """Return, for each attempt, what its learner is given for its quiz. Three queries.

    Their enrolments should be loaded.
    """
    found = list(attempts)
    given = of_pairs(pairs=[(one.enrolment, one.quiz_id) for one in found])
    return {one.pk: given[one.enrolment_id, one.quiz_id] for one in found}


def of_pairs(*, pairs: Iterable[tuple[Enrolment, int]]) -> dict[tuple[int, int], deadlines.Grants]:
    """Return, for each enrolment and quiz, what is given there. Three queries."""
    wanted = [(one, quiz, _source(one)) for one, quiz in pairs]
    found = [(source, quiz) for _one, quiz, source in wanted if source is not None]
    rows: dict[int, list[Accommodation]] = {}
    users = {enrolment.user_id for enrolment, _quiz in found}
    for row in Accommodation.objects.filter(ACCOMMODATES, user__in=users):
        rows.setdefault(row.user_id, []).append(row)
    given = Extension.objects.filter(
        enrolment__in={enrolment.pk for enrolment, _quiz in found},
        quiz__in={quiz for _enrolment, quiz in found},
    )
    extensions = {(row.enrolment_id, row.quiz_id): row for row in given}
    dates = dates_of(
        sections={one.section_id for one, _quiz in found}, quizzes={quiz for _one, quiz in found}
    )
    return {
        (one.pk, quiz): deadlines.Grants()
        if source is None
        else merged(
            rows=applying(rows=rows.get(source.user_id, ()), course_id=source.course_id),
            extension=extensions.get((source.pk, quiz)),
            dates=dates.get((source.section_id, quiz)),
        )
        for one, quiz, source in wanted
    }


def _source(enrolment: Enrolment) -> Enrolment | None:
    """Return the enrolment whose grants hold; of a trial that of the learner it acts as, if any."""
    if not enrolment.is_trial:
        return enrolment
    acts_as: Enrolment | None = enrolment.trial.acts_as
    return acts_as


def attempts_left(*, quiz: Quiz, used: int, given: deadlines.Grants) -> int | None:
    """Return how many attempts may still begin, or None when there is no limit."""
    if quiz.attempts_allowed is None:
        return None
    return max(0, quiz.attempts_allowed + given.extra_attempts - used)


def applying(*, rows: Iterable[Accommodation], course_id: int) -> list[Accommodation]:
    """Return those that hold in the course."""
    return [row for row in rows if row.course_id in (None, course_id)]


def dates_of(
    *, quizzes: Iterable[int], sections: Iterable[int | None] | None = None
) -> dict[tuple[int | None, int], SectionQuiz]:
    """Return class and quiz → the class's own dates, of these classes or of all. One query."""
    rows = SectionQuiz.objects.filter(quiz__in=quizzes).order_by()
    if sections is not None:
        rows = rows.filter(section__in=[one for one in sections if one is not None])
    return {(row.section_id, row.quiz_id): row for row in rows}


def rules(*, quiz: Quiz, given: deadlines.Grants) -> deadlines.TimeRules:
    """Return the quiz's rules about time, with the dates of the learner's class."""
    closes_at = given.class_closes_at or quiz.closes_at
    return deadlines.TimeRules(time_limit_s=quiz.time_limit_s, closes_at=closes_at)


def opening(*, quiz: Quiz, given: deadlines.Grants) -> datetime | None:
    """Return when the quiz opens in the learner's class."""
    return given.class_opens_at or quiz.opens_at


@transaction.atomic
def set_accommodation(
    *,
    user: Any,
    course: Course | None,
    time_factor: Decimal = Decimal(1),
    extra_attempts: int = 0,
    closes_later_s: int = 0,
    by: Any = None,
    now: datetime | None = None,
) -> Accommodation:
    """Grant it for all or one course, for future attempts and for those under way.

    With `now`, an event records who did it: `by` is a person or an API client.
    """
    locks.enrolments_of(user=user)
    locks.person(user=user)
    row, _is_new = Accommodation.objects.update_or_create(
        user=user,
        course=course,
        defaults={
            "time_factor": time_factor,
            "extra_attempts": extra_attempts,
            "closes_later_s": closes_later_s,
        },
    )
    grant_log.record_grant(grant=row, by=by, now=now)
    attempts = Attempt.objects.open().filter(enrolment__user=user)
    if course is not None:
        attempts = attempts.filter(enrolment__course=course)
    extend_open(attempts=attempts)
    return row


@dataclass(frozen=True)
class Granted:
    """What one learner is granted in a course, the neutral left out."""

    enrolment: Enrolment
    general: Accommodation | None
    in_course: Accommodation | None
    extensions: list[Extension]


def is_granted(*, course: Course) -> Q:
    """Return a condition on enrolments of the course: anything is granted to the person."""
    wide = Q(course=None) | Q(course=course)
    general = Accommodation.objects.filter(ACCOMMODATES & wide, user=OuterRef("user"))
    extended = Extension.objects.filter(EXTENDS, enrolment=OuterRef("pk"))
    return Q(Exists(general)) | Q(Exists(extended))


def of_many(*, enrolments: Sequence[Enrolment], course: Course) -> list[Granted]:
    """Return what is granted to each of them; two queries, however many there are."""
    users = [one.user_id for one in enrolments]
    wide = Q(course=None) | Q(course=course)
    rows = Accommodation.objects.filter(ACCOMMODATES & wide, user__in=users)
    found = {(row.user_id, row.course_id): row for row in rows}
    extensions: dict[int, list[Extension]] = {}
    given = Extension.objects.filter(EXTENDS, enrolment__in=enrolments).select_related("quiz")
    for row in given.order_by("pk"):
        extensions.setdefault(row.enrolment_id, []).append(row)
    return [
        Granted(
            enrolment=one,
            general=found.get((one.user_id, None)),
            in_course=found.get((one.user_id, course.pk)),
            extensions=extensions.get(one.pk, []),
        )
        for one in enrolments
    ]


@transaction.atomic
def set_extension(
    *,
    enrolment: Enrolment,
    quiz: Quiz,
    extra_time_s: int = 0,
    extra_attempts: int = 0,
    closes_at: datetime | None = None,
    by: Any = None,
    now: datetime | None = None,
) -> Extension:
    """Grant one learner more for one quiz, also in an attempt under way.

    With `now`, an event records who did it: `by` is a person or an API client.
    """
    locks.enrolment(pk=enrolment.pk)
    row, _is_new = Extension.objects.update_or_create(
        enrolment=enrolment,
        quiz=quiz,
        defaults={
            "extra_time_s": extra_time_s,
            "extra_attempts": extra_attempts,
            "closes_at": closes_at,
        },
    )
    grant_log.record_grant(grant=row, by=by, now=now)
    extend_open(attempts=enrolment.attempts.open().filter(quiz=quiz))
    return row


def deadline_of(*, attempt: Attempt, quiz: Quiz, given: deadlines.Grants) -> datetime | None:
    """Return when the attempt ends by the rules of now; None for never."""
    now = rules(quiz=quiz, given=given)
    return deadlines.deadline(started_at=attempt.started_at, rules=now, grants=given)


@dataclass(frozen=True)
class DeadlineChanges:
    """What became of the open attempts when rules or grants changed."""

    extended: int
    unchanged: int
    """They have more time than the new rules would give; it is not taken away."""


def extend_open(*, attempts: QuerySet[Attempt]) -> DeadlineChanges:
    """Work out the deadlines of open attempts again. Time once given is never taken back.

    Four queries, and one for each attempt that gets more time.
    """
    rows = list(attempts.select_related("enrolment", "quiz").order_by("pk"))
    given = of_attempts(attempts=rows) if rows else {}
    extended = unchanged = 0
    for one in rows:
        fresh = deadline_of(attempt=one, quiz=one.quiz, given=given[one.pk])
        if one.reopened_at is not None and fresh is None:
            continue  # A person has set its end.
        if one.deadline_at is not None and (fresh is None or fresh > one.deadline_at):
            extended += _extend(one, fresh)
        elif fresh is not None and fresh != one.deadline_at:
            unchanged += 1
    return DeadlineChanges(extended, unchanged)


def compare_deadlines(*, attempts: QuerySet[Attempt], quiz: Quiz) -> DeadlineChanges:
    """Return what the rules of this quiz, saved or not, would do to the attempts. Four queries."""
    rows = list(attempts.select_related("enrolment"))
    given = of_attempts(attempts=rows) if rows else {}
    extended = unchanged = 0
    for one in rows:
        fresh = deadline_of(attempt=one, quiz=quiz, given=given[one.pk])
        if one.reopened_at is not None and fresh is None:
            continue
        is_more = one.deadline_at is not None and (fresh is None or fresh > one.deadline_at)
        extended += is_more
        unchanged += not is_more and fresh is not None and fresh != one.deadline_at
    return DeadlineChanges(extended, unchanged)


def _extend(attempt: Attempt, deadline_at: datetime | None) -> int:
    """Give the time, unless the attempt was closed or got more by now."""
    row = Attempt.objects.open().filter(pk=attempt.pk)
    if deadline_at is not None:
        row = row.filter(deadline_at__lt=deadline_at)
    return row.update(deadline_at=deadline_at)


def merged(
    *, rows: list[Accommodation], extension: Extension | None, dates: SectionQuiz | None = None
) -> deadlines.Grants:
    """Return all that is given together, of several accommodations the most generous figures."""
    extra = extension.extra_attempts if extension else 0
    return deadlines.Grants(
        time_factor=max((row.time_factor for row in rows), default=Decimal(1)),
        closes_later_s=max((row.closes_later_s for row in rows), default=0),
        extra_time_s=extension.extra_time_s if extension else 0,
        closes_at=extension.closes_at if extension else None,
        class_opens_at=dates.opens_at if dates else None,
        class_closes_at=dates.closes_at if dates else None,
        extra_attempts=max((row.extra_attempts for row in rows), default=0) + extra,
    )
