"""My mistakes: questions that a learner got wrong, asked again with new numbers.

A question is a mistake when the learner's last response to it was not right, in anything they have
finished and may see all of. It leaves when it was answered right on two days since.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

from courses.coursefiles.schema import GUESS_TAG, MISTAKES
from courses.domain import preferences
from courses.domain.outline import Outline, outline
from courses.domain.reveal import visibility
from courses.models import Attempt, AttemptItem, Enrolment, Response
from courses.questions import registry
from courses.questions.base import Reveal

RIGHT_DAYS = 2
"""On so many days a question is answered right before it is no mistake any longer."""


@dataclass
class Mistake:
    """What is known of one question: when it was missed, and what came after."""

    question_id: int
    missed_at: datetime | None = None
    right_on: set[date] = field(default_factory=set)
    asked_count: int = 0
    """How often sets of mistakes have asked it: its next numbers are drawn by this."""
    is_asked_today: bool = False

    @property
    def is_open(self) -> bool:
        return self.missed_at is not None and len(self.right_on) < RIGHT_DAYS


@dataclass(frozen=True)
class MistakeCount:
    """All mistakes of a learner in a course, and how many were not asked again today."""

    all: int
    left_today: int


class _Row(NamedTuple):
    """A judged item: what came of it, and when it was answered."""

    question_id: int
    attempt_id: int
    scaled: Any
    new_points: Any
    kind: str
    answered_at: datetime | None


def count(*, enrolment: Enrolment, now: datetime) -> MistakeCount:
    """Return how many mistakes there are: the one number for pages and the API."""
    found = find(enrolment=enrolment, now=now)
    return MistakeCount(len(found), len(waiting(found)))


def find(*, enrolment: Enrolment, now: datetime) -> list[Mistake]:
    """Return what is to be put right, missed last first. The queries do not grow with it."""
    rows, attempts = _judged(enrolment), _attempts(enrolment)
    seen = _seen(attempts.values(), now)
    running = set(_running(enrolment)) if rows else set()
    plan, today = outline(enrolment.course), preferences.day(user=enrolment.user, moment=now)
    found: dict[int, Mistake] = {}
    for row in rows:
        attempt = attempts.get(row.attempt_id)
        if attempt is None or row.question_id in running or not _is_known(row, attempt, seen, plan):
            continue
        moment = row.answered_at or attempt.submitted_at or attempt.started_at
        day = preferences.day(user=enrolment.user, moment=moment)
        one = found.setdefault(row.question_id, Mistake(row.question_id))
        if row.scaled == 1:
            one.right_on.add(day)
        else:
            one.missed_at, one.right_on = moment, set()
        if attempt.quiz.is_review and attempt.quiz.key == MISTAKES:
            one.asked_count += 1
            one.is_asked_today = day == today
    missed = [(one.missed_at, one) for one in found.values() if one.missed_at and one.is_open]
    order = sorted(missed, key=lambda pair: (pair[0], -pair[1].question_id), reverse=True)
    return [one for _moment, one in order]


def waiting(found: Iterable[Mistake]) -> dict[int, Mistake]:
    """Return question → the mistake, of those that were not asked again today."""
    return {one.question_id: one for one in found if not one.is_asked_today}


def _judged(enrolment: Enrolment) -> list[_Row]:
    """Return the learner's judged items of questions that can be asked again, in their order."""
    rows = AttemptItem.objects.filter(
        Q(version__question__module=None)
        | Q(
            version__question__module__is_draft=False, version__question__module__is_archived=False
        ),
        attempt__enrolment=enrolment,
        scaled__isnull=False,
        version__question__is_retired=False,
        version__question__ready_version__isnull=False,
    ).exclude(version__question__tags__key=GUESS_TAG)
    given = Response.objects.filter(item=OuterRef("pk")).order_by("-revision")
    columns = rows.annotate(answered_at=Subquery(given.values("received_at")[:1])).values_list(
        *("version__question", "attempt", "scaled", "new_points"),
        *("version__question__ready_version__type", "answered_at"),
    )
    return [_Row(*row) for row in columns.order_by("answered_at", "attempt", "position")]


def _attempts(enrolment: Enrolment) -> dict[int, Attempt]:
    """Return the attempts that count, with their quizzes."""
    rows = enrolment.attempts.filter(voided_at=None).select_related("quiz")
    found: dict[int, Attempt] = {one.pk: one for one in rows}
    for one in found.values():
        one.enrolment = enrolment
    return found


def _running(enrolment: Enrolment) -> QuerySet[AttemptItem, int]:
    """Return the questions of tests that the person is taking: nothing is judged meanwhile."""
    rows = AttemptItem.objects.filter(
        attempt__enrolment__user=enrolment.user_id,
        attempt__state=Attempt.State.OPEN,
        attempt__quiz__lesson=None,
        attempt__quiz__is_review=False,
    )
    return rows.values_list("version__question", flat=True)


def _seen(attempts: Iterable[Attempt], now: datetime) -> set[int]:
    """Return the closed attempts of which the learner may see everything, the key above all."""
    closed = [one for one in attempts if not one.is_open]
    shown = visibility.reveals(attempts=closed, now=now)
    return {pk for pk, reveal in shown.items() if reveal == Reveal.everything()}


def _is_known(row: _Row, attempt: Attempt, seen: set[int], plan: Outline) -> bool:
    """Return whether the learner knows how they did, and a rule can judge the question again."""
    kind = registry.all_types().get(row.kind)
    if row.new_points == 0 or kind is None or not kind.is_judged_by_rule:
        return False
    if attempt.quiz.lesson_id is not None and row.question_id not in plan.checks:
        return False
    if attempt.is_open:
        return attempt.quiz.lesson_id is not None or attempt.quiz.is_review
    return attempt.pk in seen
