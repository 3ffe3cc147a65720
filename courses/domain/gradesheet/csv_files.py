"""The sheet as a CSV file, written while it is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from courses import spreadsheet, users
from courses.domain.gradesheet.reading import Line, columns, lines
from courses.models import Course

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
        found = lines(enrolments=chunk, columns=head, with_times=False)
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
