"""The right answer of a question in words, for what people read of a corrected key."""

from typing import Any

from courses import markup
from courses.models import QuestionVersion

MANY = 3
"""A key with more parts is not said in a sentence."""


def right_answer(*, version: QuestionVersion, params: dict[str, Any]) -> str:
    """Return the right answer as plain text; "" where it does not go into a sentence."""
    kind = version.question_type
    try:
        solution = kind.solution(version.parsed, params) or {}
        chosen = kind.chosen(solution)
        texts = {one.key: one.text for one in kind.to_item(version.parsed).choices}
    except (LookupError, TypeError, ValueError, AttributeError):
        return ""  # These draws are not of this version.
    if chosen and len(chosen) <= MANY:
        return " + ".join(_plain(texts.get(key, key)) for key in chosen)
    values = list(solution.values())
    if len(values) == 1 and isinstance(values[0], str | int | float):
        return str(values[0])
    return ""


def changed_answer(
    *, before: QuestionVersion, after: QuestionVersion, params: dict[str, Any]
) -> tuple[str, str] | None:
    """Return the right answers of two versions in words, where these differ."""
    if before.pk == after.pk:
        return None
    old = right_answer(version=before, params=params)
    new = right_answer(version=after, params=params)
    return (old, new) if old and new and old != new else None


def _plain(text: str) -> str:
    return " ".join(markup.plain(text).split())
