"""The page of a platform's data: all of it as a file, and the erasure of all its people."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.domain.personal_data import whole_platform
from courses.lti.models import LtiContext, LtiLink, LtiPlatform
from courses.lti.row_pages import HasRowPages
from courses.models import Enrolment, ExternalIdentity, Job
from courses.streaming import StreamedList, download, json_parts


class HasPeoplesData(HasRowPages):
    """Adds `…/<pk>/data/` to the admin of platforms."""

    row_pages: Mapping[str, str] = {"data": "view"}

    def data_page(self, request: HttpRequest, row: LtiPlatform) -> HttpResponseBase:
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
        return self.show_page(
            request,
            row,
            "data",
            title=_("Data of %(name)s") % {"name": row.issuer},
            status=422 if problem else 200,
            counts=_counts(row),
            problem=problem,
            job=unfinished.first(),
        )

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
