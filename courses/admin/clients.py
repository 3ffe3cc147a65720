"""Platforms and their keys: for administrators, because a key reaches every course."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.bases import AdminMixin, Fields, ModelForm
from courses.admin.filters import Languages, Methods
from courses.admin.mixins import CourseAdmin, LinesField, ReadOnlyAdmin, names_of
from courses.admin.personal_data import HandlesPeople
from courses.domain import clients, oauth, tokens
from courses.errors import Invalid
from courses.models import (
    ApiClient,
    ApiKey,
    Cohort,
    ExternalIdentity,
    IdempotencyRecord,
    Launch,
    LearnerToken,
    Preferences,
)
from courses.models.client import SCOPES


class RootOnly(AdminMixin):
    """For administrators alone: others see no row, whatever their permissions."""

    course_path: str | None = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()
        return rows if request.user.is_superuser else rows.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow no deletion: learners and records depend on the row; it is disabled or revoked."""
        return False


class ApiClientForm(ModelForm):
    origins = LinesField(
        label=gettext_lazy("Origins of web pages"),
        required=False,
        help_text=gettext_lazy(
            "One per line, such as https://learn.example.org. Pages there may call the API from "
            "the browser with this client's learner tokens. If empty, pages of other sites may "
            "not."
        ),
    )

    def clean_origins(self) -> list[str]:
        try:
            return clients.check_origins(addresses=self.cleaned_data["origins"])
        except Invalid as error:
            raise forms.ValidationError([one.message for one in error.problems]) from error


@admin.register(ApiClient)
class ApiClientAdmin(RootOnly, CourseAdmin):
    form = ApiClientForm
    fields = ["name", "is_active", "origins"]
    list_display = ["name", "is_active", "created_at"]
    list_filter = ["is_active"]
    search_fields = ["name"]


class ApiKeyForm(ModelForm):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Scopes"),
        choices=[(scope, scope) for scope in SCOPES],
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if kind == ApiKey.Kind.OAUTH and not oauth.is_offered():
            raise forms.ValidationError(_("This site offers no OAuth; choose an API key."))
        return kind


@admin.register(ApiKey)
class ApiKeyAdmin(RootOnly, CourseAdmin):
    form = ApiKeyForm
    fields = ["client", "kind", "label", "scopes", "courses", "expires_at"]
    fixed = ("client", "kind")
    autocomplete_fields = ["client", "courses"]
    list_display = ["prefix", "client", "kind", "label", "scopes", "expires_at", "revoked_at"]
    list_filter = ["client", "kind", "revoked_at"]
    list_select_related = ["client"]
    search_fields = ["prefix", "label", "client__name"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Fields:
        shown = ["prefix", "created_at", "last_used_at", "revoked_at"] if obj else []
        return [*super().get_fields(request, obj), *shown]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names = super().get_readonly_fields(request, obj)
        return [*names, "prefix", "created_at", "last_used_at", "revoked_at"] if obj else names

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        new = clients.create_key(
            client=obj.client,
            scopes=obj.scopes,
            label=obj.label,
            expires_at=obj.expires_at,
            kind=obj.kind,
        )
        obj.pk, obj.prefix, obj.secret_hash = new.row.pk, new.row.prefix, new.row.secret_hash
        obj._state.adding = False
        text = _("Copy this key now; it will not be shown again: %(key)s") % {"key": new.text}
        if obj.kind == ApiKey.Kind.OAUTH:
            text = _(
                "Client ID %(id)s. Copy its secret now; it will not be shown again: %(secret)s"
            )
            text %= {"id": obj.prefix, "secret": new.text}
        messages.warning(request, text)

    @admin.action(description=gettext_lazy("Revoke the selected entries"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        for row in queryset:
            clients.revoke_key(key=row, now=timezone.now())
            self.log_change(request, row, [{"changed": {"fields": ["revoked_at"]}}])
        self.message_user(
            request, _("The selected keys have been revoked and no longer work."), messages.SUCCESS
        )


class RootReads(ReadOnlyAdmin, RootOnly, CourseAdmin):
    """Written by the rules alone, read by administrators."""


@admin.register(ExternalIdentity)
class ExternalIdentityAdmin(HandlesPeople, RootReads):
    list_display = ["client", "subject", "user", "created_at"]
    list_filter = ["client"]
    list_select_related = ["client", "user"]
    search_fields = ["=subject", *names_of("user")]


@admin.register(Cohort)
class CohortAdmin(RootReads):
    list_display = ["key", "name", "client", "created_at"]
    list_filter = ["client"]
    list_select_related = ["client"]
    search_fields = ["key", "name"]
    autocomplete_fields = ["learners"]


@admin.register(LearnerToken)
class LearnerTokenAdmin(RootReads):
    list_display = ["prefix", "user", "issuer", "expires_at", "revoked_at", "last_used_at"]
    list_filter = ["revoked_at"]
    list_select_related = ["user", "issuer__client"]
    search_fields = ["prefix", *names_of("user")]
    actions = ["revoke"]

    @admin.action(description=gettext_lazy("Revoke the selected entries"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[LearnerToken]) -> None:
        for row in queryset:
            tokens.revoke_token(
                tokens=queryset.filter(pk=row.pk), uuid=row.uuid, now=timezone.now()
            )
            self.log_change(request, row, [{"changed": {"fields": ["revoked_at"]}}])
        self.message_user(
            request,
            _("The selected tokens have been revoked and no longer work."),
            messages.SUCCESS,
        )


@admin.register(Preferences)
class PreferencesAdmin(RootReads):
    list_display = ["user", "time_zone", "is_time_zone_chosen", "language"]
    list_filter = [Languages]
    list_select_related = ["user"]
    search_fields = ["time_zone", *names_of("user")]


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(RootReads):
    exclude = ["body"]
    list_display = ["created_at", "owner", "method", "path", "status"]
    list_filter = [Methods]
    search_fields = ["=key", "path"]


@admin.register(Launch)
class LaunchAdmin(RootReads):
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    list_display = ["created_at", "client", "target", "target_key", "origin", "opened_at"]
    list_filter = ["client", "target"]
    list_select_related = ["client"]
    search_fields = ["=identity__subject", "origin", "target_key"]
