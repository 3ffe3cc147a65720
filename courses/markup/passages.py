"""Rendered HTML → plain passages: what a search finds, each with the heading above it."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from courses.markup.paragraphs import NAME

LONGEST = 1200
"""Characters of a passage; a longer section becomes several."""

_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_BLOCKS = _HEADINGS | frozenset(
    ("p", "li", "tr", "pre", "blockquote", "figcaption", "hr", "br", "div", "section", "aside")
)
_CELLS = frozenset(("td", "th"))
_SKIPPED = frozenset(("annotation", "sup", "svg", "script", "style"))
"""Elements without words of the text; footnote marks are `sup`."""


@dataclass(frozen=True)
class Passage:
    """Some paragraphs of a text; `anchor` and `heading` are of the section that they stand in."""

    anchor: str
    heading: str
    text: str
    """A paragraph a line."""
    places: tuple[str, ...] = ()
    """The name of the paragraph of each line; empty for what has none, such as a row of a table."""


@dataclass
class _Section:
    anchor: str = ""
    heading: str = ""
    blocks: list[tuple[str, str]] = field(default_factory=list)
    """The name and the text of each paragraph."""


def passages(html: str) -> list[Passage]:
    """Return the passages of a rendered lesson in their order; a heading without a text too."""
    reader = _PassageReader()
    reader.feed(html)
    reader.close()
    reader.end_block()
    return [
        Passage(section.anchor, section.heading, text, places)
        for section in reader.sections
        for text, places in _cut(section.blocks) or ([("", ())] if section.heading else [])
    ]


def plain_blocks(html: str) -> str:
    """Return the words of a rendered text, without its headings' places."""
    return " ".join(f"{one.heading} {one.text}".strip() for one in passages(html))


class _PassageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sections = [_Section()]
        self._words: list[str] = []
        self._skipped: list[str] = []
        self._is_heading = False
        self._place = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _SKIPPED or given.get("class") == "citation" or self._is_back(given):
            self._skipped.append(tag)
        elif tag in _BLOCKS:
            name = self._place if tag == "br" else given.get("id") or ""
            self.end_block()
            self._place = name if NAME.fullmatch(name) else ""
        elif tag in _CELLS:
            self._words.append(" ")
        if tag in _HEADINGS:
            self.sections.append(_Section(given.get("id") or self.sections[-1].anchor))
            self._is_heading = True

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag == self._skipped[-1]:
                self._skipped.pop()
        elif tag in _BLOCKS:
            self.end_block()

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._words.append(data)

    def end_block(self) -> None:
        """Put what was read into the section: its heading, or a paragraph."""
        text = " ".join("".join(self._words).split())
        self._words = []
        if self._is_heading:
            self.sections[-1].heading = text
        elif text:
            self.sections[-1].blocks.append((self._place, text))
        self._is_heading = False
        self._place = ""

    @staticmethod
    def _is_back(given: dict[str, str | None]) -> bool:
        return given.get("class") == "footnote-back"


def _cut(blocks: list[tuple[str, str]]) -> list[tuple[str, tuple[str, ...]]]:
    """Join paragraphs to texts of at most `LONGEST` characters, each with the names of its lines.

    A longer paragraph is cut at a blank.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    for place, block in blocks:
        for part in _parts(block):
            if found and len(found[-1][0]) + len(part) < LONGEST:
                text, places = found[-1]
                found[-1] = f"{text}\n{part}", (*places, place)
            else:
                found.append((part, (place,)))
    return found


def _parts(block: str) -> list[str]:
    parts = []
    while len(block) > LONGEST:
        end = block.rfind(" ", 1, LONGEST)
        end = LONGEST if end < 0 else end
        parts.append(block[:end])
        block = block[end:].strip()
    return [*parts, block] if block else parts
