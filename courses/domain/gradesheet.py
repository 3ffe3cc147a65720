"""The gradebook of a course as a sheet: a line for each learner, a column for each graded quiz."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from courses import spreadsheet, users
from courses.models import Course, Enrolment, LineItem, Result

CHUNK = 500
_PLACES = Decimal("0.01")


@dataclass(frozen=True)
class _Style:
    """How numbers are written, and what parts the values."""

    decimal: str
    separator: str

    def number(self, percent: Decimal | None) -> str:
        """Return a number with two decimals at most: German readers take "66.667" for thousands."""
        if percent is None:
            return ""
        short = f"{percent.quantize(_PLACES, ROUND_HALF_UP).normalize():f}"
        return short.replace(".", self.decimal)


@dataclass(frozen=True)
class Line:
    enrolment: Enrolment
    cells: tuple[Result | None, ...]
    """In the order of the columns."""

    @property
    def results(self) -> list[Result]:
        """The cells that hold a result."""
        return [cell for cell in self.cells if cell is not None]


def columns(*, course: Course) -> list[LineItem]:
    """Return a column for each graded quiz that anybody has begun, the first one first."""
    return list(LineItem.objects.filter(course=course).select_related("quiz").order_by("pk"))


def lines(*, enrolments: Sequence[Enrolment], columns: Sequence[LineItem]) -> list[Line]:
    """Return the lines of these learners. One query, however many there are."""
    known = {column.pk: column for column in columns}
    found = {}
    for row in Result.objects.filter(enrolment__in=enrolments, line_item__in=columns):
        row.line_item = known[row.line_item_id]
        found[row.enrolment_id, row.line_item_id] = row
    return [
        Line(one, tuple(found.get((one.pk, column.pk)) for column in columns)) for one in enrolments
    ]


def as_csv(*, course: Course, rows: Any, name: str, decimal: str = ".") -> Iterator[str]:
    """Yield the whole sheet, a chunk of lines at a time. Two queries a chunk.

    `rows` are enrolments of the course with their people; `name` is the attribute by which the
    reader knows each of them. With a `decimal` comma the values are parted by semicolons, as
    spreadsheets have it where people write so.
    """
    style = _Style(decimal, ";" if decimal == "," else ",")
    head = columns(course=course)
    titles = ["id", "first_name", "last_name", "email", "role", "state", "cycle", "completed_at"]
    first = [*titles, *(column.label for column in head)]
    yield spreadsheet.MARK + spreadsheet.text([first], separator=style.separator)
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        found = lines(enrolments=chunk, columns=head)
        values = (_values(line, name, style) for line in found)
        yield spreadsheet.text(values, separator=style.separator)


def _values(line: Line, name: str, style: _Style) -> list[Any]:
    row, names = line.enrolment, users.names(line.enrolment.user)
    person = [getattr(row, name), names.first_name, names.last_name, names.email]
    place = [row.role, row.state, row.cycle, _iso(row.completed_at)]
    return [
        *person,
        *place,
        *("" if one is None else style.number(one.percent) for one in line.cells),
    ]


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
