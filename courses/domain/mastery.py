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
    found: dict[str, dict[int, AttemptItem]] = {}
    shown: dict[int, bool] = {}
    for item in _items(enrolment):
        objective = item.version.question.objective
        if item.attempt_id not in shown:
            shown[item.attempt_id] = _is_shown(item.attempt, now)
        if objective is not None and shown[item.attempt_id]:
            found.setdefault(objective.key, {})[item.version.question_id] = item
    return [
        _mastery(objective, list(found.get(objective.key, {}).values()))
        for module in outline(enrolment.course).modules
        for objective in module.objectives
    ]


def _items(enrolment: Enrolment) -> list[AttemptItem]:
    """Judged items, the last of each question last."""
    rows = AttemptItem.objects.filter(attempt__enrolment=enrolment, score__isnull=False)
    paths = ("attempt__quiz", "version__question__objective")
    return list(rows.select_related(*paths).order_by("attempt_id", "position"))


def _is_shown(attempt: Attempt, now: datetime) -> bool:
    """While an attempt runs, only a mode that answers at once has told anything."""
    if attempt.is_open:
        return Policy.load(attempt.policy).is_graded_at_once
    return showing.shows_score(attempt, now=now)


def _mastery(objective: ObjectiveOutline, items: list[AttemptItem]) -> Mastery:
    score = scoring.add_up((item.points, item.score, False) for item in items)
    return Mastery(objective, len(items), score.share if items else None)
