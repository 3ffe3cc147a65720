"""The page on which an administrator lets one registration take the place of another one."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import CoursesError
from courses.lti import succession
from courses.lti.models import LtiDeployment, LtiRegistration
from courses.lti.row_pages import HasRowPages
from courses.lti.succession_model import LtiSuccession

_NEW = "new"


class SuccessorForm(forms.Form):
    """The successor and, once it is chosen, a place of it for each deployment."""

    successor = forms.ModelChoiceField(
        label=gettext_lazy("Successor"), queryset=LtiRegistration.objects.none()
    )

    def __init__(self, data: Any, *, former: LtiRegistration) -> None:
        super().__init__(data or None)
        self.former = former
        field: Any = self.fields["successor"]
        field.queryset = succession.candidates(former=former)
        field.label_from_instance = lambda row: f"{row.name} ({row.client_id})"
        self.chosen = field.queryset.filter(pk=self._number((data or {}).get("successor"))).first()
        if self.chosen is not None:
            self._add_places(self.chosen, data)

    @property
    def places(self) -> dict[int, int | None]:
        """Return the place of each deployment, after the form was found valid."""
        return {
            one.pk: None if (value := self.cleaned_data[f"place_{one.pk}"]) == _NEW else int(value)
            for one in succession.deployments(former=self.former)
        }

    def _add_places(self, successor: LtiRegistration, data: Any) -> None:
        suggested = succession.suggestion(former=self.former, successor=successor)
        theirs = LtiDeployment.objects.filter(registration=successor).order_by("pk")
        rows = [(str(one.pk), one.deployment_id) for one in theirs]
        known = {one.deployment_id for one in theirs}
        given = data.copy()
        for old in succession.deployments(former=self.former):
            name = f"place_{old.pk}"
            text = _("a new deployment with the id %(id)s") % {"id": old.deployment_id}
            new = [] if old.deployment_id in known else [(_NEW, text)]
            label = _("courses of the deployment %(id)s continue in") % {"id": old.deployment_id}
            self.fields[name] = forms.ChoiceField(label=label, choices=[*rows, *new])
            given.setdefault(name, str(suggested[old.pk] or _NEW))
        self.data = given

    @staticmethod
    def _number(text: Any) -> int:
        return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else 0


class HasSuccessors(HasRowPages):
    """Adds `…/<pk>/successor/` to the admin of registrations."""

    row_pages: Mapping[str, str] = {"successor": "change"}

    def successor(self, row: LtiRegistration) -> str:
        found = LtiSuccession.objects.filter(former=row).select_related("successor").first()
        return "–" if found is None else f"{found.successor.name} ({found.successor.client_id})"

    successor.short_description = gettext_lazy("successor")  # type: ignore[attr-defined]

    def successor_page(self, request: HttpRequest, row: LtiRegistration) -> HttpResponse:
        if request.method == "POST" and (answer := self._declare(request, row)) is not None:
            return answer
        form = SuccessorForm(request.POST or request.GET, former=row)
        counts, problem = None, ""
        if form.chosen is not None and form.is_valid():
            try:
                counts = succession.preview(former=row, successor=form.chosen, places=form.places)
            except CoursesError as error:
                problem = str(error.message)
        return self.show_page(
            request,
            row,
            "successor",
            title=_("Successor of %(name)s") % {"name": row.name},
            form=form,
            counts=counts,
            problem=problem,
            former_succession=LtiSuccession.objects.filter(former=row).first(),
        )

    def _declare(self, request: HttpRequest, row: LtiRegistration) -> HttpResponse | None:
        form = SuccessorForm(request.POST, former=row)
        if not form.is_valid():
            self.message_user(request, _("Choose the successor first."), messages.ERROR)
            return None
        try:
            made = succession.declare(
                former=row,
                successor=form.cleaned_data["successor"],
                places=form.places,
                by=request.user,
                now=timezone.now(),
            )
        except CoursesError as error:
            self.message_user(request, error.message, messages.ERROR)
            return None
        self.log_change(request, row, [{"changed": {"fields": ["successor"]}}])
        text = _("The courses of %(former)s go on under %(name)s.")
        names = {"former": row.name, "name": made.successor.name}
        self.message_user(request, text % names, messages.SUCCESS)
        return redirect(reverse("admin:cx_courses_lti_ltiregistration_change", args=[row.pk]))
