"""Columns, cells and lines: the one place that reads results for a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from courses.models import Course, Enrolment, LineItem, Result


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


_VALUES = Cell._fields[1:]


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


def lines(*, enrolments: Sequence[Enrolment], columns: Sequence[LineItem]) -> list[Line]:
    """Return the lines of these learners. One query, however many there are."""
    places = {column.pk: place for place, column in enumerate(columns)}
    empty: list[Cell | None] = [None] * len(columns)
    found = {one.pk: [*empty] for one in enrolments}
    rows = Result.objects.filter(enrolment__in=found, line_item__in=places).order_by()
    for enrolment, line_item, *values in rows.values_list("enrolment", "line_item", *_VALUES):
        place = places[line_item]
        found[enrolment][place] = Cell(columns[place], *values)
    return [Line(one, tuple(found[one.pk])) for one in enrolments]
