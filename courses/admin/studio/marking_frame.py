"""What the pages of marking share: the course, the part of its queue, who may mark there."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.admin.own import rights_of
from courses.admin.studio.frame import Step, course_step, frame
from courses.admin.studio.posted import row_number
from courses.domain.marking.queue import Scope
from courses.domain.rights import Can
from courses.models import Course

TEMPLATES = "admin/cx_courses/studio/"
PARTS = ("quiz", "question", "section", "enrolment")


@dataclass(frozen=True)
class QueuePart:
    """The part of the queue that an address names. `query` is how an address names it."""

    scope: Scope

    @property
    def named(self) -> dict[str, int]:
        found = {name: getattr(self.scope, name) for name in PARTS}
        return {name: pk for name, pk in found.items() if pk is not None}

    @property
    def query(self) -> str:
        return urlencode(self.named)

    def narrowed(self, **more: int) -> "QueuePart":
        """Return the part of this part with these rows alone."""
        return QueuePart(Scope(self.scope.course, **{**self.named, **more}))


def course_of(admin: Any, request: HttpRequest, pk: int) -> Course:
    """Return a course in which the person may mark. Raises Http404, PermissionDenied."""
    if not request.user.has_perm("cx_courses.add_grading"):
        raise PermissionDenied
    course: Course | None = admin.get_object(request, str(pk))
    if course is None or not rights_of(request).may(Can.MARK, course=course):
        raise Http404
    return course


def part_of(request: HttpRequest, course: Course) -> QueuePart:
    """Return the part of the queue that the address names."""
    found = {name: row_number(request.GET.get(name, "")) for name in PARTS}
    return QueuePart(Scope(course, **found))


def marking_page(
    admin: Any,
    request: HttpRequest,
    template: str,
    course: Course,
    *,
    title: str,
    is_queue: bool = False,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Answer with a page of marking in the course."""
    steps = [] if is_queue else [Step(_("Marking"), queue_url(course.pk))]
    context = frame(
        admin,
        request,
        title=title,
        course=course,
        here="marking",
        crumbs=[course_step(request, course), *steps],
        **more,
    )
    return TemplateResponse(request, f"{TEMPLATES}{template}", context, status=status)


def queue_url(course_pk: int, query: str = "") -> str:
    """Return the page of what waits in a course."""
    return _with(reverse("admin:cx_courses_course_marking", args=[course_pk]), query)


def mark_url(course_pk: int, uuid: Any, query: str = "") -> str:
    """Return the page on which a response is marked: its address names nobody."""
    return _with(reverse("admin:cx_courses_course_mark", args=[course_pk, uuid]), query)


def release_url(course_pk: int) -> str:
    """Return the page on which marks are released."""
    return reverse("admin:cx_courses_course_release", args=[course_pk])


def _with(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address
