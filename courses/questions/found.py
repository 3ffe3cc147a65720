"""A question that was read from pasted text, with what is wrong in it and what has no place."""

from dataclasses import dataclass, field
from typing import Any

from courses.errors import Invalid, Problem
from courses.questions.base import Item, Json, QuestionType


@dataclass(frozen=True)
class FoundQuestion:
    """One question of a text. `type` and `value` are what a form starts from.

    `problems` have paths of the value, as those of `QuestionType.check`.
    """

    first_line: int
    last_line: int
    type: QuestionType[Any]
    value: Json
    item: Item
    problems: tuple[Problem, ...] = field(default=())
    name: str = ""
    """What the text calls it; its key is made from that."""
    losses: tuple[str, ...] = ()
    """What stood in the text and is not kept, in words."""


def problems_of(kind: QuestionType[Any], value: Json) -> tuple[Problem, ...]:
    """Return what is wrong with unfinished data, with paths."""
    try:
        return tuple(kind.check(kind.load(value)))
    except Invalid as error:
        return tuple(error.problems)
