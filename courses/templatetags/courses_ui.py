"""What every page needs to look like itself: brand, theme, icons, durations and percentages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from math import ceil
from typing import Any
from urllib.parse import quote, urlsplit

from django import template
from django.conf import settings as django_settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from courses import moments
from courses.conf import settings
from courses.domain import preferences, scoring

register = template.Library()

THEME_COOKIE = "cx_theme"
THEMES = ("light", "dark")

_MINUTE = 60
_HOUR = 60 * _MINUTE


@dataclass(frozen=True)
class Brand:
    """How the host calls and dresses the pages. `logo` and `stylesheet` are static paths."""

    name: str
    logo: str | None
    stylesheet: str | None
    contact: str = ""
    apple_icon: str = ""
    is_app: bool = False

    @property
    def contact_url(self) -> str:
        """Return where a link to the contact leads; empty where it is a sentence."""
        if self.contact.startswith(("https://", "http://")):
            return self.contact
        is_address = "@" in self.contact and not any(one.isspace() for one in self.contact)
        return f"mailto:{quote(self.contact, safe='@')}" if is_address else ""


@register.simple_tag
def brand() -> Brand:
    return Brand(
        str(settings.BRAND_NAME),
        settings.BRAND_LOGO,
        settings.BRAND_STYLESHEET,
        str(settings.CONTACT or ""),
        settings.APP_ICONS.get("apple-180", ""),
        settings.OFFLINE,
    )


@register.simple_tag(takes_context=True)
def theme(context: template.Context) -> str:
    """Return the colours this browser chose: "light", "dark", or "" to follow the device."""
    request = context.get("request")
    embed = getattr(request, "embed", None)
    if embed is not None:
        # In a platform's frame the platform chooses.
        return embed.theme if embed.theme in THEMES else ""
    chosen = request.COOKIES.get(THEME_COOKIE, "") if request else ""
    return chosen if chosen in THEMES else ""


@register.simple_tag(takes_context=True)
def sign_in_url(context: template.Context, *, with_next: bool = True) -> str:
    """Return the address of the page to sign in, `LOGIN_URL`.

    Signing in leads back to the present page, unless that one stays open in its own window.
    """
    request = context.get("request")
    if not with_next or request is None or request.method != "GET" or _is_sign_in(request):
        return str(resolve_url(django_settings.LOGIN_URL))
    return redirect_to_login(request.get_full_path()).url


def _is_sign_in(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.view_name in ("cx_courses:sign-in", "cx_courses:sign-up")


@register.simple_tag(takes_context=True)
def sign_up_url(context: template.Context) -> str:
    """Return the address to sign up, which leads back as `sign_in_url`; "" where nobody can."""
    if settings.ACCOUNTS != "own" or not settings.SIGN_UP:
        return ""
    query = urlsplit(sign_in_url(context)).query
    return reverse("cx_courses:sign-up") + (f"?{query}" if query else "")


@register.simple_tag
def sign_out_url() -> str:
    """Return the address to post a sign-out to; "" where only the host offers one."""
    if settings.ACCOUNTS == "own":
        return reverse("cx_courses:sign-out")
    return str(resolve_url(settings.SIGN_OUT_URL)) if settings.SIGN_OUT_URL else ""


@register.simple_tag(takes_context=True)
def time_zone_url(context: template.Context) -> str:
    """Return the address to send the browser's time zone to; "" when it is not wanted."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or preferences.of(user=user).is_time_zone_chosen:
        return ""
    embed = getattr(request, "embed", None)
    return reverse("cx_courses:time-zone") if embed is None else embed.display_url


@register.filter
def moment(value: datetime) -> str:
    """Return a moment in the reader's zone: `<time>28 November 2026, 22:45 CET</time>`."""
    return _time(value.isoformat(), moments.written(value))


@register.filter
def moment_text(value: datetime) -> str:
    """Return a moment in the reader's zone without markup, for files."""
    return moments.written(value)


@register.filter(expects_localtime=True)
def day(value: date) -> str:
    """Return a calendar day: `<time>28 November 2026</time>`."""
    return _time(value.isoformat(), date_format(value, "DATE_FORMAT"))


def _time(machine: str, text: str) -> str:
    context = {"machine": machine, "text": text}
    return SafeString(render_to_string("cx_courses/parts/moment.html", context).strip())


@register.simple_tag
def icon(name: str) -> str:
    """Return the drawing `courses/icons/<name>.html`.

    Screen readers skip it: words are beside it.
    """
    return _drawing(name)


@cache
def _drawing(name: str) -> str:
    return render_to_string(f"cx_courses/icons/{name}.html")


