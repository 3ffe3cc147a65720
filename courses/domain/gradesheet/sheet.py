"""The sheet of a course as its staff read it: chosen learners, sorted, with totals and statistics.

Instructors and trials are never in it, and nobody of a class that the person does not look after.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from courses import collation
from courses.domain import people, section_people
from courses.domain.gradesheet.reading import Cell, Line, columns, lines
from courses.domain.gradesheet.statistics import Statistics, statistics
from courses.domain.rights import Can, Rights
from courses.models import Course, Enrolment, LineItem
from courses.models.enrolment import EnrolmentQuerySet

ACTIVE, COMPLETED, FORMER, ALL = STATES = ("active", "completed", "former", "all")
BELOW, WAITING, BY_HAND = SHOWN = ("below", "waiting", "by_hand")
NAME, TOTAL = SORTS = ("name", "total")
"""A column is sorted by under its number."""


@dataclass(frozen=True)
class Selection:
    """Which learners somebody asks for, and in which order."""

    text: str = ""
    section: int | None = None
    state: str = ACTIVE
    shown: str = ""
    """One of `SHOWN`: those alone with a cell below its mark, to mark, or set by hand."""
    sort: str = NAME
    is_descending: bool = False


@dataclass(frozen=True)
class Total:
    """What the columns come to together, each by its weight; of those with a mark alone."""

    percent: Decimal
    is_whole: bool
    """Whether no column that counts is without a mark, but for those one is excused from."""


@dataclass(frozen=True)
class LearnerRow:
    enrolment: Enrolment
    name: str
    cells: tuple[Cell | None, ...]
    total: Total | None


@dataclass(frozen=True)
class Sheet:
    course: Course
    columns: list[LineItem]
    rows: list[LearnerRow]
    statistics: list[Statistics]
    """Of each column, over all rows."""
    total: Statistics
    """Of the totals; who has completed the course counts as passed."""


def read(*, course: Course, granted: Rights, wanted: Selection, language: str = "") -> Sheet:
    """Return the sheet that the person may see. Six queries at most, whatever its size."""
    heads = columns(course=course)
    rows = learners(course=course, granted=granted, wanted=wanted)
    found = lines(enrolments=list(rows), columns=heads, with_times=False)
    made = [_row(line, heads) for line in found if _is_shown(line, wanted.shown)]
    made.sort(key=_by_name(language))
    if wanted.sort != NAME:
        made = _sorted(made, _value(wanted.sort, heads), is_descending=wanted.is_descending)
    elif wanted.is_descending:
        made.reverse()
    return Sheet(
        course=course,
        columns=heads,
        rows=made,
        statistics=[_of_column(made, place) for place in range(len(heads))],
        total=_of_totals(made),
    )


def learners(*, course: Course, granted: Rights, wanted: Selection) -> EnrolmentQuerySet:
    """Return the enrolments that the sheet is about, with people and classes."""
    rows = Enrolment.objects.learners().filter(granted.reaches(Can.PEOPLE), course=course)
    rows = rows.latest_cycle()
    if wanted.section is not None:
        rows = rows.filter(section=wanted.section)
    rows = rows.filter(_STATES.get(wanted.state, _STATES[ACTIVE]))
    if wanted.text.strip():
        known = people.everybody().filter(pk__in=rows.order_by().values("user"))
        found = people.matching(people=known, text=wanted.text)
        rows = rows.filter(user__in=found.order_by().values("pk"))
    return rows.select_related("user", "section").order_by("pk")


_STATES = {
    ACTIVE: Q(state=Enrolment.State.ACTIVE),
    COMPLETED: Q(completed_at__isnull=False),
    FORMER: ~Q(state=Enrolment.State.ACTIVE),
    ALL: Q(),
}


def total_of(cells: Sequence[Cell | None], *, columns: Sequence[LineItem]) -> Total | None:
    """Return the weighted mean of what has a mark; None where nothing that counts has one."""
    given = worth = Decimal(0)
    is_whole = True
    for column, cell in zip(columns, cells, strict=True):
        if not column.weight or (cell is not None and cell.is_excused):
            continue
        if cell is None or cell.percent is None:
            is_whole = False
            continue
        given += column.weight * cell.percent
        worth += column.weight
        is_whole = is_whole and not cell.is_waiting
    return Total(given / worth, is_whole) if worth else None


def _row(line: Line, heads: Sequence[LineItem]) -> LearnerRow:
    name = section_people.name_of(user=line.enrolment.user)
    return LearnerRow(line.enrolment, name, line.cells, total_of(line.cells, columns=heads))


def _is_shown(line: Line, shown: str) -> bool:
    test = _TESTS.get(shown)
    return test is None or any(map(test, line.results))


_TESTS: dict[str, Callable[[Cell], bool]] = {
    BELOW: lambda cell: cell.has_passed is False,
    WAITING: lambda cell: cell.is_waiting,
    BY_HAND: lambda cell: cell.is_overridden or cell.is_excused,
}


def _by_name(language: str) -> Callable[[LearnerRow], Any]:
    return lambda row: (collation.sort_key(row.name, language), row.enrolment.pk)


def _value(sort: str, heads: Sequence[LineItem]) -> Callable[[LearnerRow], Decimal | None]:
    """Return what to sort by; a column that there is none of sorts nothing."""
    if sort == TOTAL:
        return lambda row: row.total.percent if row.total else None
    places = {str(column.pk): place for place, column in enumerate(heads)}
    place = places.get(sort)

    def value(row: LearnerRow) -> Decimal | None:
        cell = None if place is None else row.cells[place]
        return cell.percent if cell else None

    return value


def _sorted(
    rows: list[LearnerRow], value: Callable[[LearnerRow], Decimal | None], *, is_descending: bool
) -> list[LearnerRow]:
    """Return the rows by a value, those without one last; equal ones stay by name."""
    known = [row for row in rows if value(row) is not None]
    known.sort(key=value, reverse=is_descending)  # type: ignore[arg-type]
    return [*known, *(row for row in rows if value(row) is None)]


def _of_column(rows: Sequence[LearnerRow], place: int) -> Statistics:
    cells = (row.cells[place] for row in rows)
    return statistics(marks=[(cell.percent, cell.has_passed) for cell in cells if cell])


def _of_totals(rows: Sequence[LearnerRow]) -> Statistics:
    return statistics(
        marks=[
            (row.total.percent if row.total else None, row.enrolment.completed_at is not None)
            for row in rows
        ]
    )
