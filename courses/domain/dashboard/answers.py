"""What learners know and what they find hard, from their first attempts.

Graded quizzes that are handed in and marked count, and the checks of lessons, as far as the course
still asks the question. A question left blank in a quiz earns nothing; guesses are left out.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q

from courses.coursefiles.schema import GUESS_TAG
from courses.domain.outline import Outline
from courses.models import Attempt, AttemptItem, QuestionVersion
from courses.questions import registry

FEWEST = 5
"""Answers below which a question is not called hard."""
FEW = 20
"""Answers below which a share says little; it is shown in grey."""


@dataclass(frozen=True)
class Tally:
    """`count` answers earned `earned` of `possible` points."""

    count: int = 0
    earned: Fraction = Fraction(0)
    possible: Fraction = Fraction(0)

    @property
    def share(self) -> Fraction:
        return self.earned / self.possible if self.possible else Fraction(0)

    @property
    def is_few(self) -> bool:
        return self.count < FEW

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.count + other.count, self.earned + other.earned, self.possible + other.possible
        )


Tallies = dict[tuple[int, str, int], Tally]
"""Question, objective, class → what was answered there."""


def tallies(*, learners: Any, plan: Outline) -> Tallies:
    """Return what the learners earned, by question, its objective and class. Three queries."""
    counts = [row for rows in _items(learners, plan) for row in rows.annotate(count=Count("pk"))]
    asked = _asked({version for version, *_rest in counts})
    found: Tallies = {}
    for version, section, score, points, new_points, count in counts:
        worth = Fraction(points if new_points is None else new_points)
        if worth and version in asked:
            place = (*asked[version], section)
            more = Tally(count, (score or Fraction(0)) * count, worth * count)
            found[place] = found.get(place, Tally()) + more
    return found


def mastery(found: Tallies) -> dict[str, dict[int, Tally]]:
    """Return objective → class → what was answered there; class 0 is all of them."""
    shares: defaultdict[str, dict[int, Tally]] = defaultdict(dict)
    for (_question, objective, section), tally in found.items():
        for column in (0, section) if objective else ():
            shares[objective][column] = shares[objective].get(column, Tally()) + tally
    return shares


def hardest(found: Tallies, *, limit: int) -> list[tuple[int, Tally]]:
    """Return the questions of which the smallest share of points was earned, with that share."""
    by_question: defaultdict[int, Tally] = defaultdict(Tally)
    for (question, _objective, _section), tally in found.items():
        by_question[question] += tally
    rows = [
        (pk, tally)
        for pk, tally in by_question.items()
        if tally.count >= FEWEST and tally.share < 1
    ]
    return sorted(rows, key=lambda row: (row[1].share, -row[1].count, row[0]))[:limit]


def _items(learners: Any, plan: Outline) -> tuple[Any, Any]:
    """Return the items of first attempts at graded quizzes, and of lessons' checks."""
    own = Attempt.objects.filter(enrolment__in=learners.values("pk"), number=1, voided_at=None)
    own = own.exclude(policy__has_key="is_trial")
    quizzes = own.filter(state=Attempt.State.GRADED, quiz__in=plan.graded)
    checks = own.filter(quiz__lesson__isnull=False, quiz__course=plan.course_id)
    in_quizzes = AttemptItem.objects.filter(
        Q(score__isnull=False) | Q(value=None), attempt__in=quizzes.values("pk")
    )
    in_lessons = AttemptItem.objects.filter(
        attempt__in=checks.values("pk"), score__isnull=False, version__question__in=plan.checks
    )
    columns = ("version", "attempt__enrolment__section", "score", "points", "new_points")
    return (
        in_quizzes.order_by().values_list(*columns),
        in_lessons.order_by().values_list(*columns),
    )


def _asked(versions: set[int]) -> dict[int, tuple[int, str]]:
    """Return version → question and objective, of those that are scored and still asked."""
    unscored = [one.key for one in registry.all_types().values() if not one.is_scored]
    rows = QuestionVersion.objects.filter(pk__in=versions, question__is_retired=False)
    rows = rows.exclude(type__in=unscored).exclude(question__tags__key=GUESS_TAG)
    found = rows.values_list("pk", "question", "question__objective__key")
    return {pk: (question, objective or "") for pk, question, objective in found}
