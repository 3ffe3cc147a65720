"""What a frame shows without a session: a page with the reason, sent to the page around it too."""

from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from courses import outages
from courses.domain.launches import LaunchRefused
from courses.models import Launch
from courses.web import errors
from courses.web.below import inside
from courses.web.embed import framing, inner
from courses.web.embed.cookie import base_of
from courses.web.errors import error_page, wants_json

_FAULTS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.FORBIDDEN: "not_allowed",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.INTERNAL_SERVER_ERROR: "server_error",
    HTTPStatus.SERVICE_UNAVAILABLE: "server_error",
}
"""What has a page → what is sent to the page around the frame."""


def refused(request: HttpRequest, refusal: LaunchRefused) -> HttpResponse:
    """Return the reason; only the origin that the launch was made for may frame it."""
    if wants_json(request) or request.headers.get("X-Fragment"):
        # As the pages' scripts know it: what they hold stays in their queue.
        body = {"code": "signed_out", "message": str(refusal.message)}
        return JsonResponse(body, status=HTTPStatus.UNAUTHORIZED)
    context = {"code": refusal.code, "message": refusal.message}
    return _page(request, refusal.launch, "refused", refusal.code, context)


def without_cookies(
    request: HttpRequest, launch: Launch, token: str, *, place: str = ""
) -> HttpResponse:
    """Return a page that offers a window, for a browser that keeps no cookie in this frame.

    In a window it says that cookies have to be allowed: another window would not help.
    """
    context = {
        "window_url": f"{base_of(launch)}window/",
        "token": token,
        "place": place,
        "is_window": framing.is_window(request),
        "host": request.get_host(),
    }
    return _page(request, launch, "no_cookies", "no_cookies", context)


def _page(
    request: HttpRequest, launch: Launch, name: str, state: str, context: Mapping[str, object]
) -> HttpResponse:
    embed = inner.Embed(launch, base_of(launch), state)
    anonymous = inner.for_anonymous(request, embed)
    with inner.in_language(launch):
        response = render(
            anonymous, f"cx_courses/embed/{name}.html", context, status=HTTPStatus.FORBIDDEN
        )
        response.headers["Cache-Control"] = "no-store"
    return framing.allow(request, response, *launch.origins)


def broken(request: HttpRequest, launch: Launch, status: int) -> HttpResponse:
    """Return the page of a fault, of the site or of the browser.

    It is for the caller to let the platform frame it: else the learner sees an empty frame.
    """
    shown = HTTPStatus(status) if status in _FAULTS else HTTPStatus.INTERNAL_SERVER_ERROR
    anonymous = inner.for_anonymous(request, inner.Embed(launch, base_of(launch), _FAULTS[shown]))
    with inner.in_language(launch), inside(base_of(launch)):
        response = error_page(anonymous, shown)
    response.headers["Cache-Control"] = "no-store"
    if shown == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(outages.RETRY_AFTER_S)
    return response


def shown_in_outages(view: Callable[..., Any]) -> Callable[..., Any]:
    """Say in the frame that the database is away, also when nobody can ask whose frame it is.

    Any page may frame these words, which reveal nothing about anybody: else the learner would see
    an empty frame.
    """

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return view(request, *args, **kwargs)
        except DatabaseError as error:
            if not outages.is_outage(error):
                raise
            response = errors.unavailable(inner.for_anonymous(request, None))
            return framing.allow(request, response, framing.EVERYBODY)

    return inside


def lost(request: HttpRequest) -> HttpResponse:
    """Return the page for an address that was never issued, or too long ago to know for whom."""
    context = {"message": _("There is no page at this address. Please open the course again.")}
    anonymous = inner.for_anonymous(request, None)
    return render(anonymous, "cx_courses/embed/refused.html", context, status=HTTPStatus.NOT_FOUND)
