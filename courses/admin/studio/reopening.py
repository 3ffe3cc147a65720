"""What a learner's page and the dates of a class offer: to reopen what time had closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from courses.domain import attempts, section_people
from courses.domain.attempts.reopening import MOST, Reopenable
from courses.models.attempt import AttemptQuerySet

REOPEN = "reopen"
"""What the button sends as `do`."""


class ReopenForm(forms.Form):
    """Which attempts go on, and why."""

    use_required_attribute = False

    attempts = forms.MultipleChoiceField(
        error_messages={
            "required": gettext_lazy("Choose at least one attempt."),
            "invalid_choice": gettext_lazy("An attempt has changed meanwhile. Choose again."),
        }
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )

    def __init__(self, data: Any, *, found: list[Reopenable]) -> None:
        super().__init__(data, prefix="reopen")
        self.found = found
        field: Any = self.fields["attempts"]
        field.choices = [(str(one.attempt.uuid), "") for one in found]

    def rows(self) -> list["OfferedAttempt"]:
        """Return what is offered; every attempt is ticked at first."""
        name = self.add_prefix("attempts")
        sent = set(self.data.getlist(name)) if self.is_bound else None  # type: ignore[attr-defined]
        return [
            OfferedAttempt(
                one,
                section_people.name_of(user=one.attempt.enrolment.user),
                is_ticked=sent is None or str(one.attempt.uuid) in sent,
            )
            for one in self.found
        ]


@dataclass(frozen=True)
class OfferedAttempt:
    """A line of the form."""

    offered: Reopenable
    name: str
    is_ticked: bool


def reopen_form(
    request: HttpRequest, rows: AttemptQuerySet, *, now: datetime, is_allowed: bool
) -> ReopenForm | None:
    """Return the form for those of the attempts that would now still be open; None for none."""
    may_decide = is_allowed and request.user.has_perm("cx_courses.add_resultoverride")
    found = attempts.reopenable(attempts=rows, now=now) if may_decide else []
    sent = request.POST if request.POST.get("do") == REOPEN else None
    return ReopenForm(sent, found=found[:MOST]) if found else None


def reopen_chosen(form: ReopenForm, *, by: Any, now: datetime) -> str:
    """Reopen what the form names, and return what to say. The form must be valid."""
    chosen = set(form.cleaned_data["attempts"])
    wanted = [one.attempt for one in form.found if str(one.attempt.uuid) in chosen]
    done = len(
        attempts.reopen_many(attempts=wanted, reason=form.cleaned_data["reason"], by=by, now=now)
    )
    text = ngettext("%(count)d attempt is open again.", "%(count)d attempts are open again.", done)
    return text % {"count": done}
