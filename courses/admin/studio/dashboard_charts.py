"""Where the parts of a dashboard's drawings stand; templates draw them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from courses.admin.studio.dashboard_tables import Table, TableLine, shortened
from courses.domain import section_people
from courses.domain.dashboard import HeatRow
from courses.domain.outline import ModuleOutline
from courses.models import Enrolment

NAMES, CELL, ROW, HEAD, GAP = 176, 76, 26, 34, 4
"""Pixels: the column of names, a cell's width, a line's height, the headings, between cells."""
NAME_LENGTH, TITLE_LENGTH = 21, 11

_LEVELS = (("done", 100), ("most", 50), ("half", 1))


@dataclass(frozen=True)
class HeatCell:
    x: int
    y: int
    level: str
    text: str

    @property
    def middle(self) -> float:
        return self.x + (CELL - GAP) / 2

    @property
    def baseline(self) -> int:
        return self.y + 15


@dataclass(frozen=True)
class HeatLine:
    name: str
    baseline: int
    is_needy: bool
    percent: int
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Bar:
    """A bar with its label; `width` is out of 100."""

    line: TableLine
    width: int


class HeatChart:
    """Learners × modules, a rectangle each."""

    cell_width = CELL - GAP
    cell_height = ROW - GAP

    def __init__(
        self,
        modules: Sequence[ModuleOutline],
        rows: Sequence[HeatRow],
        people: Mapping[int, Enrolment],
        needy: set[int],
    ) -> None:
        self.width = NAMES + CELL * len(modules)
        self.height = HEAD + ROW * len(rows)
        self.heads = [
            (NAMES + CELL * place, shortened(f"{module.number}. {module.title}", TITLE_LENGTH))
            for place, module in enumerate(modules)
        ]
        self.lines = [
            self._line(number, row, people[row.enrolment], is_needy=row.enrolment in needy)
            for number, row in enumerate(rows)
        ]

    def _line(self, number: int, row: HeatRow, person: Enrolment, *, is_needy: bool) -> HeatLine:
        y = HEAD + ROW * number
        cells = tuple(
            HeatCell(NAMES + CELL * place, y, *_shade(percent, is_begun=is_begun))
            for place, (percent, is_begun) in enumerate(zip(row.cells, row.begun, strict=True))
        )
        name = shortened(section_people.name_of(user=person.user), NAME_LENGTH)
        return HeatLine(name, y + 15, is_needy, row.percent, cells)


def _shade(percent: int, *, is_begun: bool) -> tuple[str, str]:
    """Return the class and the text of a cell."""
    if percent == 0:
        return ("begun", "0%") if is_begun else ("none", "")
    return next(name for name, least in _LEVELS if percent >= least), f"{percent}%"


def bars(table: Table) -> list[Bar]:
    """Return a bar for each line of the table."""
    return [Bar(row, round(100 * row.share)) for row in table.rows if row.share is not None]
