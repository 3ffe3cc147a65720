"""Certificates: by which rules a course issues them, the issued ones, and the keys that sign."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.clients import RootReads
from courses.admin.mixins import CourseAdmin, ReadOnlyAdmin, SameCourseForm, names_of
from courses.admin.own import OwnFilter
from courses.domain import certificates
from courses.domain.certificates import keys
from courses.domain.certificates.holding import LONGEST_REASON
from courses.domain.rights import Can
from courses.errors import Conflict, Invalid
from courses.models import Certificate, CertificateRule, SigningKey


class CertificateRuleForm(SameCourseForm):
    class Meta:
        model = CertificateRule
        fields = [
            *("course", "basis", "quiz", "shows_score", "valid_months"),
            *("description", "is_active"),
        ]


@admin.register(CertificateRule)
class CertificateRuleAdmin(CourseAdmin):
    form = CertificateRuleForm
    fixed = ("course", "basis")
    autocomplete_fields = ["course", "quiz"]
    list_display = ["course", "basis", "quiz", "shows_score", "valid_months", "is_active"]
    list_filter = [("course", OwnFilter), "basis", "is_active"]
    list_select_related = ["course", "quiz"]
    search_fields = ["course__title", "course__key"]


class ReasonForm(ActionForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason, for revoking:"), required=False, max_length=LONGEST_REASON
    )


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin, CourseAdmin):
    enrolment_path = "enrolment"
    action_form = ReasonForm
    list_display = [
        "number", "name", "course_title", "percent", "issued_at", "valid_until", "revoked_at",
        "cause",
    ]  # fmt: skip
    list_filter = [("course", OwnFilter), "cause"]
    search_fields = ["=number", "name", *names_of("enrolment__user")]
    actions = ["revoke", "issue_again"]
    action_rights = {"revoke": Can.GRANT, "issue_again": Can.GRANT}

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Return whether the person may revoke and issue again: rows are never changed by hand."""
        return request.user.has_perm("cx_courses.change_certificate")

    @admin.action(description=gettext_lazy("Revoke the selected entries"), permissions=["decide"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Certificate]) -> None:
        reason, now = request.POST.get("reason", ""), timezone.now()
        try:
            for row in queryset:
                certificates.revoke(certificate=row, reason=reason, by=request.user, now=now)
                self.log_change(request, row, [{"changed": {"fields": ["revoked_at"]}}])
        except Invalid as error:
            text = " ".join(str(one.message) for one in error.problems)
            self.message_user(request, text, messages.ERROR)
            return
        self.message_user(request, _("The selected certificates are revoked."), messages.SUCCESS)

    @admin.action(description=gettext_lazy("Issue again"), permissions=["decide"])
    def issue_again(self, request: HttpRequest, queryset: QuerySet[Certificate]) -> None:
        for row in queryset:
            try:
                new = certificates.reissue(certificate=row, by=request.user, now=timezone.now())
            except Conflict:
                text = _("%(number)s cannot be issued again.") % {"number": row.number}
                self.message_user(request, text, messages.ERROR)
                continue
            self.log_change(request, row, [{"changed": {"fields": ["superseded_by"]}}])
            text = _("%(number)s is replaced by %(new)s.")
            text %= {"number": row.number, "new": new.number}
            self.message_user(request, text, messages.SUCCESS)


@admin.register(SigningKey)
class SigningKeyAdmin(RootReads):
    list_display = ["uuid", "created_at", "is_active", "retired_at", "revoked_at"]
    list_filter = ["is_active"]
    search_fields = ["=uuid"]
    fields = ["uuid", "public_key", "created_at", "is_active", "retired_at", "revoked_at"]
    actions = ["rotate", "revoke"]

    @admin.action(description=gettext_lazy("Sign with a new key from now on"), permissions=["view"])
    def rotate(self, request: HttpRequest, queryset: QuerySet[SigningKey]) -> None:
        new = keys.rotate(now=timezone.now())
        self.log_addition(request, new, [{"added": {}}])
        text = _("A new key signs from now on; what earlier ones signed can still be verified.")
        self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Revoke the selected entries"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[SigningKey]) -> None:
        for row in queryset:
            keys.revoke(key=row, now=timezone.now())
            self.log_change(request, row, [{"changed": {"fields": ["revoked_at"]}}])
        text = _("What the selected keys signed can no longer be verified.")
        self.message_user(request, text, messages.SUCCESS)
