"""What a text holds besides its HTML: links to resolve, headings, checks, words, oddities."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["check", "figure", "term", "source", "lesson", "asset"]


@dataclass(frozen=True)
class Mention:
    """A text names something by key. `line` counts from 1 inside the text."""

    kind: Kind
    key: str
    line: int


@dataclass(frozen=True)
class Oddity:
    """Something that renders, but surely not as its author meant it. `line` as in `Mention`."""

    message: str
    line: int


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    text: str


@dataclass
class Findings:
    """Collected while one text is parsed and rendered."""

    mentions: list[Mention] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    formulas: list[tuple[str, bool]] = field(default_factory=list)
    word_count: int = 0

    def keys(self, kind: Kind) -> tuple[str, ...]:
        """Return what is mentioned of a kind, each once, in order of appearance."""
        return tuple(dict.fromkeys(m.key for m in self.mentions if m.kind == kind))
