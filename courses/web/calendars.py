"""The private calendar of a person, as programs fetch it: the address alone opens it."""

from hashlib import sha256

from django.conf import settings as django_settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from courses import rates, site_links
from courses.addresses import client_address
from courses.domain import bearer, calendars, preferences

PER_CALENDAR, FAILED = "120/hour", "60/hour"
"""How often one calendar is written, and how many unknown addresses one caller may try."""


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """Write the calendar. No session and no cookie is asked for, and nothing is set."""
    now = timezone.now()
    try:
        row = calendars.recognise(text=token, now=now)
    except bearer.InvalidCredentials:
        if not rates.spend(f"calendar.failed.{client_address(request)}", FAILED):
            return _too_many()
        raise Http404 from None
    if not rates.spend(f"calendar.{row.prefix}", PER_CALENDAR):
        return _too_many()
    language = preferences.of(user=row.user).language or django_settings.LANGUAGE_CODE
    with translation.override(language):
        found = calendars.entries(feed=row, link=lambda *page: link(request, *page), now=now)
    body = calendars.written(feed=row, entries=found)
    written = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    # A 304 takes only some headers along.
    response = get_conditional_response(request, etag=etag, response=written) or written
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def link(request: HttpRequest, *page: object) -> str:
    """Return the whole address of a page, below COURSES_PUBLIC_URL or where the request went."""
    name, *args = page
    if site_links.is_known():
        return site_links.absolute(str(name), *args)
    return request.build_absolute_uri(reverse(f"cx_courses:{name}", args=args))


def _too_many() -> HttpResponse:
    response = HttpResponse(status=429)
    response.headers["Retry-After"] = "3600"
    return response
