"""How cells of the gradebook are shown. Each look is made once, however many cells have it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from courses.domain.gradesheet import Cell, Total

_PARTS = "admin/cx_courses/studio/parts/"
_MARK, _CELL, _TOTAL = (f"{_PARTS}{name}.html" for name in ("grade", "grade_cell", "grade_total"))
_URL = "page-of-the-cell"
"""Stands in the look of a cell where its address comes."""


@dataclass(frozen=True)
class ShownMark:
    """A cell as its template shows it."""

    percent: Decimal | None = None
    pass_mark: Decimal | None = None
    is_below: bool = False
    is_overridden: bool = False
    is_excused: bool = False
    is_waiting: bool = False
    exists: bool = False


class GradeLooks:
    """The looks of one page. Equal cells of a sheet are one object, so each is made once."""

    def __init__(self) -> None:
        self._found: dict[Any, str] = {}
        self._cells: dict[int, str] = {}

    def mark(self, cell: Cell | None) -> str:
        """Return what a cell says, as HTML."""
        return self._made(_MARK, ("mark", cell and cell[1:7]), {"mark": mark_of(cell)})

    def total(self, total: Total | None) -> str:
        """Return a total as HTML."""
        return self._made(
            _TOTAL, ("total", total and (total.percent, total.is_whole)), {"total": total}
        )

    def row(self, cells: Sequence[Cell | None], urls: Iterable[str]) -> str:
        """Return the cells of a row as HTML, each a link to its page."""
        return SafeString(
            "".join(
                self._cell(cell).replace(_URL, url) for cell, url in zip(cells, urls, strict=True)
            )
        )

    def _cell(self, cell: Cell | None) -> str:
        found = self._cells.get(id(cell))
        if found is None:
            look = ("cell", cell and cell[1:7])
            found = self._made(_CELL, look, {"mark": mark_of(cell), "url": _URL})
            self._cells[id(cell)] = found
        return found

    def _made(self, template: str, look: Any, context: dict[str, Any]) -> str:
        if look not in self._found:
            self._found[look] = SafeString(render_to_string(template, context).strip())
        return self._found[look]


def mark_of(cell: Cell | None) -> ShownMark:
    """Return what the template needs of a cell."""
    if cell is None:
        return ShownMark()
    return ShownMark(
        percent=cell.percent,
        pass_mark=cell.pass_mark,
        is_below=cell.has_passed is False,
        is_overridden=cell.is_overridden,
        is_excused=cell.is_excused,
        is_waiting=cell.is_waiting,
        exists=True,
    )
