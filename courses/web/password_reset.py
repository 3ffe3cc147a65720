"""A forgotten password: ask for a link by mail, and set a new password with it."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses import rates
from courses.addresses import client_address
from courses.domain import password_resets, sign_ins
from courses.models import SignIn
from courses.web.forms import DrawnForm

PER_CALLER = "20/hour"
"""Links that may be asked for from one network address."""


class ForgottenForm(DrawnForm, PasswordResetForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = gettext_lazy("E-mail address")


class NewPasswordForm(DrawnForm, SetPasswordForm):  # type: ignore[type-arg]  # none at run time
    pass


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whether or not somebody has the address."""
    is_offered = password_resets.is_offered()
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if is_offered and request.method == "POST" and form.is_valid():
        if rates.spend(f"password-reset.{client_address(request)}", PER_CALLER):
            password_resets.request(
                address=form.cleaned_data["email"],
                url=request.build_absolute_uri(reverse("cx_courses:password-forgotten")),
                language=get_language() or "",
                now=timezone.now(),
            )
            return redirect("cx_courses:password-mailed")
        form.add_error(None, _("Too many links were asked for from here. Please try later."))
        status = HTTPStatus.TOO_MANY_REQUESTS
    context = {"form": form, "is_offered": is_offered}
    return render(request, "cx_courses/account/password_forgotten.html", context, status=status)


@require_safe
def mailed(request: HttpRequest) -> HttpResponse:
    return render(request, "cx_courses/account/password_mailed.html")


class NewPassword(views.PasswordResetConfirmView):
    """Set a new password with a link that works once; every session of the account ends."""

    template_name = "cx_courses/account/password_new.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("cx_courses:sign-in")

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        kwargs["status"] = HTTPStatus.OK if context["validlink"] else HTTPStatus.NOT_FOUND
        return super().render_to_response(context, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        # Sessions hold a hash of the password and are void; the list of them says so.
        sign_ins.end(sign_ins=SignIn.objects.filter(user=form.user), now=timezone.now())
        messages.success(self.request, _("Your password has been changed. You can now sign in."))
        return response
