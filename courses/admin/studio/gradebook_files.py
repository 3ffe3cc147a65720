"""Marks and responses as files for spreadsheets."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses import workbooks
from courses.admin.own import rights_of
from courses.admin.studio.gradebook_frame import course_of, gradebook_page, query_of
from courses.admin.studio.posted import row_number
from courses.domain import gradesheet, weights
from courses.domain.gradesheet import exporting, tables
from courses.models import Course, Quiz
from courses.streaming import download

CSV = "text/csv; charset=utf-8"
IN_BACKGROUND = 20_000
"""Lines from which a file is made by a job."""


def files(admin: Any, request: HttpRequest, pk: int) -> HttpResponseBase:
    """Offer the files, or send the one that is asked for."""
    course = course_of(admin, request, pk)
    weights.add_missing_columns(course=course)
    wanted = request.GET.get("file", "")
    if wanted in ("csv", "xlsx"):
        return _marks(request, course, wanted)
    if wanted == "responses":
        return _responses(request, course)
    return gradebook_page(
        admin,
        request,
        "gradebook_files.html",
        course,
        title=_("Download"),
        query=query_of(request.GET),
        quizzes=weights.graded_quizzes(course=course),
        has_workbooks=workbooks.can_write(),
    )


def _marks(request: HttpRequest, course: Course, ending: str) -> HttpResponseBase:
    sheet = gradesheet.read(
        course=course,
        granted=rights_of(request),
        wanted=query_of(request.GET).wanted,
        language=get_language() or "",
    )
    rows, name = tables.marks(sheet=sheet), f"{course.key}-gradebook.{ending}"
    if ending == "csv":
        return download(request, _csv(rows), name=name, content_type=CSV)
    if not workbooks.can_write():
        raise Http404
    content = workbooks.workbook(rows)
    return download(request, [content], name=name, content_type=workbooks.CONTENT_TYPE)


def _responses(request: HttpRequest, course: Course) -> HttpResponseBase:
    number = row_number(request.GET.get("quiz", "")) or 0
    quiz = Quiz.objects.filter(course=course, pk=number, lesson=None, is_review=False).first()
    if quiz is None:
        raise Http404
    quiz.course = course
    wanted = query_of(request.GET).wanted
    if tables.count_responses(quiz=quiz) > IN_BACKGROUND:
        job = exporting.queue(
            quiz=quiz,
            by=request.user,
            now=timezone.now(),
            decimal=_decimal(),
            language=get_language() or "",
            section=wanted.section,
        )
        return redirect("admin:cx_courses_course_job", course.pk, job.uuid)
    rows = tables.responses(quiz=quiz, granted=rights_of(request), wanted=wanted)
    name = f"{course.key}-{quiz.key}-responses.csv"
    return download(request, _csv(rows), name=name, content_type=CSV)


def _csv(rows: Any) -> Iterator[str]:
    return tables.as_csv(rows=rows, decimal=_decimal())


def _decimal() -> str:
    return str(get_format("DECIMAL_SEPARATOR"))
