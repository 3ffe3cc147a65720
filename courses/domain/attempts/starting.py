"""May an attempt start, and starting it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from courses import bulk, moments
from courses.domain import (
    access,
    deadlines,
    drawing,
    events,
    gradebook,
    grants,
    locks,
    pinning,
    shutting,
    verdicts,
)
from courses.domain.attempts import required
from courses.domain.attempts.closing import close_due
from courses.errors import Conflict, NotFound
from courses.models import Attempt, AttemptItem, Enrolment, Quiz
from courses.models.quiz import QuizQuerySet
from courses.prepared import PreparedQuery


@dataclass(frozen=True)
class Permit:
    """Whether another attempt may start now; if not, why (`refusal`) and when (`next_start_at`)."""

    refusal: str = ""
    next_start_at: datetime | None = None
    attempts_left: int | None = None
    lacks: bool = False
    """Must something else be done first?"""

    @property
    def may_start(self) -> bool:
        return not self.refusal


def find_quiz(*, reader: access.Reader, quiz_key: str) -> Quiz:
    """Return a quiz that learners take as such, not a lesson's checks.

    In a trial of somebody who may read drafts also a draft. Raises NotFound.
    """
    enrolment = reader.enrolment
    is_trial = enrolment is not None and enrolment.is_trial and reader.is_author
    where = (reader.course.pk, quiz_key)
    quiz = _found(Quiz.objects.tried(), *where).first() if is_trial else _OFFERED.first(*where)
    if quiz is None:
        raise NotFound
    return quiz


def start(*, reader: access.Reader, quiz_key: str, by: Any, now: datetime) -> Attempt:
    """Return the open attempt; begin one if there is none.

    Idempotent, also when called concurrently. Raises Conflict when the quiz is not open, no
    attempt is left, or it is too early for one.
    """
    enrolment = reader.enrolled()
    quiz = find_quiz(reader=reader, quiz_key=quiz_key)
    shutting.refuse_while_shut(enrolment=enrolment, quiz=quiz)
    attempt = _open_or_begin(enrolment, quiz, by=by, now=now)
    if close_due(attempts=[attempt], now=now):
        attempt = _open_or_begin(enrolment, quiz, by=by, now=now)
    return attempt


@transaction.atomic
def _open_or_begin(enrolment: Enrolment, quiz: Quiz, *, by: Any, now: datetime) -> Attempt:
    """Return the open attempt, even if its time is over; begin one if there is none."""
    locked = lock_enrolment(enrolment)
    last = last_attempt(enrolment=locked, quiz=quiz)
    if last is not None and last.is_open:
        return last
    given = grants.of(enrolment=locked, quiz=quiz)
    answer = permit(enrolment=locked, quiz=quiz, last=last, given=given, now=now)
    if not answer.may_start:
        raise Conflict(answer.refusal, next_start_at=answer.next_start_at)
    number = last.number + 1 if last else 1
    return _begin(quiz, locked, number, given, by=by, now=now)


def permit(
    *,
    enrolment: Enrolment,
    quiz: Quiz,
    last: Attempt | None,
    given: deadlines.Grants,
    now: datetime,
) -> Permit:
    """Return whether the rules let this learner begin another attempt. At most two queries.

    An instructor tries as often as they like: dates hold for them, limits do not. In a trial both
    hold, as for a learner who has done what must come first; a guest takes no quiz that counts.
    """
    is_trial = not enrolment.is_learner and not enrolment.is_trial
    used = last.number - void_before(last) if last else 0
    left = None if is_trial else grants.attempts_left(quiz=quiz, used=used, given=given)
    closes_at = deadlines.closing(rules=grants.rules(quiz=quiz, given=given), grants=given)
    opens_at = grants.opening(quiz=quiz, given=given)
    if opens_at is not None and now < opens_at:
        text = _("This quiz opens on %(when)s.") % {"when": moments.written(opens_at)}
        return Permit(text, opens_at, left)
    if closes_at is not None and now >= closes_at:
        return Permit(
            _("This quiz closed on %(when)s.") % {"when": moments.written(closes_at)},
            None,
            left,
        )
    is_barred = quiz.is_graded and enrolment.is_trial and enrolment.trial.is_guest
    if is_trial or is_barred:
        text = _("This quiz counts, so only people whom the platform names can take it.")
        return Permit(text if is_barred else "")
    if left == 0 or (last is not None and last.gave_up_at is not None):
        return Permit(_none_left(last), None, 0)
    next_at = _next_start(quiz, last)
    if next_at is not None and now < next_at:
        text = _("You can start another attempt on %(when)s.") % {"when": moments.written(next_at)}
        return Permit(text, next_at, left)
    missing = required.missing(quiz=quiz, enrolment=enrolment)
    return Permit(missing, None, left, lacks=bool(missing))


def _none_left(last: Attempt | None) -> str:
    if last is None or last.gave_up_at is None:
        return _("You have used all your attempts.")
    text = _("You gave up your remaining attempts on %(when)s.")
    return text % {"when": moments.written(last.gave_up_at)}


def last_attempt(*, enrolment: Enrolment, quiz: Quiz) -> Attempt | None:
    """Return the learner's latest attempt; its number is how many there were."""
    last = _LAST.first(enrolment.pk, quiz.pk)
    if last is not None:
        last.enrolment, last.quiz = enrolment, quiz
    return last


