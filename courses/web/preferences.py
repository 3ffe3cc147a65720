"""Time zone and language: chosen on the account page, sent by the browser, switched in the foot."""

from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from courses.domain import preferences
from courses.errors import CoursesError
from courses.web.forms import DrawnForm

AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


class PreferencesForm(DrawnForm):
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, *args: Any, known_zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_browser = (
            _("Use my browser's setting (%(zone)s)") % {"zone": known_zone}
            if known_zone
            else _("Use my browser's setting")
        )
        time_zone = cast("forms.ChoiceField", self.fields["time_zone"])
        time_zone.choices = [("", as_browser), *((name, name) for name in zones())]
        language = cast("forms.ChoiceField", self.fields["language"])
        language.choices = [("", _("Use my browser's setting")), *languages()]


def zones() -> list[str]:
    """Return the places of the world by which people know their zone, and UTC."""
    return [*sorted(name for name in available_timezones() if name.startswith(AREAS)), "UTC"]


def languages() -> list[tuple[str, str]]:
    """Return the languages of the site, each by its own name."""
    infos = [translation.get_language_info(code) for code, _name in settings.LANGUAGES]
    return [(info["code"], info["name_local"].capitalize()) for info in infos]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the form; the choice applies from the next page on, on every device."""
    row = preferences.of(user=request.user)
    known = "" if row.is_time_zone_chosen else row.time_zone
    now = {
        "time_zone": row.time_zone if row.is_time_zone_chosen else "",
        "language": row.language,
    }
    is_sent = request.method == "POST"
    sent = request.POST if is_sent else None
    form = PreferencesForm(sent, known_zone=known, initial=now)
    if is_sent and form.is_valid():
        chosen = form.cleaned_data
        preferences.choose(
            user=request.user, time_zone=chosen["time_zone"], language=chosen["language"]
        )
        messages.success(request, _("Your time zone and language have been saved."))
        return redirect("cx_courses:preferences")
    context = {"form": form, "now": timezone.now()}
    return render(request, "cx_courses/account/preferences.html", context)


@login_required
@require_POST
def time_zone(request: HttpRequest) -> HttpResponse:
    """Store the browser's zone, sent by a script; 200 when the times of the page change with it."""
    return noted(request)


def noted(request: HttpRequest) -> HttpResponse:
    """Take the zone that a script sends for this request's person."""
    sent = request.POST.get("time_zone", "")
    is_new = preferences.note_time_zone(user=request.user, time_zone=sent)
    return HttpResponse(status=200 if is_new else 204)


def language(request: HttpRequest) -> HttpResponse:
    """Switch the language of this browser, and for a person who is signed in everywhere."""
    if request.method == "POST" and request.user.is_authenticated:
        try:
            chosen = request.POST.get("language", "")
            preferences.choose_language(user=request.user, language=chosen)
        except CoursesError:
            pass  # Django's own view leaves such a language aside, too.
    return set_language(request)
