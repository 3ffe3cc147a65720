"""The page on which an administrator has a registration checked."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.lti import registration_check
from courses.lti.models import LtiRegistration
from courses.lti.row_pages import HasRowPages


class ChecksRegistrations(HasRowPages):
    """Adds `…/<pk>/check/` to the admin of registrations. It calls the platform, so only a post."""

    row_pages: Mapping[str, str] = {"check": "change"}

    def check_page(self, request: HttpRequest, row: LtiRegistration) -> HttpResponse:
        lines = None
        if request.method == "POST":
            lines = registration_check.check(registration=row, now=timezone.now())
        title = _("Check of %(name)s") % {"name": row.name}
        return self.show_page(request, row, "check", title=title, lines=lines)
