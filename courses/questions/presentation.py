"""How an author's form shows the fields of a type's `Data`: labels, help, widgets, rows.

A field says so in its metadata, `field(metadata=ui(_("Answers"), item=_("Answer"), least=2))`. What
it leaves out follows from its kind, so a type without any metadata has a form too. Reading and
writing data (`data.load`, `data.dump`) and the schema do not look at it.
"""

import dataclasses
from typing import Any

LINE, TEXT, MARKDOWN = "line", "text", "markdown"
NUMBER, WHOLE, FLAG = "number", "whole", "flag"
CHOICE, PICK, KEY, PICTURE, JSON = "choice", "pick", "key", "picture", "json"
ROWS, NAMED_ROWS, GROUP = "rows", "named_rows", "group"
WIDGETS = frozenset((LINE, TEXT, MARKDOWN, NUMBER, WHOLE, FLAG, CHOICE, PICK, KEY, PICTURE, JSON))
"""What a field may ask for; lists, mappings and records are rows and groups by their kind."""

Choices = tuple[tuple[str, Any], ...]
"""Value and label of each choice."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ui:
    """How one field is shown. For a list or a mapping most of it is about its entries."""

    label: Any
    help: Any = ""
    widget: str = ""
    """One of `WIDGETS`, else what suits the kind; of a list of texts, that of each text."""
    item: Any = ""
    """What one entry is called: “Answer”, numbered in its place."""
    least: int = 0
    """Entries that a new question begins with."""
    choices: Choices = ()
    choices_from: str = ""
    """The name of a list of the question whose keys may be picked."""
    generated: str = ""
    """Where the form gives out keys: the first of them ("a", "1", "x1")."""
    only_one: str = ""
    """The flag that one entry of the list may have."""
    initial: str = ""
    """What a new entry begins with."""
    mark: Any = ""
    """What a button beside the text does with the selected words, which it puts into `[[ ]]`."""
    is_advanced: bool = False
    """Seldom needed: folded away."""
    place: int = 0
    """Fields with a smaller number come first; of equals the one declared first."""


def ui(label: Any, **more: Any) -> dict[str, Any]:
    """Make the metadata of a dataclass field; see `Ui` for the arguments."""
    return {"ui": Ui(label=label, **more)}


def is_labelled(field: "dataclasses.Field[Any]") -> bool:
    """Return whether the field has a label of its own."""
    return "ui" in field.metadata and bool(str(field.metadata["ui"].label))
