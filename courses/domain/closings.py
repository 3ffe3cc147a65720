"""When a quiz closes for its learners: for the last of them, and for one with other grants."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from courses.domain import deadlines, grants
from courses.models import Accommodation, Course, Enrolment, Extension, Quiz, SectionQuiz


def latest_closings(*, quizzes: Iterable[Quiz]) -> dict[int, datetime]:
    """Return quiz → when it closes for its last learner; without those that never close.

    At most four queries, however many quizzes there are.
    """
    found = {quiz.pk: quiz for quiz in quizzes}
    if not found:
        return {}
    in_classes = grants.dates_of(quizzes=found)
    closing = {quiz for (_section, quiz), row in in_classes.items() if row.closes_at is not None}
    dated = {pk: one for pk, one in found.items() if one.closes_at is not None or pk in closing}
    if not dated:
        return {}
    active = Enrolment.objects.active().filter(course__in={q.course_id for q in dated.values()})
    extensions: dict[int, dict[int, Extension]] = {}
    extended = Extension.objects.filter(grants.EXTENDS, quiz__in=dated, enrolment__in=active)
    for row in extended.select_related("enrolment"):
        extensions.setdefault(row.quiz_id, {})[row.enrolment_id] = row
    general: dict[int, list[Accommodation]] = {}
    for one in Accommodation.objects.filter(grants.ACCOMMODATES, user__in=active.values("user")):
        general.setdefault(one.user_id, []).append(one)
    given = list(active.filter(user__in=general)) if general else []
    latest = {}
    for quiz in dated.values():
        people = [one for one in given if one.course_id == quiz.course_id]
        own = {section: row for (section, pk), row in in_classes.items() if pk == quiz.pk}
        latest[quiz.pk] = _latest(quiz, people, extensions.get(quiz.pk, {}), general, own)
    return latest


def _latest(
    quiz: Quiz,
    enrolments: Iterable[Enrolment],
    extensions: dict[int, Extension],
    general: dict[int, list[Accommodation]],
    in_classes: dict[int | None, SectionQuiz],
) -> datetime:
    """Return the latest date on which the quiz closes for one of these learners, or all others."""
    people = {one.pk: one for one in enrolments}
    people |= {key: row.enrolment for key, row in extensions.items()}
    dates = [quiz.closes_at, *(row.closes_at for row in in_classes.values())]
    for one in people.values():
        given = grants.merged(
            rows=grants.applying(rows=general.get(one.user_id, ()), course_id=quiz.course_id),
            extension=extensions.get(one.pk),
            dates=in_classes.get(one.section_id),
        )
        dates.append(deadlines.closing(rules=grants.rules(quiz=quiz, given=given), grants=given))
    return max(one for one in dates if one is not None)


@dataclass(frozen=True)
class MovedClosing:
    """A quiz whose closing date a grant moves for one learner."""

    quiz: Quiz
    closes_at: datetime
    moves_to: datetime


def moved_closings(
    *, user: Any, course: Course | None, time_factor: Decimal, closes_later_s: int, now: datetime
) -> list[MovedClosing]:
    """Return the closing dates that such an accommodation would move, past ones left out.

    Those of the person's classes count as those of the quiz; of several the one that moves last.
    Without that the date would cut the time it gives. Five queries.
    """
    granted = Accommodation(
        user=user, course=course, time_factor=time_factor, closes_later_s=closes_later_s
    )
    active = Enrolment.objects.active().filter(user=user)
    if course is not None:
        active = active.filter(course=course)
    own = list(active.only("pk", "course", "section", "user"))
    in_classes = SectionQuiz.objects.filter(section__in=[one.section_id for one in own])
    dated = Q(closes_at__isnull=False) | Q(pk__in=in_classes.exclude(closes_at=None).values("quiz"))
    quizzes = Quiz.objects.offered().filter(dated, course__in={one.course_id for one in own})
    dates: dict[tuple[int | None, int], SectionQuiz] = {
        (row.section_id, row.quiz_id): row for row in in_classes
    }
    others = list(Accommodation.objects.filter(user=user).exclude(course=course))
    given = Extension.objects.filter(enrolment__in=own)
    extensions = {(row.enrolment_id, row.quiz_id): row for row in given}
    found = []
    for quiz in quizzes:
        rows = [*grants.applying(rows=others, course_id=quiz.course_id), granted]
        moved = [
            _moved(
                quiz, rows, extensions.get((one.pk, quiz.pk)), dates.get((one.section_id, quiz.pk))
            )
            for one in own
            if one.course_id == quiz.course_id
        ]
        later = [one for one in moved if one and one.moves_to > max(one.closes_at, now)]
        if later:
            found.append(max(later, key=lambda one: one.moves_to))
    return sorted(found, key=lambda one: (one.closes_at, one.quiz.pk))


def _moved(
    quiz: Quiz,
    rows: list[Accommodation],
    extension: Extension | None,
    dates: SectionQuiz | None,
) -> MovedClosing | None:
    """Return when the quiz closes in this class, and when with what is granted."""
    given = grants.merged(rows=rows, extension=extension, dates=dates)
    rules = grants.rules(quiz=quiz, given=given)
    moves_to = deadlines.closing(rules=rules, grants=given)
    if rules.closes_at is None or moves_to is None:
        return None
    return MovedClosing(quiz, rules.closes_at, moves_to)
