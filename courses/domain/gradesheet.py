"""The gradebook of a course as a sheet: a line for each learner, a column for each graded quiz."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from courses.models import Course, Enrolment, LineItem, Result

CHUNK = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet takes for a formula, also behind blanks."""


@dataclass(frozen=True)
class Line:
    enrolment: Enrolment
    cells: tuple[Result | None, ...]
    """In the order of the columns."""


def columns(*, course: Course) -> list[LineItem]:
    """One for each graded quiz that anybody has begun, the first one first."""
    return list(LineItem.objects.filter(course=course).select_related("quiz").order_by("pk"))


def lines(*, enrolments: Sequence[Enrolment], columns: Sequence[LineItem]) -> list[Line]:
    """One query, however many there are."""
    known = {column.pk: column for column in columns}
    found = {}
    for row in Result.objects.filter(enrolment__in=enrolments, line_item__in=columns):
        row.line_item = known[row.line_item_id]
        found[row.enrolment_id, row.line_item_id] = row
    return [
        Line(one, tuple(found.get((one.pk, column.pk)) for column in columns)) for one in enrolments
    ]


def as_csv(*, course: Course, rows: Any, name: str) -> Iterator[str]:
    """The whole sheet, a chunk of lines at a time; two queries each.

    `rows` are enrolments of the course with their people; `name` is the attribute by which the
    reader knows each of them.
    """
    head = columns(course=course)
    titles = ["id", "first_name", "last_name", "email", "role", "state", "cycle", "completed_at"]
    yield _text([[*titles, *(column.label for column in head)]])
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = chunk[-1].pk
        yield _text(_values(line, name) for line in lines(enrolments=chunk, columns=head))


def _values(line: Line, name: str) -> list[Any]:
    row, user = line.enrolment, line.enrolment.user
    person = [getattr(row, name), user.first_name, user.last_name, user.email]
    place = [row.role, row.state, row.cycle, _iso(row.completed_at)]
    return [*person, *place, *("" if one is None else _number(one) for one in line.cells)]


def _number(cell: Result) -> str:
    return "" if cell.percent is None else str(cell.percent)


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _text(lines: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for line in lines:
        writer.writerow([_guarded(str(value)) for value in line])
    return out.getvalue()


def _guarded(text: str) -> str:
    """A spreadsheet shows an apostrophe in front as text, and calculates nothing (OWASP)."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
