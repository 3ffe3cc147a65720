"""Of a long text that changed a little: the changed paragraphs, with what stands around them."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import ngettext

from courses.domain.authoring.editions import DiffPassage

GAP = "gap"
LONGEST_SAME = 400
"""Unchanged text beside a change is cut to so many characters, at a blank where there is one."""
NEIGHBOURS = 2
"""The rest of the changed paragraph, and one more."""
_SAME = "same"
_PARAGRAPH = re.compile(r".+?(?:\n[^\S\n]*\n\s*|\Z)", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} [^\n]+$", re.MULTILINE)


def shortened(passages: Sequence[DiffPassage]) -> list[DiffPassage]:
    """Return the passages without what no change is near.

    A gap says how many paragraphs are left out, and is followed by the heading above the change.
    """
    last = len(passages) - 1
    return [
        part
        for index, one in enumerate(passages)
        for part in (_around(one, index > 0, index < last) if one.kind == _SAME else (one,))
    ]


def _around(one: DiffPassage, has_before: bool, has_after: bool) -> Iterator[DiffPassage]:
    pieces = _PARAGRAPH.findall(one.text)
    head = _first("".join(pieces[:NEIGHBOURS])) if has_before else ""
    rest = one.text[len(head) :]
    tail = _end("".join(_PARAGRAPH.findall(rest)[-NEIGHBOURS:])) if has_after else ""
    left_out = rest[: len(rest) - len(tail)]
    if not left_out.strip():
        yield one
        return
    if head:
        yield DiffPassage(_SAME, head)
    yield DiffPassage(GAP, _gap_text(left_out))
    headings = _HEADING.findall(left_out) if tail and not _HEADING.search(tail) else ()
    if headings:
        yield DiffPassage(_SAME, f"{headings[-1]}\n\n")
    if tail:
        yield DiffPassage(_SAME, tail)


def _gap_text(left_out: str) -> str:
    count = sum(bool(piece.strip()) for piece in _PARAGRAPH.findall(left_out))
    text = ngettext(
        "… %(count)d paragraph that is the same …",
        "… %(count)d paragraphs that are the same …",
        count,
    )
    return text % {"count": count} if "\n" in left_out.strip() or count > 1 else "…"


def _first(text: str) -> str:
    if len(text) <= LONGEST_SAME:
        return text
    cut = text[:LONGEST_SAME]
    blank = max(cut.rfind(" "), cut.rfind("\n"))
    return cut[: blank + 1] if blank > 0 else cut


def _end(text: str) -> str:
    if len(text) <= LONGEST_SAME:
        return text
    cut = text[-LONGEST_SAME:]
    found = re.search(r"\s", cut)
    return cut[found.end() :] if found and found.end() < len(cut) else cut
