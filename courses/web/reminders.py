"""Which mails a person gets, their goal and calendar, and the page that a mail's link opens."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from courses.domain import calendars, learning_mails, mail_address, preferences
from courses.errors import NotFound
from courses.models import LearningMail
from courses.web.calendars import link
from courses.web.forms import DrawnForm

_FORM = ["GET", "HEAD", "POST"]
_DAYS = [("", gettext_lazy("Never")), *((str(number), name) for number, name in WEEKDAYS.items())]


class MailsForm(DrawnForm):
    marked = forms.BooleanField(
        label=gettext_lazy("When a text of mine was marked"), required=False
    )
    corrected = forms.BooleanField(
        label=gettext_lazy("When a result of mine was corrected"), required=False
    )
    cards_day = forms.TypedChoiceField(
        label=gettext_lazy("When cards of my daily review are due, once a week"),
        choices=_DAYS,
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("At eight in the morning of that day, and only if cards are due."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("marked", "corrected"):
            del self.fields[name].widget.attrs["class"]


class GoalForm(DrawnForm):
    weekly_goal = forms.TypedChoiceField(
        label=gettext_lazy("Days on which I want to learn in a week"),
        choices=[("", gettext_lazy("No goal")), *((str(one), str(one)) for one in range(1, 8))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("Only you see it. Nothing happens when a week goes another way."),
    )
    counts_days = forms.BooleanField(
        label=gettext_lazy("Show me on which days of this week I learned"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["counts_days"].widget.attrs["class"]


@never_cache
@login_required
@require_http_methods(_FORM)
def page(request: HttpRequest) -> HttpResponse:
    """Show the choices, and store what was chosen."""
    has_mails = learning_mails.are_offered(user=request.user)
    row = preferences.of(user=request.user)
    mails = MailsForm(
        request.POST if request.POST.get("form") == "mails" and has_mails else None,
        initial={
            "marked": row.gets_marked_mails,
            "corrected": row.gets_notice_mails,
            "cards_day": "" if row.cards_mail_day is None else row.cards_mail_day,
        },
    )
    chosen = request.POST.get("form")
    goal = GoalForm(
        request.POST if chosen == "goal" else None,
        initial={"weekly_goal": row.weekly_goal or "", "counts_days": row.counts_days},
    )
    is_stored, new_calendar = False, ""
    if mails.is_bound and mails.is_valid():
        learning_mails.choose(user=request.user, now=timezone.now(), **mails.cleaned_data)
        is_stored = True
    elif goal.is_bound and goal.is_valid():
        preferences.store(user=request.user, values=goal.cleaned_data)
        is_stored = True
    elif chosen == "calendar":
        token = calendars.renew(user=request.user, now=timezone.now())
        new_calendar = link(request, "calendar", token)
    elif chosen == "no-calendar":
        calendars.revoke(user=request.user)
        is_stored = True
    if is_stored:
        messages.success(request, _("Your choice has been saved."))
        return redirect("cx_courses:reminders")
    context = {
        "mails": mails if has_mails else None,
        "address": learning_mails.address(user=request.user),
        "goal": goal,
        "calendar": calendars.of(user=request.user),
        "new_calendar": new_calendar,
        "are_sent": learning_mails.are_sent(),
        "can_give": mail_address.is_offered(),
    }
    return render(request, "cx_courses/account/reminders.html", context)


@csrf_exempt
@never_cache
@require_http_methods(_FORM)
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether these mails shall end, and end them by POST, without a sign-in.

    Mail programs post here themselves (RFC 8058): they have no cookie and no token of a form, and
    the address is signed. A mere visit changes nothing, because programs follow links in mails.
    """
    template = "cx_courses/account/mails_stop.html"
    try:
        kind = learning_mails.read_token(token=token)[1]
        if request.method == "POST":
            learning_mails.stop(token=token)
    except NotFound:
        return render(request, template, {"is_void": True}, status=404)
    context = {"kind": LearningMail.Kind(kind), "is_done": request.method == "POST"}
    return render(request, template, context)
