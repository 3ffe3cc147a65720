"""A class for those who look after it: progress and results of its learners, and one's attempts.

They need no admin for it, so that it can be shown in a platform's frame, where it is bound to the
class of the launch.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from courses.domain import access, gradesheet, progress, section_people
from courses.domain.outline import outline
from courses.domain.rights import Can, Rights, rights
from courses.errors import NotFound
from courses.web.clock import now_of
from courses.web.errors import handles_errors
from courses.web.readers import reader_of

MOST = 500
"""Learners on one page; a larger class is searched by name."""


@dataclass(frozen=True)
class LearnerLine:
    """A learner's row of the class, with how far they are in the course."""

    row: gradesheet.LearnerRow
    percent: int


@never_cache
@login_required
@require_safe
@handles_errors
def page(request: HttpRequest, course: str) -> HttpResponse:
    """Show every learner of the class with progress and results."""
    reader = reader_of(request, course)
    granted = _granted(request, reader)
    query = request.GET.get("q", "").strip()
    sheet = gradesheet.read(
        course=reader.course,
        granted=granted,
        wanted=gradesheet.Selection(text=query, section=_section(reader)),
        language=get_language() or "",
    )
    shown = sheet.rows[:MOST]
    done = progress.of_all(
        enrolments=[row.enrolment for row in shown],
        outline=outline(reader.course),
        now=now_of(request),
    )
    context = {
        "course": reader.course,
        "section": reader.enrolment and reader.enrolment.section,
        "query": query,
        "columns": sheet.columns,
        "lines": [LearnerLine(row, done[row.enrolment.pk].percent) for row in shown],
        "count": len(sheet.rows),
        "most": MOST,
    }
    return render(request, "cx_courses/class_results.html", context)


@never_cache
@login_required
@require_safe
@handles_errors
def learner(request: HttpRequest, course: str, enrolment: UUID) -> HttpResponse:
    """Show what one learner of the class did: every attempt that counts as one of its own."""
    reader = reader_of(request, course)
    granted = _granted(request, reader)
    rows = granted.enrolments(Can.PEOPLE).learners().filter(course=reader.course)
    if _section(reader) is not None:
        rows = rows.filter(section=_section(reader))
    found = rows.filter(uuid=enrolment).select_related("user", "section").first()
    if found is None:
        raise NotFound
    attempts = found.attempts.standalone().select_related("quiz").order_by("-pk")
    context = {
        "course": reader.course,
        "enrolment": found,
        "name": section_people.name_of(user=found.user),
        "attempts": attempts,
    }
    return render(request, "cx_courses/class_learner.html", context)


def _granted(request: HttpRequest, reader: access.Reader) -> Rights:
    """Return what the person may do in the course. Raises NotFound for those who look after none.

    A member of staff also needs the right to see results, as the admin asks for it.
    """
    by, course = request.user, reader.course
    granted = rights(by=by, course=course)
    may = granted.may(Can.PEOPLE, course=course, enrolment=reader.enrolment)
    is_barred = getattr(by, "is_staff", False) and not by.has_perm("cx_courses.view_result")
    if not may or is_barred:
        raise NotFound
    return granted


def _section(reader: access.Reader) -> int | None:
    """Return the class to show; None for all classes that the person may look into."""
    return reader.enrolment.section_id if reader.enrolment else None
