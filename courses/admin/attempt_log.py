"""An attempt as it happened: its items in order, with every response and every judgement."""

from collections import defaultdict
from dataclasses import dataclass

from courses.domain import grading
from courses.domain.response_words import in_words, stem
from courses.domain.reveal.policy import Policy
from courses.errors import CoursesError
from courses.models import Attempt, AttemptItem, Grading, Response


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
            stem=stem(item=item),
            responses=[
                ResponseLine(response, in_words(item=item, value=response.value))
                for response in responses[item.pk]
            ],
            gradings=gradings[item.pk],
            is_waiting=_is_waiting(attempt, item, policy),
        )
        for item in rows
    ]


def _is_waiting(attempt: Attempt, item: AttemptItem, policy: Policy | None) -> bool:
    if attempt.is_open or policy is None:
        return False
    try:
        return grading.is_pending(item=item, policy=policy)
    except CoursesError:
        return False
