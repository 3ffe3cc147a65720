"""Release the marks that quizzes hold: of a quiz, or of one class in it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.own import rights_of
from courses.admin.studio.marking_frame import course_of, marking_page, release_url
from courses.admin.studio.posted import row_number
from courses.domain.marking import release
from courses.domain.rights import Can
from courses.models import Course, Section


def release_page(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show how many marks are held and how many are ready; release those of a quiz."""
    course = course_of(admin, request, pk)
    if request.method == "POST":
        return _release(admin, request, course)
    sections = rights_of(request).sections(Can.MARK).filter(course=course)
    chosen = _section(request.GET.get("section", ""), sections)
    return marking_page(
        admin,
        request,
        "marking_release.html",
        course,
        title=_("Release marks"),
        rows=release.held(by=request.user, course=course, section=chosen),
        sections=list(sections.filter(is_archived=False).order_by("-is_default", "title", "pk")),
        section=chosen,
    )


def _section(text: str, sections: Any) -> Section | None:
    """Return the class that is named, if the person may mark in it. Raises Http404."""
    if not text:
        return None
    number = row_number(text)
    row: Section | None = sections.filter(pk=number).first() if number is not None else None
    if row is None:
        raise Http404
    return row


def _release(admin: Any, request: HttpRequest, course: Course) -> HttpResponse:
    quiz = row_number(request.POST.get("quiz", ""))
    sections = rights_of(request).sections(Can.MARK).filter(course=course)
    section = _section(request.POST.get("section", ""), sections)
    rows = release.attempts_held(by=request.user, course=course).filter(quiz=quiz)
    if section is not None:
        rows = rows.filter(enrolment__section=section)
    count = release.release(attempts=rows, by=request.user, now=timezone.now())
    text = ngettext(
        "The marks of %(count)d attempt are released.",
        "The marks of %(count)d attempts are released.",
        count,
    )
    admin.message_user(request, text % {"count": count})
    query = f"?section={section.pk}" if section is not None else ""
    return redirect(f"{release_url(course.pk)}{query}")
