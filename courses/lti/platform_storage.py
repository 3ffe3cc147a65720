"""The secret of a login, kept by the platform's page where the browser gives a frame no cookies.

"Platform storage" of 1EdTech: pages in the frame send `lti.put_data` before the platform says who
comes, and `lti.get_data` after. Only the origin of the platform's authentication address is asked
and heard.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.domain.origins import origin_of
from courses.lti import addresses, states, validation
from courses.lti.launching import Arrival
from courses.lti.reasons import LaunchDenied
from courses.web.embed import framing, inner

FIELD = "stored"
_SENT_ON = ("state", "id_token", "error", "error_description")
_OURS = "same-origin"


def may_be_asked(
    *, arrival: Arrival, denied: LaunchDenied, form: Mapping[str, str], stored: str | None
) -> bool:
    """Return whether a launch lacks the cookie alone, and the platform may have its secret."""
    is_offered = arrival.begun and arrival.begun.storage
    is_short = sum(map(len, form.values())) <= 2 * validation.MOST_BYTES
    return bool(denied.reason == "cookie_missing" and is_offered and is_short and stored is None)


def put(request: HttpRequest, begun: states.Begun, url: str) -> HttpResponse:
    """Return a page that gives the secret to the platform's page, and goes on to the address."""
    context = {**_asked(begun, url), "value": begun.secret, "url": url}
    return _page(request, "begin", context)


def get(request: HttpRequest, arrival: Arrival, form: Mapping[str, str]) -> HttpResponse:
    """Return a page that asks the platform's page for the secret, and sends the launch again.

    Nothing of the launch was read yet but its state, which is ours.
    """
    begun, registration = arrival.begun, arrival.registration
    asked = _asked(begun, registration.auth_url) if begun and registration else {}
    context = {
        **asked,
        "fields": {name: form[name] for name in _SENT_ON if name in form},
        "field": FIELD,
        "action": addresses.launch(),
    }
    return _page(request, "ask", context)


def stored(request: HttpRequest) -> str | None:
    """Return what our page got from the platform's; None where the form is the platform's own.

    From any other page it counts for nothing: who began a login knows its secret, and could send
    somebody else into it.
    """
    value = request.POST.get(FIELD)
    if value is None:
        return None
    site = request.headers.get("Sec-Fetch-Site", _OURS)
    is_ours = request.headers.get("Origin") == origin_of(addresses.base()) and site == _OURS
    return value if is_ours else ""


def _asked(begun: states.Begun, url: str) -> dict[str, object]:
    """Return which frame of which origin keeps the secret, under which key."""
    return {
        "target": begun.storage,
        "origin": origin_of(url) or "",
        "key": states.cookie_name(begun.state),
    }


def _page(request: HttpRequest, name: str, context: dict[str, object]) -> HttpResponse:
    """Return a page that every platform may frame: it reveals nothing about anybody."""
    response = render(inner.for_anonymous(request, None), f"cx_courses_lti/{name}.html", context)
    response.headers["Cache-Control"] = "no-store"
    # Without a referrer browsers would send no origin either, by which `stored` knows our page.
    response.headers["Referrer-Policy"] = "same-origin"
    return framing.allow(request, response, framing.EVERYBODY)
