"""Webhook endpoints: for administrators, as keys are."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.bases import Fields, ModelForm
from courses.admin.clients import RootOnly, RootReads
from courses.admin.mixins import CourseAdmin
from courses.domain import events, webhooks
from courses.errors import CoursesError, Invalid
from courses.models import DeliveryTry, WebhookEndpoint

SHOWN = [
    "disabled_at",
    "disabled_reason",
    "failures",
    "failing_since",
    "paused_until",
    "last_success_at",
    "created_at",
]


SET = ("url", "description", "event_types", "include_hidden_scores")


class WebhookEndpointForm(ModelForm):
    event_types = forms.MultipleChoiceField(
        label=gettext_lazy("Event types"),
        choices=[(kind, kind) for kind in events.TYPES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None chosen: every type."),
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            webhooks.check(url=url, event_types=())
        except Invalid as error:
            raise forms.ValidationError([one.message for one in error.problems]) from error
        return url


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(RootOnly, CourseAdmin):
    form = WebhookEndpointForm
    fields = ["url", "description", "client", "event_types", "courses", "include_hidden_scores"]
    fixed = ("client",)
    autocomplete_fields = ["client", "courses"]
    list_display = ["url", "client", "disabled_reason", "failures", "last_success_at"]
    list_filter = ["disabled_reason", "client"]
    list_select_related = ["client"]
    search_fields = ["url", "description", "client__name"]
    actions = ["ping", "rotate", "disable", "enable"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether it can be changed; one of an app is what the app makes of it."""
        is_own = obj is None or not obj.sender
        return is_own and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_own = obj is None or not obj.sender
        return is_own and super().has_delete_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Fields:
        return [*super().get_fields(request, obj), *(SHOWN if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(SHOWN if obj else [])]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        chosen = form.cleaned_data
        values = {name: chosen[name] for name in SET}
        if change:
            webhooks.change(endpoint=obj, values=values)
            return
        made = webhooks.register(client=obj.client, now=timezone.now(), **values)
        for field in made._meta.concrete_fields:
            setattr(obj, field.attname, getattr(made, field.attname))
        obj._state.adding = False
        self._show_secret(request, made.url, made.secrets[0]["secret"])

    @admin.action(description=gettext_lazy("Send a test event"), permissions=["change"])
    def ping(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for row in queryset.filter(sender=""):
            try:
                webhooks.ping(endpoint=row, by=request.user, now=timezone.now())
            except CoursesError as error:
                self.message_user(request, f"{row}: {error.message}", messages.ERROR)
                continue
            text = _("The relay will send a test event to %(url)s.") % {"url": row}
            self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Create a new secret"), permissions=["change"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for row in queryset.filter(sender=""):
            secret = webhooks.rotate_secret(endpoint=row, now=timezone.now())
            self.log_change(request, row, [{"changed": {"fields": ["secrets"]}}])
            self._show_secret(request, row.url, secret)

    @admin.action(description=gettext_lazy("Switch off"), permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for row in queryset:
            webhooks.disable(endpoint=row, now=timezone.now())
            self.log_change(request, row, [{"changed": {"fields": ["disabled_at"]}}])
        text = _("The selected endpoints no longer receive events.")
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Switch on"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for row in queryset:
            webhooks.enable(endpoint=row)
            self.log_change(request, row, [{"changed": {"fields": ["disabled_at"]}}])
        text = _("The selected endpoints receive events again.")
        self.message_user(request, text, messages.SUCCESS)

    def _show_secret(self, request: HttpRequest, url: str, secret: str) -> None:
        text = _("Copy the secret of %(url)s now; it will not be shown again: %(secret)s")
        messages.warning(request, text % {"url": url, "secret": secret})


@admin.register(DeliveryTry)
class DeliveryTryAdmin(RootReads):
    list_display = ["tried_at", "delivery", "status", "duration_ms", "answer"]
    list_filter = ["tried_at"]
    list_select_related = ["delivery__event"]
    search_fields = ["=delivery__event__uuid", "delivery__subscriber", "answer"]
