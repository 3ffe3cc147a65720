"""An attempt as it happened: its items in order, with every response and every judgement."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from courses import markup
from courses.domain import grading
from courses.domain.reveal.policy import Policy
from courses.errors import CoursesError
from courses.models import Attempt, AttemptItem, Grading, Response
from courses.questions.base import Reveal


@dataclass(frozen=True)
class ResponseLine:
    """A stored response; `words` as the learner read it on the page."""

    response: Response
    words: list[str]


@dataclass(frozen=True)
class ItemLog:
    item: AttemptItem
    stem: str
    responses: list[ResponseLine]
    gradings: list[Grading]
    is_waiting: bool
    """Must a person still grade it?"""


def item_logs(attempt: Attempt) -> list[ItemLog]:
    """Return every item of the attempt in order. Three queries, however many there are."""
    rows = attempt.items.select_related("version__question").order_by("position")
    responses: dict[int, list[Response]] = defaultdict(list)
    for response in Response.objects.filter(item__attempt=attempt).order_by("revision"):
        responses[response.item_id].append(response)
    gradings: dict[int, list[Grading]] = defaultdict(list)
    judgements = Grading.objects.filter(item__attempt=attempt).order_by("sequence")
    for row in judgements.select_related("by"):
        gradings[row.item_id].append(row)
    policy = Policy.load(attempt.policy) if attempt.policy else None
    return [
        ItemLog(
            item=item,
            stem=_stem(item),
            responses=[
                ResponseLine(response, in_words(item, response.value))
                for response in responses[item.pk]
            ],
            gradings=gradings[item.pk],
            is_waiting=_is_waiting(attempt, item, policy),
        )
        for item in rows
    ]


def in_words(item: AttemptItem, value: Any) -> list[str]:
    """Return a stored response in the learner's words; as stored when its type cannot read it."""
    if value is None:
        return []
    try:
        shown = _present(item, value)
    except CoursesError:
        return [json.dumps(value, ensure_ascii=False)]
    words = list(_chosen(shown))
    return words or [json.dumps(value, ensure_ascii=False)]


def _is_waiting(attempt: Attempt, item: AttemptItem, policy: Policy | None) -> bool:
    if attempt.is_open or policy is None:
        return False
    try:
        return grading.is_pending(item=item, policy=policy)
    except CoursesError:
        return False


def _stem(item: AttemptItem) -> str:
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
