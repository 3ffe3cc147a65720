"""The neutral exchange form of a question: formats map interactions, types map themselves to it."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Choice:
    """One thing to choose, place or order. `weight` is the share of full marks it earns."""

    key: str
    text: str
    weight: Fraction = Fraction(0)
    feedback: str = ""


@dataclass(frozen=True)
class Entry:
    """One text or number to type: accepted values with their weight and feedback."""

    key: str
    label: str = ""
    accepted: tuple[Choice, ...] = ()
    feedback: str = ""


@dataclass(frozen=True)
class Item:
    """The neutral exchange form: formats map interactions, types map themselves to it.

    `extra` holds what only our own type understands; a format that cannot carry it reports the
    loss by name. `target` of a pair is the key of an entry in `targets`.
    """

    interaction: str
    type_key: str
    prompt: str
    explanation: str = ""
    hints: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    targets: tuple[Choice, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    entries: tuple[Entry, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
