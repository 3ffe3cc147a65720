"""Text that spreadsheets open as it is meant: marked as UTF-8, and without formulas."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from typing import Any

MARK = "\ufeff"
"""Stands before the first line: without it Excel reads the machine's old code page, Zoë is ZoÃ«."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for a formula, also behind blanks and in full width."""
_UNSEEN = " \u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Characters that nobody sees in front of a formula."""


def text(lines: Iterable[Iterable[Any]], *, separator: str = ",") -> str:
    """Return the lines as CSV, each cell safe against being taken for a formula."""
    return raw(([_guarded(str(value)) for value in line] for line in lines), separator=separator)


def raw(lines: Iterable[Iterable[str]], *, separator: str = ",") -> str:
    """Return lines whose cells are safe already as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(lines)
    return out.getvalue()


def unguarded(cell: str) -> str:
    """Return a cell without the apostrophe that stands before a formula."""
    core = cell.lstrip("'")
    return cell[1:] if cell[:1] == "'" and _guarded(core) != core else cell


def cell_of(text: str) -> str:
    """Return a text as a cell that is no formula, and that `unguarded` gives back."""
    return f"'{text}" if text[:1] == "'" and unguarded(text) != text else _guarded(text)


def _guarded(cell: str) -> str:
    """Put an apostrophe before a formula: spreadsheets then show it and calculate nothing."""
    plain = unicodedata.normalize("NFKC", cell)
    shown = plain.lstrip(_UNSEEN)
    return f"'{cell}" if shown.startswith(_FORMULA) else cell
