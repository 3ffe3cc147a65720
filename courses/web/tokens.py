"""A learner's own tokens: made, shown once, listed, revoked."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from courses.domain import tokens
from courses.errors import Conflict
from courses.web.errors import handles_errors
from courses.web.forms import DrawnForm
from courses.web.unsent import back_to

LIFETIMES = {
    "1": gettext_lazy("One day"),
    "30": gettext_lazy("30 days"),
    "365": gettext_lazy("One year"),
}


class TokenForm(DrawnForm):
    label = forms.CharField(label=gettext_lazy("Purpose"), max_length=120, widget=forms.TextInput)
    days = forms.ChoiceField(label=gettext_lazy("Valid for"), choices=LIFETIMES.items())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@handles_errors
def page(request: HttpRequest) -> HttpResponse:
    """Show the tokens, and a form for a new one.

    Its text is in this one answer and nowhere else.
    """
    is_sent, new, now = request.method == "POST", None, timezone.now()
    form = TokenForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        new = _made(request, form)
    context = {
        "form": TokenForm() if new else form,
        "new": new,
        "tokens": tokens.usable(user=request.user, now=now),
    }
    response = render(request, "cx_courses/account/tokens.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@back_to("cx_courses:tokens")
@handles_errors
def revoke(request: HttpRequest, uuid: UUID) -> HttpResponse:
    own, now = tokens.usable(user=request.user, now=timezone.now()), timezone.now()
    tokens.revoke_token(tokens=own, uuid=uuid, now=now)
    messages.success(request, _("The token has been revoked and no longer works."))
    return redirect("cx_courses:tokens")


def _made(request: HttpRequest, form: TokenForm) -> tokens.NewToken | None:
    values = form.cleaned_data
    try:
        return tokens.create_token(
            user=request.user,
            label=values["label"],
            lifetime=timedelta(days=int(values["days"])),
            now=timezone.now(),
        )
    except Conflict as error:
        form.add_error(None, str(error.message))
        return None