@register.simple_tag
def step_url(course_key: str, step: Any) -> str:
    """Return the page of a lesson or quiz of the outline."""
    return reverse(f"cx_courses:{step.url_kind}", args=[course_key, step.key])


@register.simple_tag
def address(name: str, *args: Any) -> str:
    """Reverse like `url`, but also with `as` raise for what does not exist."""
    return reverse(name, args=args)


@register.simple_tag
def address_if_any(name: str) -> str:
    """Return the address of a part that the site may do without, or ""."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.filter
def hostname(address: str) -> str:
    """Return a link's host: `https://www.example.org/a` → `example.org`."""
    return (urlsplit(address).hostname or address).removeprefix("www.")


@register.filter
def language_name_or_code(code: str) -> str:
    """Return "de" as "German" in the reader's language; a language unknown here as its code."""
    try:
        name: str = get_language_info(code)["name_translated"]
    except KeyError:
        return code
    return name


@register.filter
def minutes(count: int | Decimal) -> str:
    """Return 14 as "14 min"."""
    return _("%(count)s min") % {"count": number_format(count)}


@register.filter
def duration(seconds: float) -> str:
    """Return 3900 as "1 h 5 min", 45 as "45 s": two units at most, rounded down."""
    whole = int(seconds)
    hours, rest = divmod(whole, _HOUR)
    if hours and rest >= _MINUTE:
        values = {"hours": hours, "minutes": rest // _MINUTE}
        return _("%(hours)s h %(minutes)s min") % values
    if hours:
        return _("%(hours)s h") % {"hours": hours}
    if whole >= _MINUTE:
        return minutes(whole // _MINUTE)
    return ngettext("%(count)s second", "%(count)s seconds", whole) % {"count": whole}


@register.filter
def allowance(time: Any) -> str:
    """Return a learner's own time: "60 min (30 + 30)", or "30 min" when nothing was granted."""
    total = minutes(_in_minutes(time.total_s))
    if not time.extra_s:
        return total
    parts = {
        "total": total,
        "base": number_format(_in_minutes(time.base_s)),
        "extra": number_format(_in_minutes(time.extra_s)),
    }
    return _("%(total)s (%(base)s + %(extra)s)") % parts


def _in_minutes(seconds: int) -> Decimal:
    exact = Decimal(seconds) / _MINUTE
    return (
        exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP).normalize()
        if seconds % _MINUTE
        else Decimal(exact)
    )


@register.filter
def percent(value: Decimal | Fraction | float | None, places: int = 0) -> str:
    """Return 62.5 as "63%" in the reader's notation ("63 %" in German); None as a dash."""
    if value is None:
        return "–"
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    step = Decimal(1).scaleb(-places)
    rounded = Decimal(exact).quantize(step, rounding=ROUND_HALF_UP)
    return _("%(number)s%%") % {"number": number_format(rounded, places)}


@register.filter
def share(value: Fraction) -> str:
    """Return Fraction(1, 2) as "50%"."""
    return percent(value * 100)


@register.filter
def shares(values: Iterable[Fraction]) -> str:
    """Return the shares of one try after the other: "100%, 50%"."""
    return ", ".join(map(share, values))


@register.filter
def mark(value: Decimal) -> str:
    """Return a pass mark as it was set: 79.50 → "79.5%", 80.00 → "80%"."""
    return _percent(value.normalize())


@register.filter
def beside(value: Decimal | None, pass_mark: Decimal | None) -> str:
    """Return a score rounded so that it stays on its side of the pass mark; a dash for None."""
    return "–" if value is None else _percent(scoring.shown(value, mark=pass_mark))


def _percent(value: Decimal) -> str:
    """Return the percentage with the decimals that the number has."""
    places = max(0, -int(value.as_tuple().exponent))
    return _("%(number)s%%") % {"number": number_format(value, places)}


@register.filter
def points(value: Decimal | Fraction | None) -> str:
    """Return Fraction(5, 2) as "2.5": at most two decimals, no trailing zeros; None as a dash."""
    if value is None:
        return "–"
    exact = Decimal(value.numerator) / value.denominator if isinstance(value, Fraction) else value
    rounded = Decimal(exact).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP).normalize()
    places = max(0, -int(rounded.as_tuple().exponent))
    return number_format(rounded, places)


@register.filter
def grammar(value: Decimal | Fraction) -> int:
    """Return the whole number that selects a plural form: 1 for exactly one, 3 for 2.5."""
    return ceil(value) if value > 1 or value == ceil(value) else 2