def with_voids(rows: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Return the attempts with how many of the learner's in the same quiz are void."""
    void = Attempt.objects.exclude(voided_at=None).order_by()
    same = void.filter(enrolment=OuterRef("enrolment"), quiz=OuterRef("quiz"))
    counted = same.values("quiz").annotate(count=Count("pk")).values("count")
    return rows.annotate(void_count=Coalesce(Subquery(counted), 0))


def void_before(last: Attempt) -> int:
    """Return how many of the attempts up to the latest one, read `with_voids`, do not count."""
    return int(last.void_count)  # type: ignore[attr-defined]


def lock_enrolment(enrolment: Enrolment) -> Enrolment:
    """Lock and return the enrolment, so that starts of one learner run in turn. Raises NotFound."""
    return locks.enrolment(pk=enrolment.pk)


def open_attempt(
    *,
    enrolment: Enrolment,
    quiz: Quiz,
    number: int,
    by: Any,
    now: datetime,
    deadline_at: datetime | None = None,
    rule: int | None = None,
) -> Attempt:
    """Create the attempt's row and event, under the enrolment's lock; the caller adds its items."""
    attempt = Attempt.objects.create(
        enrolment=enrolment,
        quiz=quiz,
        number=number,
        policy=_policy(quiz, enrolment, rule),
        started_at=now,
        deadline_at=deadline_at,
    )
    data = {"attempt": str(attempt.uuid), "quiz": quiz.key, "number": number}
    entry = (events.ATTEMPT_STARTED, data)
    course = enrolment.course
    events.record(entries=[entry], now=now, by=by, enrolment=enrolment, course=course)
    return attempt


def _begin(
    quiz: Quiz,
    enrolment: Enrolment,
    number: int,
    given: deadlines.Grants,
    *,
    by: Any,
    now: datetime,
) -> Attempt:
    deadline_at = deadlines.deadline(
        started_at=now, rules=grants.rules(quiz=quiz, given=given), grants=given
    )
    attempt = open_attempt(
        enrolment=enrolment,
        quiz=quiz,
        number=number,
        deadline_at=deadline_at,
        rule=_rule(quiz, enrolment, now),
        by=by,
        now=now,
    )
    drawn = _drawn(attempt)
    items = _items(attempt, drawn)
    questions = {one.question.pk: one.question for one in drawn}
    pinning.pin(items, enrolment=enrolment, questions=questions)
    bulk.insert(items)
    return attempt


def _policy(quiz: Quiz, enrolment: Enrolment, rule: int | None) -> dict[str, Any]:
    """Return the rules that the attempt keeps. An attempt that an instructor begins is a trial."""
    trial = {"is_trial": True} if not enrolment.is_learner else {}
    return {**quiz.settings, **trial, **({} if rule is None else {verdicts.RULE: rule})}


def _rule(quiz: Quiz, enrolment: Enrolment, now: datetime) -> int | None:
    """Return the number of the rule by which the quiz is graded now; create its column."""
    if not quiz.is_graded or not enrolment.is_learner:
        return None
    column, known = gradebook.judged_column(quiz)
    return gradebook.rules(line_item=column, now=now, known=known)[-1].sequence


def _drawn(attempt: Attempt) -> list[drawing.Drawn]:
    enrolment, source = attempt.enrolment, drawing.rng("attempt", attempt.uuid)
    revision = enrolment.course.revision
    drawn = drawing.draw(quiz=attempt.quiz, enrolment=enrolment, source=source, revision=revision)
    if not drawn:
        raise Conflict(_("This quiz has no questions yet."))
    return drawn


def _items(attempt: Attempt, drawn: list[drawing.Drawn]) -> list[AttemptItem]:
    return [
        AttemptItem(
            attempt=attempt,
            position=position,
            version=one.version,
            points=one.points,
            params=drawing.prepared(
                version=one.version,
                source=drawing.rng("item", attempt.uuid, one.version.pk),
                language=attempt.enrolment.course.language,
            ),
        )
        for position, one in enumerate(drawn, start=1)
    ]


def _next_start(quiz: Quiz, last: Attempt | None) -> datetime | None:
    if last is None or last.is_void or last.submitted_at is None or not quiz.attempt_delay_s:
        return None
    return last.submitted_at + timedelta(seconds=quiz.attempt_delay_s)


def _offered_as(course_id: int, key: str) -> QuerySet[Quiz]:
    return _found(Quiz.objects.offered(), course_id, key)


def _found(rows: QuizQuerySet, course_id: int, key: str) -> QuerySet[Quiz]:
    """Return the quiz with this key, and whether modules must be passed before it."""
    through = Quiz.requires_modules.through.objects.filter(quiz=OuterRef("pk"))
    return rows.filter(course=course_id, key=key, lesson=None).annotate(
        has_required_modules=Exists(through)
    )


def _last_of(enrolment_id: int, quiz_id: int) -> QuerySet[Attempt]:
    rows = with_voids(Attempt.objects.filter(enrolment=enrolment_id, quiz=quiz_id))
    return rows.order_by("-number")[:1]


_OFFERED = PreparedQuery(_offered_as, int, str)
_LAST = PreparedQuery(_last_of, int, int)
