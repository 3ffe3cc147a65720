"""A learner's own before and after: a module's pre-test beside its post-test, by objective."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from courses.domain.outline import ObjectiveOutline, Outline, outline
from courses.domain.reveal import visibility
from courses.models import Attempt, AttemptItem, Enrolment, Quiz


@dataclass(frozen=True)
class Count:
    """So many of so many questions right."""

    right: int = 0
    asked: int = 0

    @property
    def dots(self) -> list[bool]:
        """One for each question, those that are right first."""
        return [number < self.right for number in range(self.asked)]

    def __add__(self, other: "Count") -> "Count":
        return Count(self.right + other.right, self.asked + other.asked)


@dataclass(frozen=True)
class Gain:
    objective: ObjectiveOutline
    before: Count
    after: Count


@dataclass(frozen=True)
class Gains:
    before: Count
    after: Count
    by_objective: list[Gain]


def before_and_after(*, enrolment: Enrolment, quiz: Quiz, now: datetime) -> Gains | None:
    """Return the first attempts at a post-test and at its pre-test; None without both.

    The first, because a learner who tries again has seen the reasons. One query, none for other
    quizzes.
    """
    if quiz.compares_with_id is None:
        return None
    found = _first_attempts(enrolment, [quiz.compares_with_id, quiz.pk], now)
    before, after = found.get(quiz.compares_with_id), found.get(quiz.pk)
    if not before or not after:
        return None
    return _gains(outline(enrolment.course), before, after)


def by_module(*, enrolment: Enrolment, plan: Outline, now: datetime) -> dict[int, Gains]:
    """Return module → what changed from its pre-test to its post-test, where both were taken.

    One query for all modules, none in a course without post-tests.
    """
    pairs = {
        module.id: (quiz.compares_with, quiz.id)
        for module in plan.modules
        for quiz in module.quizzes
        if quiz.compares_with is not None
    }
    if not pairs:
        return {}
    found = _first_attempts(enrolment, [one for pair in pairs.values() for one in pair], now)
    return {
        module: _gains(plan, found[before], found[after])
        for module, (before, after) in pairs.items()
        if before in found and after in found
    }


def _gains(plan: Outline, before: list[AttemptItem], after: list[AttemptItem]) -> Gains:
    keys = {_objective(item) for item in (*before, *after)}
    return Gains(
        _count(before),
        _count(after),
        [
            Gain(
                objective,
                _count(item for item in before if _objective(item) == key),
                _count(item for item in after if _objective(item) == key),
            )
            for key, objective in plan.objectives.items()
            if key in keys
        ],
    )


def _first_attempts(
    enrolment: Enrolment, quizzes: list[int], now: datetime
) -> dict[int, list[AttemptItem]]:
    """Return quiz → items of the first attempt, if closed and its score may be known."""
    rows = AttemptItem.objects.filter(
        attempt__enrolment=enrolment,
        attempt__quiz__in=quizzes,
        attempt__number=1,
        attempt__voided_at=None,
    ).exclude(attempt__state=Attempt.State.OPEN)
    paths = ("attempt__quiz", "attempt__enrolment", "version__question__objective")
    items = list(rows.select_related(*paths))
    shown = visibility.shown_scores(attempts=[item.attempt for item in items], now=now)
    found: dict[int, list[AttemptItem]] = {}
    for item in items:
        if item.attempt_id in shown:
            found.setdefault(item.attempt.quiz_id, []).append(item)
    return found


def _objective(item: AttemptItem) -> str:
    objective = item.version.question.objective
    return objective.key if objective else ""


def _count(items: Iterable[AttemptItem]) -> Count:
    judged = [item for item in items if item.scaled is not None]
    return Count(sum(item.scaled == 1 for item in judged), len(judged))
