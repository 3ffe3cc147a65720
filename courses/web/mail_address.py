"""The page to give, change or remove one's e-mail address, and the one that a mailed link opens."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from courses import users
from courses.domain import mail_address
from courses.errors import CoursesError
from courses.web.forms import PasswordForm

_FORM = ["GET", "HEAD", "POST"]


class AddressForm(PasswordForm):
    """The password is asked for: who has the address can set a new one."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        help_text=gettext_lazy("Leave it empty to have none."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    field_order = ("email", "password")


@sensitive_post_parameters("password")
@never_cache
@login_required
@require_http_methods(_FORM)
def page(request: HttpRequest) -> HttpResponse:
    """Take another address; it is in force once the person has opened the link sent to it."""
    if not mail_address.is_offered():
        raise Http404
    now: dict[str, Any] = {"email": users.names(request.user).email}
    sent = request.POST if request.method == "POST" else None
    form = AddressForm(sent, user=request.user, request=request, initial=now)
    if form.is_valid():
        address = form.cleaned_data["email"]
        if not address:
            language = get_language() or ""
            mail_address.remove(user=request.user, language=language, now=timezone.now())
            messages.success(request, _("Your account has no e-mail address now."))
            return redirect("cx_courses:account")
        if send_link(request, request.user, address):
            messages.success(request, _("We have sent a link to this address. Open it to confirm."))
            return redirect("cx_courses:account")
        form.add_error(None, _("Too many links were sent. Please try again later."))
    return render(request, "cx_courses/account/address.html", {"form": form})


@never_cache
@require_http_methods(_FORM)
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link confirms, and confirm it by a button: programs open links in mails."""
    context: dict[str, Any] = {}
    try:
        if request.method == "POST":
            language = get_language() or ""
            row = mail_address.confirm(token=token, language=language, now=timezone.now())
            messages.success(request, _("Your e-mail address has been confirmed."))
            return redirect("cx_courses:account")
        row = mail_address.found(token=token, now=timezone.now())
        context = {"name": row.user.get_username(), "address": row.new_address}
    except CoursesError:
        context = {"is_void": True}
    status = 404 if "is_void" in context else 200
    return render(request, "cx_courses/account/address_confirm.html", context, status=status)


def send_link(request: HttpRequest, user: Any, address: str) -> bool:
    """Send a link to confirm the address; False after too many."""
    # The part of the address before any token.
    place = reverse("cx_courses:address-confirm", args=["-"]).removesuffix("-/")
    return mail_address.ask(
        user=user,
        address=address,
        url=request.build_absolute_uri(place),
        language=get_language() or "",
        now=timezone.now(),
    )
