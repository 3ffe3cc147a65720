"""Invitations into a class: made, shown once, mailed, revoked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import mail, rates
from courses.admin.studio.class_frame import changed_section, class_page, class_url
from courses.admin.studio.posted import row_number
from courses.domain import invitations, mailing
from courses.errors import CoursesError
from courses.models import Invitation, Section

_MOST_ADDRESSES = 100
_MAILS = "300/day"
_TEXT = "cx_courses/mail/invitation.txt"


class InvitationForm(forms.Form):
    use_required_attribute = False

    uses = forms.IntegerField(
        label=gettext_lazy("For how many people?"),
        min_value=1,
        max_value=invitations.MOST_USES,
        initial=30,
        widget=forms.NumberInput(attrs={"class": "input"}),
    )
    days = forms.IntegerField(
        label=gettext_lazy("Valid for how many days?"),
        min_value=1,
        max_value=invitations.LONGEST.days,
        initial=14,
        widget=forms.NumberInput(attrs={"class": "input"}),
    )
    addresses = forms.CharField(
        label=gettext_lazy("Send it to"),
        required=False,
        max_length=30_000,
        widget=forms.Textarea(attrs={"class": "input", "rows": 4}),
        help_text=gettext_lazy("E-mail addresses, one a line. Empty: you pass the link on."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if not mail.is_configured():
            del self.fields["addresses"]

    def clean_addresses(self) -> list[str]:
        found = list(dict.fromkeys(self.cleaned_data["addresses"].replace(",", " ").split()))
        if len(found) > _MOST_ADDRESSES:
            text = _("At most %(most)d addresses at once.") % {"most": _MOST_ADDRESSES}
            raise forms.ValidationError(text)
        for address in found:
            try:
                validate_email(address)
            except forms.ValidationError:
                text = _("“%(address)s” is not an e-mail address.") % {"address": address}
                raise forms.ValidationError(text) from None
        return found


@dataclass(frozen=True)
class InvitationRow:
    """An invitation with what it is good for now."""

    invitation: Invitation
    is_usable: bool

    @property
    def state(self) -> str:
        if self.invitation.revoked_at is not None:
            return _("revoked")
        if self.is_usable:
            return _("open")
        return _("used up") if self.invitation.uses_left == 0 else _("expired")


def page(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Show the invitations into the class, make one or revoke one."""
    section = changed_section(admin, request, pk)
    do = request.POST.get("do", "")
    if request.method != "POST":
        return _page(admin, request, section, InvitationForm())
    if do == "fill_in":
        addresses = request.POST.get("addresses", "")[:30_000]
        initial = {"addresses": addresses, "uses": len(addresses.split()) or 1}
        return _page(admin, request, section, InvitationForm(initial=initial))
    if do == "revoke":
        rows = invitations.of_class(section=section)
        row = get_object_or_404(rows, pk=row_number(request.POST.get("invitation", "")))
        invitations.revoke(invitation=row, now=timezone.now())
        admin.message_user(request, _("The invitation is revoked. Who has joined stays."))
        return redirect(class_url(section, "invitations"))
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(admin, request, section, form)
    return _made(admin, request, section, form)


def _page(
    admin: Any, request: HttpRequest, section: Section, form: InvitationForm, **more: Any
) -> HttpResponse:
    now = timezone.now()
    found = invitations.of_class(section=section)
    return class_page(
        admin,
        request,
        "class_invitations.html",
        section,
        tab="invitations",
        form=form,
        mails=mailing.last_about(about=_about(section), course=section.course),
        rows=[InvitationRow(one, invitations.is_usable(invitation=one, now=now)) for one in found],
        **more,
    )


def _made(admin: Any, request: HttpRequest, section: Section, form: InvitationForm) -> HttpResponse:
    """Make the invitation and answer with its link, which no other page shows again."""
    addresses = form.cleaned_data.get("addresses", [])
    now = timezone.now()
    try:
        made = invitations.create(
            section=section,
            lifetime=timedelta(days=form.cleaned_data["days"]),
            uses=max(form.cleaned_data["uses"], len(addresses)),
            by=request.user,
            now=now,
        )
    except CoursesError as error:
        form.add_error(None, str(error))
        return _page(admin, request, section, form)
    url = request.build_absolute_uri(reverse("cx_courses:join", args=[made.text]))
    refused = _mail(request, section, url, made.row.expires_at, addresses)
    return _page(admin, request, section, InvitationForm(), url=url, refused=refused)


def _mail(
    request: HttpRequest, section: Section, url: str, expires_at: datetime, addresses: list[str]
) -> list[str]:
    """Let the link be sent; return the addresses beyond what one person may mail in a day."""
    allowed = [one for one in addresses if rates.spend(f"invitation.{request.user.pk}", _MAILS)]
    context = {"course": section.course, "url": url, "expires_at": expires_at}
    subject = _("Invitation: %(course)s") % {"course": section.course.title}
    mailing.queue(
        to=allowed,
        subject=" ".join(subject.split()),
        text=render_to_string(_TEXT, context).strip(),
        about=_about(section),
        course=section.course,
        by=request.user,
        now=timezone.now(),
    )
    return [one for one in addresses if one not in allowed]


def _about(section: Section) -> str:
    return f"invitations {section.pk}"
