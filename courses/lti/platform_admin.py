"""The page of a platform's data: all of it as a file, and the erasure of all its people."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.admin.bases import AdminMixin
from courses.domain.personal_data import whole_platform
from courses.lti.models import LtiContext, LtiLink, LtiPlatform
from courses.models import Enrolment, ExternalIdentity, Job
from courses.streaming import StreamedList, download, json_parts


class HasPeoplesData(AdminMixin):
    """Adds `…/<pk>/data/` to the admin of platforms."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.data_view)
        own = path("<int:pk>/data/", view, name="cx_courses_lti_ltiplatform_data")
        return [own, *super().get_urls()]

    def data_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        do = request.POST.get("do") if request.method == "POST" else ""
        if do == "export":
            return self._export(request, row)
        problem = ""
        if do == "erase":
            if request.POST.get("name", "").strip() == row.issuer:
                return self._erase(request, row)
            problem = _("Type the issuer exactly as it is shown.")
        unfinished = Job.objects.unfinished().filter(
            kind=whole_platform.KIND, dedupe=str(row.client_id)
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("Data of %(name)s") % {"name": row.issuer},
            "opts": self.opts,
            "original": row,
            "counts": _counts(row),
            "problem": problem,
            "job": unfinished.first(),
            "media": self.media,
        }
        template = "admin/cx_courses_lti/ltiplatform/data.html"
        return TemplateResponse(request, template, context, status=422 if problem else 200)

    def _export(self, request: HttpRequest, row: LtiPlatform) -> HttpResponseBase:
        self.log_change(request, row, _("Personal data exported."))
        found = whole_platform.export_platform(
            client=row.client, by=request.user, now=timezone.now(), collect=StreamedList
        )
        parts = json_parts(found, indent=2)
        name, kind = "platform-data.json", "application/json"
        response = download(request, parts, name=name, content_type=kind)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _erase(self, request: HttpRequest, row: LtiPlatform) -> HttpResponseBase:
        job = whole_platform.ask_erasure(client=row.client, by=request.user, now=timezone.now())
        self.log_change(request, row, _("Erasure of the platform's people begun."))
        text = _("The people of %(name)s are being erased. This page shows how far it is.")
        self.message_user(request, text % {"name": row.issuer}, messages.SUCCESS)
        return redirect(reverse("admin:cx_courses_job_change", args=[job.pk]))


def _counts(row: LtiPlatform) -> dict[str, int]:
    contexts = LtiContext.objects.filter(deployment__registration__platform=row)
    people = ExternalIdentity.objects.filter(client=row.client_id)
    return {
        "people": people.count(),
        "enrolments": Enrolment.objects.filter(user__in=people.values("user")).count(),
        "registrations": row.registrations.count(),
        "contexts": contexts.count(),
        "links": LtiLink.objects.filter(lti_class__context__in=contexts).count(),
    }
