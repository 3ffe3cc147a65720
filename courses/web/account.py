"""Signing in and up, changing the password, and the page of the account."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth import authenticate, login, views
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from courses import rates, users
from courses.addresses import client_address
from courses.conf import settings
from courses.domain import mail_address, preferences, tokens
from courses.web import sessions
from courses.web.display import redirect_to_next
from courses.web.forms import ChangePasswordForm, SignInForm, SignUpForm
from courses.web.mail_address import send_link

_FORM = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class EmptyForm:
    """A form before anything is entered: the same for everybody."""

    form: BaseForm

    @property
    def cache_key(self) -> str:
        return type(self.form).__qualname__


class SignInView(views.LoginView):
    """`next` is followed only on this site (Django's own check)."""

    template_name = "cx_courses/account/sign_in.html"
    form_class = SignInForm
    next_page = "cx_courses:catalogue"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(may_sign_up=settings.SIGN_UP, **kwargs)
        return {**context, "empty_form": EmptyForm(context["form"])}


class SignOut(views.LogoutView):
    next_page = "cx_courses:catalogue"


class ChangePassword(views.PasswordChangeView):
    template_name = "cx_courses/account/password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("cx_courses:account")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password has been changed."))
        before = self.request.session.session_key
        response = super().form_valid(form)
        sessions.password_changed(self.request, before=before)
        return response


@sensitive_post_parameters("password1", "password2")
@require_http_methods(_FORM)
def sign_up(request: HttpRequest) -> HttpResponse:
    if not settings.SIGN_UP:
        raise Http404
    form = SignUpForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid() and not _may_make_account(request):
        form.add_error(
            None, _("Too many accounts have been created from here. Please try again later.")
        )
        status = HTTPStatus.TOO_MANY_REQUESTS
    elif request.method == "POST" and form.is_valid():
        return _welcome(request, form)
    context = {"form": form, "next": request.GET.get("next", "")}
    return render(request, "cx_courses/account/sign_up.html", context, status=status)


def _welcome(request: HttpRequest, form: SignUpForm) -> HttpResponse:
    """Make the account and sign in with it, by the backend of this site that takes it."""
    name, password = form.save().get_username(), form.cleaned_data["password1"]
    user = authenticate(request, username=name, password=password)
    if form.cleaned_data.get("address"):
        send_link(request, form.instance, form.cleaned_data["address"])
    if user is None:
        messages.success(request, _("Your account has been created. You can now sign in."))
        return redirect_to_login(request.POST.get("next", ""))
    login(request, user)
    messages.success(request, _("Welcome! Your account has been created, and you are signed in."))
    return redirect_to_next(request)


def _may_make_account(request: HttpRequest) -> bool:
    return rates.spend(f"sign-up.{client_address(request)}", settings.SIGN_UP_RATE)


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    context = {
        "is_own": settings.ACCOUNTS == "own",
        "sessions": sessions.running(request.user),
        "here": request.session.session_key,
        "has_address": mail_address.is_offered(),
        "address": users.names(request.user).email,
        "new_address": preferences.of(user=request.user).new_address,
        "tokens": tokens.usable(user=request.user, now=timezone.now()),
    }
    return render(request, "cx_courses/account/account.html", context)
