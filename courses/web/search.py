"""Search: in all of a person's courses, or in one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from courses.domain import access
from courses.domain import search as domain
from courses.models import Course
from courses.web import readers
from courses.web.clock import now_of
from courses.web.errors import handles_errors
from courses.web.page_numbers import page_number


@require_safe
@handles_errors
def everywhere(request: HttpRequest) -> HttpResponse:
    """Show what was found in the person's courses, and in what everybody may read."""
    found = domain.search(
        by=request.user, query=_query(request), now=now_of(request), page=page_number(request)
    )
    return _show(request, found, None)


@require_safe
@handles_errors
def in_course(request: HttpRequest, course: str) -> HttpResponse:
    """Show what was found in one course; in a frame or a trial in the class that it is for."""
    reader, here = None, None
    if _is_inside(request):
        reader = readers.reader_of(request, course)
    else:
        here = access.course(key=course, by=request.user)
    found = domain.search(
        by=request.user,
        query=_query(request),
        now=now_of(request),
        reader=reader,
        course=here,
        page=page_number(request),
    )
    return _show(request, found, reader.course if reader else here)


def _show(request: HttpRequest, found: domain.SearchPage, course: Course | None) -> HttpResponse:
    names = [course.key] if course else []
    here = reverse("cx_courses:course-search" if course else "cx_courses:search", args=names)
    context = {
        "found": found,
        "course": course,
        "here": here,
        "is_inside": _is_inside(request),
        "longest_query": domain.LONGEST_QUERY,
    }
    return render(request, "cx_courses/search.html", context)


def _is_inside(request: HttpRequest) -> bool:
    return any(getattr(request, name, None) is not None for name in ("embed", "trial"))


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()
