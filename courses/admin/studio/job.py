"""How far work in the background is, and what became of it. The page is loaded again by a link."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio.frame import course_step, frame
from courses.domain import jobs
from courses.errors import NotAllowed, NotFound
from courses.models import Course, Job
from courses.streaming import download

STOP = "stop"
TEMPLATE = "admin/cx_courses/studio/job.html"


def job(admin: Any, request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
    """Show a job of the course; stop it by a post."""
    found = _found(admin, request, pk, uuid)
    if request.method == "POST":
        if request.POST.get("do") == STOP and jobs.cancel(job=found, now=timezone.now()):
            messages.success(request, _stopped_text(found))
        return redirect(request.path)
    return TemplateResponse(request, TEMPLATE, _context(admin, request, found, found.course))


def _stopped_text(stopped: Job) -> str:
    if jobs.kind_of(stopped.kind).is_taken_back:
        return _("The work is stopped. What was done so far is taken back.")
    return _("The work is stopped. What was done so far stays.")


def file(admin: Any, request: HttpRequest, pk: int, uuid: UUID) -> HttpResponseBase:
    """Send the file that a job has made, to those who may read it now."""
    found = _found(admin, request, pk, uuid)
    try:
        made = jobs.open_file(job=found, by=request.user, now=timezone.now())
    except NotAllowed as error:
        raise PermissionDenied from error
    except NotFound as error:
        raise Http404 from error
    return download(request, made.parts, name=made.name, content_type=made.content_type)


def _found(admin: Any, request: HttpRequest, pk: int, uuid: UUID) -> Job:
    """Return a job of the course that the person may see. Raises Http404, PermissionDenied."""
    course = admin.get_object(request, str(pk))
    found = Job.objects.filter(course=course, uuid=uuid).select_related("course", "by").first()
    if course is None or found is None:
        raise Http404
    if not jobs.may_see(job=found, by=request.user):
        raise PermissionDenied
    return found


def _context(
    admin: object, request: HttpRequest, found: Job, course: Course | None
) -> dict[str, object]:
    kind = jobs.kind_of(found.kind)
    return frame(
        admin,
        request,
        title=str(kind.label),
        course=course,
        crumbs=[course_step(request, course)] if course else [],
        job=found,
        results=kind.results(found.result or {}),
        has_file=jobs.has_file(job=found, now=timezone.now()),
        errors=[error["text"] for error in found.errors],
    )
