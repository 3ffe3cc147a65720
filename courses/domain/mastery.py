"""What a learner has shown so far of each objective.

Graded quizzes, the checks of lessons and their daily review count, as far as the course still asks
them. Practice does not, a pre-test above all, and neither do checks that ask for a guess.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from courses.coursefiles.schema import GUESS_TAG
from courses.domain import scoring
from courses.domain.outline import ObjectiveOutline, Outline, outline
from courses.domain.reveal import visibility
from courses.domain.reveal.policy import Policy
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
    """Return mastery by objective in the course's order, as the learner may know it. One query."""
    plan = outline(enrolment.course)
    items = [item for item in _items(enrolment) if _counts(item, plan)]
    shown = _shown([item.attempt for item in items], now)
    found: dict[str, dict[int, AttemptItem]] = {}
    for item in items:
        objective = item.version.question.objective
        if objective is not None and item.attempt_id in shown:
            found.setdefault(objective.key, {})[item.version.question_id] = item
    return [
        _mastery(objective, list(found.get(objective.key, {}).values()))
        for module in plan.modules
        for objective in module.objectives
    ]


def _items(enrolment: Enrolment) -> list[AttemptItem]:
    """Return judged items of questions still in use, the last of each question last."""
    rows = AttemptItem.objects.filter(attempt__enrolment=enrolment, score__isnull=False)
    rows = rows.filter(version__question__is_retired=False)
    rows = rows.exclude(version__question__tags__key=GUESS_TAG)
    paths = ("attempt__quiz", "attempt__enrolment", "version__question__objective")
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


def _mastery(objective: ObjectiveOutline, items: list[AttemptItem]) -> Mastery:
    score = scoring.add_up((item.worth, item.score, False) for item in items)
    return Mastery(objective, len(items), score.share if items else None)
