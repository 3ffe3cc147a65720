"""The catalogue, and the home of one course."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import collation
from courses.conf import settings
from courses.domain import access, cards, enrolments, outline, progress
from courses.models import Course
from courses.web import notices, readers
from courses.web.clock import now_of
from courses.web.course_map import course_map
from courses.web.errors import handles_errors
from courses.web.up_next import NextStep


@require_safe
@handles_errors
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show the courses that the person may see: their own first, with what to do next."""
    now = now_of(request)
    is_known = request.user.is_authenticated
    chosen = readers.chosen(request).values()
    mine = progress.my_courses(by=request.user, now=now, chosen=chosen) if is_known else []
    own = {summary.course.pk for summary in mine}
    due = cards.set_counts(enrolments=[row.enrolment for row in mine], now=now) if mine else {}
    found = access.courses(by=request.user)
    context = {
        "mine": [
            (row.course, NextStep(row.progress, due.get(row.enrolment.pk, 0))) for row in mine
        ],
        "others": [
            (course, outline.outline(course))
            for course in sorted(found, key=_by_title)
            if course.pk not in own
        ],
    }
    return render(request, "cx_courses/catalogue.html", context)


@require_safe
@handles_errors
def course(request: HttpRequest, course: str) -> HttpResponse:
    """Show the map of a course, with progress for those who are in it."""
    found, classes = readers.home_of(request, course)
    enrolment = classes[0] if classes else None
    plan = outline.outline(found)
    own, unread, here = None, [], None
    if enrolment is not None:
        now = now_of(request)
        own = progress.course_progress(enrolment=enrolment, outline=plan, now=now)
        due = cards.set_counts(enrolments=[enrolment], now=now)
        here = NextStep(own, due.get(enrolment.pk, 0))
        unread = notices.unread(enrolments=classes, now=now)
    is_reader = enrolment is not None or request.user.is_superuser
    context = {
        "course": found,
        "outline": plan,
        "map": course_map(outline=plan, progress=own, is_linked=is_reader),
        "own": here,
        "classes": classes,
        "notices": unread,
        "is_preview": is_reader and enrolment is None,
        "public_url": _public_url(request, found),
        "site_url": request.build_absolute_uri("/").rstrip("/"),
        "may_enrol": settings.SELF_ENROLMENT and found.is_open,
    }
    return render(request, "cx_courses/course.html", context)


def _by_title(course: Course) -> collation.Key:
    return collation.sort_key(course.title, get_language() or "")


def _public_url(request: HttpRequest, course: Course) -> str:
    """Return the address by which others may show a card of the course; "" where they may not."""
    is_public = course.state == Course.State.PUBLISHED and not getattr(request, "embed", None)
    return request.build_absolute_uri(request.path) if is_public else ""


@require_POST
@handles_errors
def enrol(request: HttpRequest, course: str) -> HttpResponse:
    if not request.user.is_authenticated:
        raise access.NotEnrolled
    found = access.course(key=course, by=request.user)
    enrolments.self_enrol(course=found, by=request.user, now=timezone.now())
    messages.success(request, _("You are enrolled."))
    return redirect("cx_courses:course", course=found.key)


@require_POST
@login_required
@handles_errors
def choose_class(request: HttpRequest, course: str) -> HttpResponse:
    """Go on in another of one's classes of the course."""
    found = access.course(key=course, by=request.user)
    wanted = request.POST.get("enrolment")
    for row in access.classes(course=found, by=request.user):
        if str(row.uuid) == wanted:
            readers.choose(request, row)
    return redirect("cx_courses:course", course=found.key)
