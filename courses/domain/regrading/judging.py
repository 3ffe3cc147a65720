"""A stored response, judged by another version of its question. Pure."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from courses.domain.grading import in_force
from courses.domain.regrading import plan
from courses.errors import CoursesError
from courses.models import AttemptItem, Grading, QuestionVersion
from courses.questions.raw import flatten

_CANNOT = (CoursesError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What types raise on a response or on draws that are not theirs."""


class UnreadableError(Exception):
    """The version cannot read what was answered, or the values that were drawn."""


def kept(*, item: AttemptItem, gradings: Sequence[Grading], transform: str) -> str:
    """Return why a correction leaves the item alone; "" where it does not.

    A person's mark stays. What a person has still to mark waits for them, under the new rule.
    """
    if any(row.kind == Grading.Kind.PERSON for row in in_force(gradings)):
        return plan.BY_PERSON
    waits = item.value is not None and item.version.question_type.needs_person
    return plan.BY_PERSON if waits and transform == plan.RULE else ""


def share_by(
    *, item: AttemptItem, version: QuestionVersion, gradings: Sequence[Grading]
) -> Fraction:
    """Return the best of an item's tries by that version, with the credit of each try.

    The gradings come with their responses. Raises UnreadableError.
    """
    best = Fraction(0)
    for row in gradings:
        value = row.response.value if row.response is not None else None
        if row.kind == Grading.Kind.AUTO and value is not None:
            best = max(best, Fraction(row.credit or 1) * _judge(item, version, value))
    return best


def _judge(item: AttemptItem, version: QuestionVersion, value: Any) -> Fraction:
    try:
        scaled = version.question_type.grade(version.parsed, item.params, value).scaled
    except _CANNOT as error:
        raise UnreadableError from error
    if _reads(item.version, item, value) and not _reads(version, item, value):
        raise UnreadableError
    return Fraction(scaled or 0)


def _reads(version: QuestionVersion, item: AttemptItem, value: Any) -> bool:
    """Return whether the response could be given to that version."""
    try:
        raw = flatten(value)
        return version.question_type.read(version.parsed, item.params, raw) is not None
    except _CANNOT:
        return False
