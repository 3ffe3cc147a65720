"""What a learner has shown so far of each objective, over all quizzes and checks."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from courses.domain import scoring, showing
from courses.domain.outline import ObjectiveOutline, outline
from courses.domain.policy import Policy
from courses.domain.review import MASTERED
from courses.models import Attempt, AttemptItem, Enrolment


@dataclass(frozen=True)
class Mastery:
    """`share` of the points earned with the last response to each of `count` questions."""

    objective: ObjectiveOutline
    count: int
    share: Fraction | None

    @property
    def is_met(self) -> bool:
        return self.share is not None and self.share >= MASTERED


def by_objective(*, enrolment: Enrolment, now: datetime) -> list[Mastery]:
    """Every objective of the course in its order, as far as the learner may know. One query."""
    items = _items(enrolment)
    shown = _shown([item.attempt for item in items], now)
    found: dict[str, dict[int, AttemptItem]] = {}
    for item in items:
        objective = item.version.question.objective
        if objective is not None and item.attempt_id in shown:
            found.setdefault(objective.key, {})[item.version.question_id] = item
    return [
        _mastery(objective, list(found.get(objective.key, {}).values()))
        for module in outline(enrolment.course).modules
        for objective in module.objectives
    ]


def _items(enrolment: Enrolment) -> list[AttemptItem]:
    """Judged items, the last of each question last."""
    rows = AttemptItem.objects.filter(attempt__enrolment=enrolment, score__isnull=False)
    paths = ("attempt__quiz", "attempt__enrolment", "version__question__objective")
    return list(rows.select_related(*paths).order_by("attempt_id", "position"))


def _shown(attempts: list[Attempt], now: datetime) -> set[int]:
    """While an attempt runs, only a mode that answers at once has told anything."""
    running = [one for one in attempts if one.is_open]
    told = {one.pk for one in running if Policy.load(one.policy).is_graded_at_once}
    return told | showing.shown_scores(attempts=attempts, now=now)


def _mastery(objective: ObjectiveOutline, items: list[AttemptItem]) -> Mastery:
    score = scoring.add_up((item.points, item.score, False) for item in items)
    return Mastery(objective, len(items), score.share if items else None)
