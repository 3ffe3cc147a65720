"""Columns, cells and lines: the one place that reads results for a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import TextField
from django.db.models.functions import Cast

from courses.models import Course, Enrolment, LineItem, Result

ROWS_AT_ONCE = 5_000
_PERCENT, _MARK = Decimal("0.001"), Decimal("0.01")


class Cell(NamedTuple):
    """What counts for one learner in one column; the names are those of `Result`."""

    line_item: LineItem
    percent: Decimal | None
    has_passed: bool | None
    pass_mark: Decimal | None
    is_overridden: bool
    is_excused: bool
    grading_progress: str
    submitted_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        """Whether a person still has to mark something."""
        return self.grading_progress == Result.GradingProgress.PENDING_MANUAL


_AS_TEXT = ("percent", "pass_mark", "has_passed", "is_overridden", "is_excused")
_READ = tuple(Cast(name, TextField()) for name in _AS_TEXT)
"""As texts: to make exact numbers of each cell would take most of the time."""
_TRUE = ("1", "true")
"""How databases write it."""


@dataclass(frozen=True)
class Line:
    enrolment: Enrolment
    cells: tuple[Cell | None, ...]
    """In the order of the columns."""

    @property
    def results(self) -> list[Cell]:
        """The cells that hold a result."""
        return [cell for cell in self.cells if cell is not None]


def columns(*, course: Course) -> list[LineItem]:
    """Return a column for each graded quiz that anybody has begun, the first one first."""
    return list(LineItem.objects.filter(course=course).select_related("quiz").order_by("pk"))


def lines(
    *, enrolments: Sequence[Enrolment], columns: Sequence[LineItem], with_times: bool = True
) -> list[Line]:
    """Return the lines of these learners. One query, however many there are.

    Without times `submitted_at` is None: cells are alike then, and large sheets are quick.
    """
    places = {column.pk: place for place, column in enumerate(columns)}
    empty: list[Cell | None] = [None] * len(columns)
    found = {one.pk: [*empty] for one in enrolments}
    known: dict[tuple[Any, ...], Cell] = {}
    times = ["submitted_at"] if with_times else []
    rows = Result.objects.filter(enrolment__in=found, line_item__in=places).order_by()
    read = rows.values_list("enrolment", "line_item", *_READ, "grading_progress", *times)
    for enrolment, *values in read.iterator(chunk_size=ROWS_AT_ONCE):
        look = tuple(values)
        place = places[look[0]]
        cell = known.get(look)
        if cell is None:
            cell = known[look] = _cell(columns[place], look)
        found[enrolment][place] = cell
    return [Line(one, tuple(found[one.pk])) for one in enrolments]


def _cell(column: LineItem, read: tuple[Any, ...]) -> Cell:
    _column, percent, pass_mark, has_passed, is_overridden, is_excused, *rest = read
    return Cell(
        line_item=column,
        percent=None if percent is None else Decimal(percent).quantize(_PERCENT),
        has_passed=None if has_passed is None else has_passed in _TRUE,
        pass_mark=None if pass_mark is None else Decimal(pass_mark).quantize(_MARK),
        is_overridden=is_overridden in _TRUE,
        is_excused=is_excused in _TRUE,
        grading_progress=rest[0],
        submitted_at=rest[1] if len(rest) > 1 else None,
    )
