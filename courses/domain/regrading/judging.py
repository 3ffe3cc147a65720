"""A stored response, judged by another version of its question. Pure."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from courses.domain import person_marks
from courses.domain.grading import in_force
from courses.domain.regrading import plan
from courses.domain.reveal.policy import Policy
from courses.errors import CoursesError
from courses.models import AttemptItem, Grading, QuestionVersion
from courses.questions.raw import flatten

_CANNOT = (CoursesError, LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What types raise on a response or on draws that are not theirs."""


class UnreadableError(Exception):
    """The version cannot read what was answered, or the values that were drawn."""


def kept(
    *,
    item: AttemptItem,
    gradings: Sequence[Grading],
    transform: str,
    version: QuestionVersion | None = None,
) -> str:
    """Return why a correction leaves the item alone; "" where it does not.

    A person's mark stays, unless it is the sum of levels to which the version gives other points.
    What a person has still to mark waits for them, under the new rule.
    """
    marked = person_marks.latest(gradings=in_force(gradings))
    if marked is not None:
        is_summed = transform == plan.RULE and _resummed(item, marked, version) is not None
        return "" if is_summed else plan.BY_PERSON
    waits = item.value is not None and item.version.question_type.needs_person
    return plan.BY_PERSON if waits and transform == plan.RULE else ""


def share_by(
    *, item: AttemptItem, version: QuestionVersion, gradings: Sequence[Grading], policy: Policy
) -> Fraction:
    """Return the best of an item's tries by that version, with the credit of each try.

    A person's mark by levels is added up anew. The gradings come with their responses. Raises
    UnreadableError.
    """
    marked = person_marks.latest(gradings=in_force(gradings))
    summed = None if marked is None else _resummed(item, marked, version)
    if summed is not None:
        return summed
    best = Fraction(0)
    for row in _counting(gradings, policy):
        value = row.response.value if row.response is not None else None
        if value is not None:
            best = max(best, Fraction(row.credit or 1) * _judge(item, version, value))
    return best


def _counting(gradings: Sequence[Grading], policy: Policy) -> list[Grading]:
    """Return the judgements by rule that the score may rest on.

    After a reopening those of before count no more; where responses are judged at the end alone,
    the last one counts.
    """
    found: list[Grading] = []
    for row in in_force(gradings):
        if row.kind == Grading.Kind.REOPEN:
            found = []
        elif row.kind == Grading.Kind.AUTO:
            found = [*found, row] if policy.is_graded_at_once else [row]
    return found


def _resummed(
    item: AttemptItem, marked: Grading, version: QuestionVersion | None
) -> Fraction | None:
    """Return what the levels of a person's mark earn by the version's rubric.

    None where there are none, where the person changed their sum, or they do not fit the rubric.
    """
    levels = person_marks.levels_of(parts=marked.parts)
    if version is None or not levels or len(levels) < len(marked.parts):
        return None
    if _sum(item.version, levels) != marked.scaled:
        return None
    return _sum(version, levels)


def _sum(version: QuestionVersion, levels: Mapping[str, int]) -> Fraction | None:
    try:
        return version.question_type.marks(version.parsed, levels)
    except _CANNOT:
        return None


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
