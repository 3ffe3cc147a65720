"""Which questions are answered wrongly by learners who were sure."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from courses.models import Course, Grading
from courses.questions import registry

SURE = 75
"""From so many per cent on, a learner is sure."""


@dataclass(frozen=True)
class SureAndWrong:
    question: int
    sure: int
    """Answers of learners who said that they were sure."""
    wrong: int


def asking() -> list[str]:
    """Return the question types that ask how sure the learner is, and that can be wrong."""
    return [
        one.key for one in registry.all_types().values() if one.asks_certainty and one.is_scored
    ]


def sure_and_wrong(*, learners: Any, course: Course, limit: int) -> list[SureAndWrong]:
    """Return the questions that most of those who were sure got wrong. One query, or none.

    None where no question type asks how sure a learner is.
    """
    types = asking()
    if not types:
        return []
    rows = Grading.objects.filter(
        kind=Grading.Kind.AUTO,
        response__certainty__gte=SURE,
        item__attempt__enrolment__in=learners.values("pk"),
        item__version__type__in=types,
        item__version__question__course=course,
        item__version__question__is_retired=False,
    ).exclude(item__attempt__policy__has_key="is_trial")
    counts: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
    grouped = rows.order_by().values_list("item__version__question", "scaled")
    for question, scaled, count in grouped.annotate(count=Count("pk")):
        counts[question][0] += count
        counts[question][1] += count if scaled is not None and scaled < 1 else 0
    found = [SureAndWrong(pk, sure, wrong) for pk, (sure, wrong) in counts.items() if wrong]
    return sorted(found, key=lambda one: (-one.wrong, one.sure, one.question))[:limit]
