"""The gradebook: learners × quizzes, filtered and sorted; of large ones all rows are streamed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.template.loader import get_template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.admin.own import rights_of
from courses.admin.studio.frame import course_step, frame
from courses.admin.studio.gradebook_frame import (
    TEMPLATES,
    GradebookQuery,
    course_of,
    query_of,
)
from courses.admin.studio.gradebook_looks import GradeLooks
from courses.admin.studio.learner import learner_url
from courses.domain import gradesheet, weights
from courses.domain.gradesheet import LearnerRow, Sheet, Statistics
from courses.domain.rights import Can
from courses.models import Course, LineItem
from courses.streaming import streamed

PER_PAGE = 50
AT_ONCE = 100
"""Rows that are sent together where all are shown."""


@dataclass(frozen=True)
class SheetColumn:
    """A head of the table. Statistics are of all learners that match."""

    line_item: LineItem
    statistics: Statistics
    url: str
    order: str
    """For `aria-sort`: ascending, descending, or nothing."""
    share: int | None
    """Its part in the total, in per cent; None: it does not count."""


@dataclass(frozen=True)
class GradebookRow:
    row: LearnerRow
    url: str
    section: str
    cells: str
    """As HTML, each a link to its page."""
    named_cells: list[tuple[str, str, str]]
    """For the list: the name of the quiz, the page of the cell, and what it says as HTML."""
    total: str


def gradebook(admin: Any, request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the gradebook; with `all` every row, sent while they are made."""
    course = course_of(admin, request, pk)
    weights.add_missing_columns(course=course)
    granted, query = rights_of(request), query_of(request.GET)
    sheet = gradesheet.read(
        course=course, granted=granted, wanted=query.wanted, language=get_language() or ""
    )
    is_whole = "all" in request.GET and len(sheet.rows) > PER_PAGE
    page = Paginator(sheet.rows, PER_PAGE).get_page(request.GET.get("page"))
    rows = [] if is_whole else shown_rows(sheet, list(page), GradeLooks(), is_listed=True)
    # Stands in the page where its rows come; nobody can have it in a name.
    place = f"[{uuid4()}]"
    context = {
        **_context(admin, request, course, query, sheet),
        "page": page,
        "rows": rows,
        "is_whole": is_whole,
        "place": place,
    }
    text = get_template(f"{TEMPLATES}gradebook.html").render(context, request)
    parts = _all_rows(text.split(place, 1), sheet) if is_whole else iter([text])
    return streamed(request, parts, content_type="text/html; charset=utf-8")


def _all_rows(around: Sequence[str], sheet: Sheet) -> Iterator[str]:
    """Yield the page, its rows some at a time."""
    head, tail = around
    yield head
    template, looks = get_template(f"{TEMPLATES}parts/grade_rows.html"), GradeLooks()
    for start in range(0, len(sheet.rows), AT_ONCE):
        rows = shown_rows(sheet, sheet.rows[start : start + AT_ONCE], looks)
        yield template.render({"rows": rows})
    yield tail


def shown_rows(
    sheet: Sheet, rows: Sequence[LearnerRow], looks: GradeLooks, *, is_listed: bool = False
) -> list[GradebookRow]:
    """Return rows of the sheet as they are shown; `is_listed`: also cell by cell."""
    labels = [column.label for column in sheet.columns]
    ends = [f"/{column.pk}/" for column in sheet.columns]
    titles: dict[int | None, str] = {}
    found = []
    for row in rows:
        one = row.enrolment
        title = titles.setdefault(one.section_id, str(one.section or ""))
        urls = [f"{one.pk}{end}" for end in ends]
        marks = map(looks.mark, row.cells) if is_listed else ()
        named = list(zip(labels, urls, marks, strict=is_listed))
        cells, total = looks.row(row.cells, urls), looks.total(row.total)
        found.append(GradebookRow(row, learner_url(one), title, cells, named, total))
    return found


def _context(
    admin: Any, request: HttpRequest, course: Course, query: GradebookQuery, sheet: Sheet
) -> dict[str, Any]:
    granted = rights_of(request)
    sections = granted.sections(Can.PEOPLE).filter(course=course).order_by("title", "pk")
    return frame(
        admin,
        request,
        title=_("Gradebook"),
        course=course,
        here="gradebook",
        crumbs=[course_step(request, course)],
        sheet=sheet,
        columns=_columns(query, sheet),
        query=query,
        sections=list(sections),
        total_url=query.sorted_by("total"),
        name_url=query.sorted_by("name"),
        orders={name: _order(query, name) for name in ("name", "total")},
        may_weigh=granted.may_everywhere(Can.GRANT, course=course),
    )


def _columns(query: GradebookQuery, sheet: Sheet) -> list[SheetColumn]:
    worth = sum(column.weight for column in sheet.columns)
    return [
        SheetColumn(
            column,
            figures,
            query.sorted_by(str(column.pk)),
            _order(query, str(column.pk)),
            round(100 * column.weight / worth) if worth and column.weight else None,
        )
        for column, figures in zip(sheet.columns, sheet.statistics, strict=True)
    ]


def _order(query: GradebookQuery, name: str) -> str:
    if query.wanted.sort != name:
        return ""
    return "descending" if query.wanted.is_descending else "ascending"
