"""A short piece of a text around the words that were looked for, with these marked.

Marked by comparing words here and not by the database: so both engines show the same, and nothing
but pieces of text leaves this module; templates escape each.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from courses import collation

LENGTH = 240
"""Characters of an excerpt, about."""
BEFORE = 70
"""Characters of them before the first word that was found."""

_STEM = 4
"""Letters from which on two words with the same beginning may be forms of one word."""
_ENDING = 3
"""Letters by which such forms may differ at the end."""
GAP = "…"


@dataclass(frozen=True)
class Piece:
    """A piece of an excerpt; a match is one of the words that were looked for."""

    text: str
    is_match: bool = False


@dataclass(frozen=True)
class Excerpt:
    """A part of a text; `line`: in which line of the text its first match stands, if it has one."""

    pieces: tuple[Piece, ...]
    line: int | None = None


def excerpt(*, text: str, words: Sequence[str]) -> Excerpt:
    """Return the part of the text that holds the most of the words, cut at blanks."""
    flat = " ".join(text.split())
    matches = _matches(flat, words)
    start, end = _window(flat, [found.start() for found in matches])
    shown = [found for found in matches if found.start() >= start and found.end() <= end]
    pieces = tuple(_pieces(flat, start, end, [(found.start(), found.end()) for found in shown]))
    return Excerpt(pieces, _line_at(text, shown[0].start()) if shown else None)


def _line_at(text: str, place: int) -> int:
    """Return the line of the text at a place of it as one line. Blanks in lines are single."""
    end = -1
    for number, line in enumerate(text.split("\n")):
        end += len(line) + 1
        if place < end:
            return number
    return 0


def marked(*, text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """Return the whole text with the words marked: for a title."""
    flat = " ".join(text.split())
    places = [found.span() for found in _matches(flat, words)]
    return tuple(_pieces(flat, 0, len(flat), places))


def _matches(text: str, words: Sequence[str]) -> list[re.Match[str]]:
    """Return where the words and their forms stand in the text.

    Only words that begin as one of them are compared, and those with other signs than ASCII has:
    their folded form may begin so. `re` keeps the compiled patterns.
    """
    beginnings = "|".join(word[:_STEM] for word in words)
    candidate = rf"(?:{beginnings})[^\W_]*"
    if not text.isascii():
        candidate += r"|[^\W_]*(?=[^\x00-\x7f])[^\W_]+"
    found = re.finditer(rf"(?<![^\W_])(?:{candidate})", text, re.IGNORECASE)
    return [one for one in found if is_form_of(one[0], words=words)]


def is_form_of(shown: str, *, words: Sequence[str]) -> bool:
    """Return whether a word of a text is one of these, or looks like another form of one."""
    word = shown.lower() if shown.isascii() else collation.folded(shown)
    first = word[:1]
    return any(first == one[0] and _is_form(word, one) for one in words)


def _is_form(word: str, wanted: str) -> bool:
    if word.startswith(wanted):
        return len(wanted) >= 2 or word == wanted  # noqa: PLR2004 (a letter stands for itself)
    same = 0
    for ours, theirs in zip(word, wanted, strict=False):
        if ours != theirs:
            break
        same += 1
    return same >= _STEM and max(len(word), len(wanted)) - same <= _ENDING


def _window(text: str, starts: Sequence[int]) -> tuple[int, int]:
    """Return the stretch of the text with the most matches; its beginning without any."""
    best, most = 0, 0
    for first in starts:
        inside = sum(first <= one < first + LENGTH - BEFORE for one in starts)
        if inside > most:
            best, most = first, inside
    start = 0 if best <= BEFORE else text.find(" ", best - BEFORE, best) + 1 or best
    if len(text) - start <= LENGTH:
        end = len(text)
    else:
        blank = text.rfind(" ", start + BEFORE, start + LENGTH)
        end = blank if blank > 0 else start + LENGTH
    return start, end


def _pieces(text: str, start: int, end: int, places: Sequence[tuple[int, int]]) -> list[Piece]:
    found, here = [], start
    for first, last in places:
        found += [Piece(text[here:first]), Piece(text[first:last], is_match=True)]
        here = last
    found.append(Piece(text[here:end]))
    if start > 0:
        found.insert(0, Piece(f"{GAP} "))
    if end < len(text):
        found.append(Piece(f" {GAP}"))
    return [piece for piece in found if piece.text]
