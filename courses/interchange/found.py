"""A question that was found in a file, with where it stood and what is lost on its way to us."""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from courses.errors import CoursesError, Invalid, Problem
from courses.interchange.losses import Loss
from courses.questions import registry
from courses.questions.base import Item, Json, QuestionType
from courses.questions.data import DataError


class UnreadableFile(CoursesError):
    """A file that is not read, with the line where that was seen."""

    code = "unreadable_file"

    def __init__(self, message: str, *, file: str = "", line: int = 1) -> None:
        self.file, self.line, self.reason = file, line, message
        super().__init__(f"{file}:{line}: {message}" if file else f"{line}: {message}")


class Unsupported(Exception):
    """Why one question of a file has no counterpart here, in words."""


@dataclass(frozen=True)
class FoundFile:
    """A picture that a question shows, under the name by which its texts call it."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Found:
    """One question of a file; without an item it is not supported, and `reason` says why.

    A description has a `text` in place of an item: it asks nothing, and can become a shared text.

    `type` is its type in the words of the format. `ident` is its identity in the system that it
    comes from, where the file has one.
    """

    line: int
    type: str
    title: str = ""
    item: Item | None = None
    reason: str = ""
    ident: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    points: Fraction | None = None
    losses: tuple[Loss, ...] = ()
    files: tuple[FoundFile, ...] = ()
    text: str = ""

    @property
    def is_supported(self) -> bool:
        return self.item is not None or bool(self.text)

    def with_losses(self, *losses: Loss) -> "Found":
        """Return it with further losses, each once."""
        return replace(self, losses=tuple(dict.fromkeys((*self.losses, *losses))))


TEXT = "text"
"""The type of a description in reports."""
REASONS = ("feedback", "if_true", "if_false", "otherwise")
"""Fields that hold the reason of an answer for the learner."""


def value_of(item: Item) -> Json:
    """Return an item as the data of its type, also where it is not complete yet.

    Such data is what an editor's form starts from; `problems_of` says what it lacks.
    """
    kind = registry.get(item.type_key)
    data = _data_of(kind, item)
    if data is not None:
        return kind.dump(data)
    # A text with brackets looks like one with gaps: its answers are read without it.
    data = _data_of(kind, replace(item, prompt=""))
    value: Json = {"options": _options(item)} if data is None else kind.dump(data)
    value["stem"] = item.prompt
    return value | ({"explanation": item.explanation} if item.explanation else {})


def _data_of(kind: QuestionType[Any], item: Item) -> Any:
    try:
        return kind.from_item(item)
    except DataError:
        return None


def _options(item: Item) -> list[Json]:
    return [
        {"key": one.key, "text": one.text, "feedback": one.feedback}
        | ({"correct": True} if one.weight > 0 else {})
        for one in item.choices
    ]


def problems_of(kind: QuestionType[Any], value: Json) -> tuple[Problem, ...]:
    """Return what is wrong with unfinished data, with paths."""
    try:
        return tuple(kind.check(kind.load(value)))
    except Invalid as error:
        return tuple(error.problems)


def filled(value: Any, reason: str, name: str = "") -> Any:
    """Return data with this reason wherever it has an empty one."""
    if isinstance(value, dict):
        return {key: filled(part, reason, key) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, reason) for part in value]
    return reason if reason and name in REASONS and value == "" else value


def asks_nothing() -> str:
    """Return why a text without answers is not supported."""
    return _("This text asks nothing: it can be kept as a shared text.")
