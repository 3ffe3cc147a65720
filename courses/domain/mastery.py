"""What a learner has shown so far of each objective.

Graded quizzes, the checks of lessons and their daily review count, as far as the course still asks
them. Practice does not, a pre-test above all, and neither do checks that ask for a guess. A few
responses of one day show what somebody has just read; an objective is met by three on two days.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Subquery

from courses.coursefiles.schema import GUESS_TAG
from courses.domain import mastery_days, preferences, scoring
from courses.domain.mastery_days import JudgedResponse, MasteryDay
from courses.domain.outline import ObjectiveOutline, Outline, outline
from courses.domain.reveal import visibility
from courses.domain.reveal.policy import Policy
from courses.domain.review import MASTERED
from courses.models import Attempt, AttemptItem, Enrolment, Response

RESPONSES, DAYS = 3, 2
"""So many responses on so many days show that something is mastered."""


@dataclass(frozen=True)
class Mastery:
    """`share` of the points earned with the last response to each of `count` questions."""

    objective: ObjectiveOutline
    count: int
    share: Fraction | None
    response_count: int = 0
    day_count: int = 0
    """On how many of the learner's days these responses were given."""
    responses: tuple[JudgedResponse, ...] = ()
    """What the figures above are made of, the last of each question last."""

    @property
    def percent(self) -> Decimal | None:
        """Return the share rounded so that it stays on its side of what counts as mastered."""
        return None if self.share is None else mastery_days.shown_percent(self.share)

    @cached_property
    def days(self) -> list[MasteryDay]:
        """The latest days with a response, each with the share of the points after it."""
        return mastery_days.by_day(self.responses)

    @property
    def is_met(self) -> bool:
        is_lasting = self.response_count >= RESPONSES and self.day_count >= DAYS
        return is_lasting and self.share is not None and self.share >= MASTERED


def by_objective(*, enrolment: Enrolment, now: datetime) -> list[Mastery]:
    """Return mastery by objective in the course's order, as the learner may know it. One query."""
    plan = outline(enrolment.course)
    items = [item for item in _items(enrolment) if _counts(item, plan)]
    shown = _shown([item.attempt for item in items], now)
    found: dict[str, list[AttemptItem]] = {}
    for item in items:
        objective = item.version.question.objective
        if objective is not None and item.attempt_id in shown:
            found.setdefault(objective.key, []).append(item)
    return [
        _mastery(objective, found.get(objective.key, []), by=enrolment.user)
        for module in plan.modules
        for objective in module.objectives
    ]


def _items(enrolment: Enrolment) -> list[AttemptItem]:
    """Return judged items of questions still in use, the last of each question last."""
    rows = AttemptItem.objects.filter(attempt__enrolment=enrolment, score__isnull=False)
    rows = rows.filter(version__question__is_retired=False)
    rows = rows.exclude(version__question__tags__key=GUESS_TAG)
    paths = ("attempt__quiz", "attempt__enrolment", "version__question__objective")
    given = Response.objects.filter(item=OuterRef("pk")).order_by("-revision")
    rows = rows.annotate(answered_at=Subquery(given.values("received_at")[:1]))
    return list(rows.select_related(*paths).order_by("attempt_id", "position"))


def _counts(item: AttemptItem, plan: Outline) -> bool:
    """Return whether this kind of quiz measures and the course still has the question in it."""
    quiz, question = item.attempt.quiz, item.version.question_id
    if quiz.lesson_id is not None or quiz.is_review:
        return question in plan.checks
    return quiz.pk in plan.graded


def _shown(attempts: list[Attempt], now: datetime) -> set[int]:
    """Return the attempts with shown outcomes; an open one only if it adds up as it goes."""
    running = [one for one in attempts if one.is_open]
    graded = {one.pk for one in running if Policy.load(one.policy).adds_up_while_open}
    return graded | visibility.shown_scores(attempts=attempts, now=now)


def _mastery(objective: ObjectiveOutline, items: list[AttemptItem], *, by: Any) -> Mastery:
    last = {item.version.question_id: item for item in items}
    score = scoring.add_up((item.worth, item.score, False) for item in last.values())
    rows = tuple(_response(item, by=by) for item in items)
    given = [one.day for one in rows if one.is_given]
    share = score.share if last else None
    return Mastery(objective, len(last), share, len(given), len(set(given)), rows)


def _response(item: AttemptItem, *, by: Any) -> JudgedResponse:
    answered_at: datetime | None = item.answered_at  # type: ignore[attr-defined]
    moment = answered_at or item.attempt.submitted_at or item.attempt.started_at
    return JudgedResponse(
        day=preferences.day(user=by, moment=moment),
        question=item.version.question_id,
        worth=item.worth,
        score=item.score,
        is_given=answered_at is not None,
    )
