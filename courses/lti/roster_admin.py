"""Lists of people of platforms in the admin: when they were read, and what came of it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.bases import AdminMixin
from courses.admin.clients import RootReads
from courses.errors import Conflict
from courses.lti import rosters
from courses.lti.roster_models import LtiRoster, LtiRosterRead

_REGISTRATION = "context__deployment__registration__platform__client"


class ReadsRosters(AdminMixin):
    """Offers to read the lists of people of the rows that are chosen."""

    actions: Sequence[str] = ("read_roster",)
    roster_path = ""
    """From a list of people to the rows; empty where the rows are lists."""

    @admin.action(description=gettext_lazy("Read the list of people"), permissions=["view"])
    def read_roster(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        chosen = {f"{self.roster_path or 'pk'}__in": queryset.order_by().values("pk")}
        found = LtiRoster.objects.filter(**chosen).select_related(_REGISTRATION).distinct()
        asked = 0
        for roster in found.order_by("pk"):
            try:
                rosters.require_readable(roster=roster)
            except Conflict as error:
                text = f"{roster}: {error.message}"
                self.message_user(request, text, messages.WARNING)
                continue
            rosters.request(roster=roster, by=request.user, now=timezone.now())
            asked += 1
        if asked:
            text = ngettext(
                "%(count)d list is being read. “Readings of lists of people” shows what came "
                "of it.",
                "%(count)d lists are being read. “Readings of lists of people” shows what came "
                "of them.",
                asked,
            )
            self.message_user(request, text % {"count": asked}, messages.SUCCESS)
        elif not found:
            text = _("The platform offers no list of people for the courses that you chose.")
            self.message_user(request, text, messages.WARNING)


@admin.register(LtiRoster)
class LtiRosterAdmin(ReadsRosters, RootReads):
    list_display = ["context", "registration", "read_at", "problem"]
    list_filter = ["context__deployment__registration"]
    list_select_related = ["context__deployment__registration"]
    search_fields = ["context__title", "=context__context_id", "problem"]

    @admin.display(description=gettext_lazy("LTI registration"))
    def registration(self, row: LtiRoster) -> str:
        return str(row.context.deployment.registration)


@admin.register(LtiRosterRead)
class LtiRosterReadAdmin(RootReads):
    list_display = ["at", "roster", "is_full", "people", "joined", "changed", "left", "problem"]
    list_filter = ["is_full", "roster__context__deployment__registration"]
    list_select_related = ["roster__context"]
    search_fields = ["roster__context__title", "=roster__context__context_id", "problem"]
