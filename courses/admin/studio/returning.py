"""Back to the page from which somebody came to edit: its address stays in that of the editor."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from courses.models.limits import LONGEST_PATH

NEXT = "next"


def safe_path(text: str) -> str:
    """Return the text if it is a path on this site, else ""."""
    is_ours = text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if is_ours and len(text) <= LONGEST_PATH else ""


def place_of(request: HttpRequest) -> str:
    """Return the page to go back to, "" where the editor was opened from elsewhere."""
    return safe_path(request.GET.get(NEXT, ""))


def with_place(request: HttpRequest, url: str, **query: str) -> str:
    """Return the address with this query and the page to go back to, if there is one."""
    place = place_of(request)
    values = {**query, **({NEXT: place} if place else {})}
    return f"{url}?{urlencode(values)}" if values else url


def to_editor(request: HttpRequest, name: str, pk: int, **query: str) -> HttpResponse:
    """Redirect to a page of the admin that still knows where to go back to."""
    url = reverse(f"admin:cx_courses_{name}", args=[pk])
    return HttpResponseRedirect(with_place(request, url, **query))
