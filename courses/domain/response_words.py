"""A stored response in the learner's words, whatever the type of the question."""

import json
from collections.abc import Iterator
from typing import Any

from courses import markup
from courses.errors import CoursesError
from courses.models import AttemptItem
from courses.questions.base import Reveal


def in_words(*, item: AttemptItem, value: Any) -> list[str]:
    """Return a stored response in the learner's words; as stored when its type cannot read it."""
    if value is None:
        return []
    try:
        shown = _present(item, value)
    except CoursesError:
        return [json.dumps(value, ensure_ascii=False)]
    words = list(_chosen(shown))
    return words or [json.dumps(value, ensure_ascii=False)]


def stem(*, item: AttemptItem) -> str:
    """Return what the question asks; empty where its type cannot read it."""
    try:
        return str(_present(item, None).get("stem", ""))
    except CoursesError:
        return ""


def _present(item: AttemptItem, value: Any) -> dict[str, Any]:
    version = item.version
    return version.question_type.present(version.parsed, item.params, value, Reveal(response=True))


def _chosen(shown: dict[str, Any]) -> Iterator[str]:
    """Yield what is filled in: the shapes that `present` gives, whatever the type."""
    if isinstance(shown.get("value"), str) and shown["value"]:
        yield shown["value"]
    for rows in shown.values():
        if isinstance(rows, list):
            yield from (words for row in rows if isinstance(row, dict) and (words := _row(row)))


def _row(row: dict[str, Any]) -> str:
    name = str(row.get("text") or row.get("label") or "")
    if row.get("is_chosen"):
        return markup.plain(name)
    if row.get("chosen_text"):
        return f"{markup.plain(name)} → {markup.plain(row['chosen_text'])}"
    if row.get("position"):
        return f"{row['position']}. {markup.plain(name)}"
    if row.get("value"):
        text = f"{row['value']} {row.get('unit') or ''}".strip()
        return f"{markup.plain(name)}: {text}" if name else text
    return ""
