"""Invitations for platforms: an administrator makes one, and gives its address away."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.bases import Fields, ModelForm
from courses.admin.clients import RootOnly
from courses.admin.mixins import CourseAdmin
from courses.errors import Invalid
from courses.lti import addresses, inviting
from courses.lti.invitation_model import LtiInvitation

_SHOWN = ("created_by", "created_at", "expires_at", "used_at", "registration")
_DAYS = 7


class LtiInvitationForm(ModelForm):
    days = forms.IntegerField(
        label=gettext_lazy("Valid for so many days"),
        initial=_DAYS,
        min_value=1,
        max_value=inviting.LONGEST.days,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("days", None)

    def clean_host(self) -> str:
        try:
            return inviting.checked_host(self.cleaned_data["host"])
        except Invalid as error:
            raise forms.ValidationError([one.message for one in error.problems]) from error


@admin.register(LtiInvitation)
class LtiInvitationAdmin(RootOnly, CourseAdmin):
    form = LtiInvitationForm
    fixed = ("note", "host")
    list_display = ["note", "host", "created_at", "expires_at", "used_at", "registration"]
    list_filter = ["used_at"]
    list_select_related = ["registration"]
    search_fields = ["note", "host"]
    actions = ["withdraw"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Fields:  # noqa: ARG002
        return ["note", "host", *(_SHOWN if obj else ("days",))]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(_SHOWN if obj else ())]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            return
        new = inviting.create(
            note=obj.note,
            host=obj.host,
            lifetime=timedelta(days=form.cleaned_data["days"]),
            by=request.user,
            now=timezone.now(),
        )
        for field in new.row._meta.concrete_fields:
            setattr(obj, field.attname, getattr(new.row, field.attname))
        obj._state.adding = False
        text = _(
            "Copy this address now and paste it into the learning platform; it will not be shown "
            "again: %(url)s"
        )
        messages.warning(request, text % {"url": addresses.register(new.code)})

    @admin.action(description=gettext_lazy("Withdraw"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[LtiInvitation]) -> None:
        for row in queryset:
            inviting.withdraw(invitation=row, now=timezone.now())
            self.log_change(request, row, [{"changed": {"fields": ["expires_at"]}}])
        text = _("The selected invitations no longer work.")
        self.message_user(request, text, messages.SUCCESS)
