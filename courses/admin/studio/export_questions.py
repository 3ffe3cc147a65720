"""The question bank as a file for another system: what it cannot say is shown before."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.admin.studio.frame import Step, frame
from courses.domain.authoring import exporting
from courses.domain.rights import Can, rights
from courses.interchange import writing


def export_questions(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a format cannot say, or with `download` send the file."""
    course = get_object_or_404(rights(by=request.user).whole_courses(Can.READ), pk=pk)
    chosen = writing.WRITE.get(request.GET.get("format", ""))
    written = None
    if chosen is not None:
        written = exporting.export_questions(course=course, format_key=chosen.key)
        if "download" in request.GET:
            answer = HttpResponse(written.content, content_type="application/octet-stream")
            name = f"{course.key}.{chosen.ending}"
            answer["Content-Disposition"] = f'attachment; filename="{name}"'
            return answer
    bank = Step(_("Question bank"), reverse("admin:cx_courses_course_bank", args=[course.pk]))
    context = frame(
        admin,
        request,
        title=_("Export questions"),
        course=course,
        here="bank",
        crumbs=[bank],
        formats=writing.FORMATS,
        chosen=chosen,
        written=written,
    )
    return TemplateResponse(request, "admin/cx_courses/studio/export.html", context)
