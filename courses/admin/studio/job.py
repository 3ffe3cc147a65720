"""How far work in the background is, and what became of it. The page is loaded again by a link."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.studio.frame import course_step, frame
from courses.domain import jobs
from courses.models import Course, Job

STOP = "stop"
TEMPLATE = "admin/cx_courses/studio/job.html"


def job(admin: Any, request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
    """Show a job of the course; stop it by a post."""
    course = admin.get_object(request, str(pk))
    found = Job.objects.filter(course=course, uuid=uuid).select_related("course", "by").first()
    if course is None or found is None:
        raise Http404
    if not jobs.may_see(job=found, by=request.user):
        raise PermissionDenied
    if request.method == "POST":
        if request.POST.get("do") == STOP and jobs.cancel(job=found, now=timezone.now()):
            messages.success(request, _("The work is stopped. What was done so far stays."))
        return redirect(request.path)
    return TemplateResponse(request, TEMPLATE, _context(admin, request, found, found.course))


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
        errors=[error["text"] for error in found.errors],
    )
