"""The page of a launch that was refused: why, a code for those who can help, and a way on."""

from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from courses.lti import addresses
from courses.lti.launching import Arrival
from courses.lti.reasons import LaunchDenied
from courses.web.embed import framing, inner


def page(request: HttpRequest, arrival: Arrival, denied: LaunchDenied) -> HttpResponse:
    """Return the page, in the platform's language where it named one.

    Once the platform has signed the launch only its pages may frame it; before, everybody's,
    because the words reveal nothing.
    """
    language = arrival.locale or translation.get_language()
    with translation.override(language):
        is_window = denied.reason == "cookie_missing" and framing.is_window(request)
        context = {
            "reason": denied.reason,
            "message": denied.message,
            "is_window": is_window,
            "host": urlsplit(addresses.base()).netloc,
            "again_url": _again(arrival) if denied.reason == "cookie_missing" else "",
            "return_url": _return(arrival, denied),
            "platform": arrival.registration.name
            if arrival.claims and arrival.registration
            else "",
        }
        response = render(
            inner.for_anonymous(request, None),
            "cx_courses_lti/refused.html",
            context,
            status=HTTPStatus.FORBIDDEN,
        )
        response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    allowed = arrival.origins if arrival.claims else [framing.EVERYBODY]
    return framing.allow(request, response, *allowed)


def _again(arrival: Arrival) -> str:
    """Return the address that begins the same launch in a window; "" where it is not known."""
    if arrival.begun is None or not arrival.begun.again:
        return ""
    return f"{addresses.login(arrival.begun.registration)}?{urlencode(arrival.begun.again)}"


def _return(arrival: Arrival, denied: LaunchDenied) -> str:
    """Return the platform's own address for those who come back, with what went wrong."""
    if not arrival.return_url:
        return ""
    parts = urlsplit(arrival.return_url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    query += [("lti_errormsg", str(denied.message)), ("lti_errorlog", denied.reason)]
    return urlunsplit(parts._replace(query=urlencode(query)))
