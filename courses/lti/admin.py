"""Platforms that speak LTI: for administrators alone, as other platforms are."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.clients import RootOnly, RootReads
from courses.admin.mixins import CourseAdmin
from courses.lti import (
    addresses,
    invitation_admin,  # noqa: F401 (registers itself)
    notices,
    own_keys,
    registrations,
    roster_admin,
    sent_scores,
)
from courses.lti.check_admin import ChecksRegistrations
from courses.lti.launch_models import LtiLaunchRecord
from courses.lti.models import (
    LtiClass,
    LtiDeployment,
    LtiKey,
    LtiLink,
    LtiPlatform,
    LtiRegistration,
)
from courses.lti.platform_admin import HasPeoplesData
from courses.lti.reasons import TEXTS
from courses.lti.registration_form import LEGACY, LTI_1_3, SET, LtiRegistrationForm
from courses.lti.score_models import LtiScore
from courses.lti.succession_admin import HasSuccessors


@admin.register(LtiRegistration)
class LtiRegistrationAdmin(HasSuccessors, ChecksRegistrations, RootOnly, CourseAdmin):
    row_pages = {**HasSuccessors.row_pages, **ChecksRegistrations.row_pages}
    form = LtiRegistrationForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fixed = ("client_id",)
    list_display = ["name", "platform", "client_id", "privacy", "is_active"]
    list_filter = ["is_active", "privacy"]
    list_select_related = ["platform"]
    search_fields = ["name", "client_id", "platform__issuer"]
    actions = ["rotate"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002
        former = {"fields": [*LEGACY, "legacy_secret"], "classes": ["collapse"]}
        legacy = (gettext_lazy("People known by their ids of LTI 1.1"), former)
        if obj is None:
            return [(None, {"fields": ["name", "issuer", "client_id", *LTI_1_3]}), legacy]
        changed = ["name", "platform", "client_id", *LTI_1_3, "is_active", "successor"]
        return [
            (None, {"fields": changed}),
            (gettext_lazy("Addresses that the platform asks for"), {"fields": _OURS}),
            (gettext_lazy("Keys of the platform"), {"fields": _STATE}),
            legacy,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = ["platform", "successor", *_OURS, *_STATE] if obj else []
        found = [*super().get_readonly_fields(request, obj), *shown]
        return [one for one in found if one != "client_id" or (obj and obj.client_id)]

    @admin.display(description=gettext_lazy("login address"))
    def login_address(self, _row: LtiRegistration) -> str:
        return addresses.login()

    @admin.display(description=gettext_lazy("login address of its own"))
    def own_login_address(self, row: LtiRegistration) -> str:
        return addresses.login(row.uuid)

    @admin.display(description=gettext_lazy("launch and redirection address"))
    def launch_address(self, _row: LtiRegistration) -> str:
        return addresses.launch()

    @admin.display(description=gettext_lazy("address of our key set"))
    def keys_address(self, row: LtiRegistration) -> str:
        return addresses.keys(row.uuid)

    @admin.display(description=gettext_lazy("configuration for Canvas (JSON URL)"))
    def canvas_address(self, row: LtiRegistration) -> str:
        return addresses.canvas(row.uuid)

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002
        obj: Any,
        form: Any,
        change: bool,
    ) -> None:
        chosen = form.cleaned_data
        values = {name: chosen[name] for name in SET}
        values |= form.secret_values()
        if change:
            more = {n: chosen[n] for n in ("name", "is_active", "client_id") if n in chosen}
            registrations.change(registration=obj, values={**values, **more})
            return
        made = registrations.create(
            issuer=chosen["issuer"],
            client_id=chosen["client_id"],
            name=chosen["name"],
            now=timezone.now(),
            **values,
        )
        for field in made._meta.concrete_fields:
            setattr(obj, field.attname, getattr(made, field.attname))
        obj._state.adding = False

    @admin.action(description=gettext_lazy("Replace our key"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[LtiRegistration]) -> None:
        for row in queryset:
            own_keys.rotate(registration=row, now=timezone.now())
            self.log_change(request, row, [{"changed": {"fields": ["own_keys"]}}])
        text = _("We sign with new keys now; the old ones stay published for a week.")
        self.message_user(request, text, messages.SUCCESS)


_STATE = ("keys_read_at", "keys_problem")
_OURS = ("login_address", "own_login_address", "launch_address", "keys_address", "canvas_address")


@admin.register(LtiDeployment)
class LtiDeploymentAdmin(RootReads):
    list_display = ["deployment_id", "registration", "state", "created_at"]
    list_filter = ["state", "registration"]
    list_select_related = ["registration"]
    search_fields = ["deployment_id", "registration__name"]
    fields = [
        *("registration", "deployment_id", "state", "created_at"),
        *("notices_url", "notices_problem"),
    ]
    actions = ["approve", "block", "ask_for_notices"]

    @admin.action(description=gettext_lazy("Approve"), permissions=["view"])
    def approve(self, request: HttpRequest, queryset: QuerySet[LtiDeployment]) -> None:
        self._decide(request, queryset, is_approved=True)

    @admin.action(description=gettext_lazy("Block"), permissions=["view"])
    def block(self, request: HttpRequest, queryset: QuerySet[LtiDeployment]) -> None:
        self._decide(request, queryset, is_approved=False)

    @admin.action(description=gettext_lazy("Ask for notices again"), permissions=["view"])
    def ask_for_notices(self, request: HttpRequest, queryset: QuerySet[LtiDeployment]) -> None:
        notices.ask_again(deployments=list(queryset))
        for row in queryset:
            self.log_change(request, row, [{"changed": {"fields": ["notices_url"]}}])
        text = _("The next launch asks the platform for its notices.")
        self.message_user(request, text, messages.SUCCESS)

    def _decide(
        self, request: HttpRequest, rows: QuerySet[LtiDeployment], *, is_approved: bool
    ) -> None:
        for row in rows:
            registrations.approve(deployment=row, is_approved=is_approved)
            self.log_change(request, row, [{"changed": {"fields": ["state"]}}])
        text = (
            _("The selected deployments can open courses.")
            if is_approved
            else _("The selected deployments can no longer open courses.")
        )
        self.message_user(request, text, messages.SUCCESS)


@admin.register(LtiPlatform)
class LtiPlatformAdmin(HasPeoplesData, RootReads):
    list_display = ["issuer", "client"]
    list_filter = ["client__is_active"]
    list_select_related = ["client"]
    search_fields = ["issuer", "client__name"]


@admin.register(LtiKey)
class LtiKeyAdmin(RootReads):
    list_display = ["kid", "registration", "created_at", "retired_at"]
    list_filter = ["registration"]
    list_select_related = ["registration"]
    search_fields = ["kid"]


@admin.register(LtiClass)
class LtiClassAdmin(roster_admin.ReadsRosters, RootReads):
    list_display = ["context", "course", "section", "deployment", "people_read_at"]
    list_filter = ["context__deployment__registration"]
    list_select_related = [
        *("context__deployment__registration", "context__roster", "course", "section"),
    ]
    roster_path = "context__classes"
    search_fields = ["context__title", "=context__context_id", "course__title"]
    actions = ["send_scores", *roster_admin.ReadsRosters.actions]

    @admin.action(
        description=gettext_lazy("Send all scores of this class again"), permissions=["view"]
    )
    def send_scores(self, request: HttpRequest, queryset: QuerySet[LtiClass]) -> None:
        count = 0
        for row in queryset:
            count += sent_scores.send_whole_class(lti_class=row, now=timezone.now())
            self.log_change(request, row, [{"changed": {"fields": ["scores"]}}])
        text = ngettext(
            "The scores of %(count)d learner are sent again.",
            "The scores of %(count)d learners are sent again.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.display(description=gettext_lazy("LTI deployment"))
    def deployment(self, row: LtiClass) -> str:
        return str(row.context.deployment)

    @admin.display(description=gettext_lazy("list of people read at"))
    def people_read_at(self, row: LtiClass) -> Any:
        roster = getattr(row.context, "roster", None)
        return roster.read_at if roster else None


@admin.register(LtiLink)
class LtiLinkAdmin(RootReads):
    list_display = [
        *("__str__", "lti_class", "target", "target_key", "is_further", "problem", "created_at"),
    ]
    list_filter = ["target", "is_further", "problem"]
    list_select_related = ["lti_class__context", "lti_class__section"]
    search_fields = ["title", "=link_id", "target_key"]


@admin.register(LtiScore)
class LtiScoreAdmin(RootReads):
    list_display = ["link", "identity", "state", "number", "sent_at", "answer"]
    list_filter = ["state", "link__lti_class__context__deployment__registration"]
    list_select_related = ["link", "identity__client", "identity__user"]
    search_fields = ["=identity__subject", "link__title", "answer"]

    @admin.display(description=gettext_lazy("score"))
    def number(self, row: LtiScore) -> str:
        given = row.data.get("scoreGiven")
        return "–" if given is None else f"{given} / {row.data.get('scoreMaximum')}"


class ReasonFilter(admin.SimpleListFilter):
    """Offers every reason that there is, and does not look through the records for them."""

    title = gettext_lazy("reason")
    parameter_name = "reason"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [(code, code) for code in sorted(TEXTS)]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(reason=self.value()) if self.value() else queryset


@admin.register(LtiLaunchRecord)
class LtiLaunchRecordAdmin(RootReads):
    list_display = ["at", "registration", "reason", "detail", "deployment_id"]
    list_filter = ["registration", ReasonFilter]
    list_select_related = ["registration"]
    search_fields = ["=reason", "detail", "=context_id"]
