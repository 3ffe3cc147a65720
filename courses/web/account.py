"""Signing in and up, changing the password, and what a person may demand about their data."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout, views
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from courses import rates
from courses.addresses import client_address
from courses.conf import has_api, settings
from courses.domain import personal_data
from courses.web.display import back
from courses.web.errors import handles_errors
from courses.web.forms import ChangePasswordForm, ErasureForm, SignInForm, SignUpForm

_FORM = ["GET", "HEAD", "POST"]
# One of several backends must be named for a person who has just made an account.
_MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignIn(views.LoginView):
    """`next` is followed only on this site (Django's own check)."""

    template_name = "courses/account/sign_in.html"
    form_class = SignInForm
    next_page = reverse_lazy("courses:catalogue")
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(may_sign_up=settings.SIGN_UP, **kwargs)


class SignOut(views.LogoutView):
    next_page = reverse_lazy("courses:catalogue")


class ChangePassword(views.PasswordChangeView):
    template_name = "courses/account/password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("courses:account")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)


@sensitive_post_parameters("password1", "password2")
@require_http_methods(_FORM)
def sign_up(request: HttpRequest) -> HttpResponse:
    if not settings.SIGN_UP:
        raise Http404
    form = SignUpForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid() and not _may_make_account(request):
        form.add_error(None, _("Too many accounts were made from here. Try again later."))
        status = HTTPStatus.TOO_MANY_REQUESTS
    elif request.method == "POST" and form.is_valid():
        login(request, form.save(), backend=_MODEL_BACKEND)
        messages.success(request, _("Welcome. Your account is made and you are signed in."))
        return back(request)
    context = {"form": form, "next": request.GET.get("next", "")}
    return render(request, "courses/account/sign_up.html", context, status=status)


def _may_make_account(request: HttpRequest) -> bool:
    return rates.spend(f"sign-up.{client_address(request)}", settings.SIGN_UP_RATE)


@login_required
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "courses/account/account.html", {"has_api": has_api()})


@login_required
@require_safe
@handles_errors
def export(request: HttpRequest) -> HttpResponse:
    """Everything that is stored about the person, as a file."""
    stored = personal_data.export(user=request.user, now=timezone.now())
    response = JsonResponse(stored, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="my-course-data.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_http_methods(_FORM)
@handles_errors
def erase(request: HttpRequest) -> HttpResponse:
    form = ErasureForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        personal_data.erase(user=request.user, now=timezone.now())
        logout(request)
        messages.success(request, _("Your personal data are erased and you are signed out."))
        return redirect("courses:catalogue")
    return render(request, "courses/account/erase.html", {"form": form})
