"""A lesson's body as blocks of plain text with their lines, and the checks between them.

What counts as the text of a lesson: everything a learner sees as words in it, that is headings,
paragraphs, lists, callouts, tables and captions. Not counted: formulas, the numbers of sources,
the texts that stand in place of figures, and the checks, which are questions of their own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from markdown_it.token import Token

from courses.markup.findings import Findings
from courses.markup.parser import in_words, make_parser

_WORD = re.compile(r"[^\W_]+(?:(?:[-'’]|(?<=\d)[.,](?=\d))[^\W_]+)*")
Kind = Literal["heading", "prose", "cell", "caption", "check", "figure"]


def words(text: str) -> list[str]:
    """Return the words of a text without the marks around them.

    A word is a stretch of letters and digits. A hyphen or apostrophe inside joins ("well-being",
    "don't"), and so do a comma or full stop between digits; dashes and blanks part.
    """
    return _WORD.findall(text)


@dataclass(frozen=True)
class Block:
    """A stretch of text; `text` is the key of a check, and of a figure what stands in its place."""

    kind: Kind
    line: int
    text: str

    @property
    def word_count(self) -> int:
        return 0 if self.kind in ("check", "figure") else len(words(self.text))


@dataclass(frozen=True)
class Link:
    """A link as written, such as `lesson:key#h-part`."""

    address: str
    line: int


@dataclass(frozen=True)
class Live:
    """A live figure, its picture, and whether a table with the same content follows."""

    key: str
    line: int
    has_table: bool
    picture: str


@dataclass(frozen=True)
class LessonText:
    """What a check asks of a body; lines count from 1 inside it."""

    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    lives: tuple[Live, ...]
    findings: Findings

    def of(self, kind: Kind) -> list[Block]:
        return [block for block in self.blocks if block.kind == kind]

    @property
    def word_count(self) -> int:
        return sum(block.word_count for block in self.blocks)


def read_text(body: str) -> LessonText:
    """Return the blocks and links of a lesson's body."""
    findings = Findings()
    tokens = make_parser(is_lesson=True).parse(body, {"findings": findings})
    return LessonText(
        tuple(_blocks(tokens)), tuple(_links(tokens)), tuple(_lives(tokens)), findings
    )


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    kind: Kind = "prose"
    line = 1
    for token in tokens:
        # The title of a callout has no place of its own.
        line = token.map[0] + 1 if token.map else line
        if token.type == "check":
            yield Block("check", line, token.meta["key"])
        elif token.type == "figure":
            yield Block("figure", line, (token.children or [])[0].content.strip())
            yield Block("caption", line, _shown(token.meta["caption"]))
        elif token.type in ("th_open", "td_open"):
            kind = "cell"
        elif token.type in ("heading_open", "alert_title_open"):
            kind = "heading"
        elif token.type == "inline":
            yield Block(kind, line, _shown(token.children))
            kind = "prose"


def _links(tokens: list[Token]) -> Iterator[Link]:
    for token in tokens:
        line = (token.map[0] if token.map else 0) + 1
        for child in token.children or []:
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif child.type == "link_open":
                yield Link(str(child.attrs.get("href", "")), line)


def _lives(tokens: list[Token]) -> Iterator[Live]:
    for index, token in enumerate(tokens):
        if token.type == "live_open":
            line = (token.map[0] if token.map else 0) + 1
            figures = (each for each in tokens[index:] if each.type == "figure")
            image = (next(figures).children or [])[0]
            picture = str(image.attrs.get("src", "")).removeprefix("asset:")
            yield Live(token.meta["key"], line, token.meta["has_table"], picture)


def _shown(tokens: list[Token] | None) -> str:
    """Return the words that a reader sees of inline tokens."""
    parts = []
    for token in tokens or []:
        if token.type in ("text", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "mention" and token.meta["kind"] == "term":
            parts.append(token.meta["shown"] or in_words(token.meta["key"]))
    return "".join(parts).strip()
