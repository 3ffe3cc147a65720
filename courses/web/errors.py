"""Refusals, in the language of HTTP: the one place where a `CoursesError` becomes a response."""

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from courses import outages
from courses.errors import Conflict, CoursesError, Invalid, NotAllowed, NotFound, TooMuch
from courses.web import resent_form

R = TypeVar("R", bound=HttpResponseBase)

_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)

_STATUS: tuple[tuple[type[CoursesError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (TooMuch, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (Invalid, HTTPStatus.BAD_REQUEST),
)


def handles_errors(view: Callable[..., R]) -> Callable[..., R | HttpResponse]:
    """Answer a refusal of the domain with its page, or with JSON for a script that asked for it."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> R | HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except CoursesError as error:
            return refuse(request, error, kwargs)

    return inner


def refuse(request: HttpRequest, error: CoursesError, place: Mapping[str, Any]) -> HttpResponse:
    """Return the response to a refusal; `place` holds the keys that the address named."""
    if wants_json(request):
        return problem(error)
    if error.code == "not_enrolled" and "course" in place:
        if not request.user.is_authenticated:
            return redirect_to_login(_page(request, place))
        messages.info(request, str(error.message))
        return redirect("cx_courses:course", course=place["course"])
    return error_page(request, status_of(error), error)


def _page(request: HttpRequest, place: Mapping[str, Any]) -> str:
    """Return where to return after signing in: never an address that only takes a form."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    if "lesson" in place:
        return reverse("cx_courses:lesson", args=[place["course"], place["lesson"]])
    return reverse("cx_courses:course", args=[place["course"]])


def problem(error: CoursesError, **extra: Any) -> JsonResponse:
    """Return a refusal for a script: code, readable message, and the caller's extra fields."""
    body = {"code": error.code, "message": str(error.message), **extra}
    return JsonResponse(body, status=status_of(error))


def status_of(error: CoursesError) -> HTTPStatus:
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    return HTTPStatus.BAD_REQUEST


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def error_page(
    request: HttpRequest, status: HTTPStatus, error: CoursesError | None = None
) -> HttpResponse:
    """Return a page with what happened and what to do; a conflict's `details` hold both sides."""
    context = {
        "error": error,
        "details": error.details if error else {},
        # What failed may be what a host's own header needs.
        "is_bare": status >= HTTPStatus.INTERNAL_SERVER_ERROR,
    }
    return render(request, f"cx_courses/errors/{status.value}.html", context, status=status)


# What a site names as its handlers.


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page of a request that could not be read, or that was too large to be read."""
    is_too_large = isinstance(exception, _TOO_LARGE)
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_too_large else HTTPStatus.BAD_REQUEST
    return error_page(request, status)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return error_page(request, HTTPStatus.FORBIDDEN)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return error_page(request, HTTPStatus.NOT_FOUND)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page of a fault of ours; 503 where the database failed and a retry may help."""
    if outages.is_outage(sys.exc_info()[1]):
        return unavailable(request)
    # What failed may be what finds out who asks.
    request.user = AnonymousUser()
    return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return the page for a database that is away or cannot be written. Makes no query."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    if wants_json(request):
        text = _("The site cannot store anything right now. Please try again in a moment.")
        body = {"code": "unavailable", "message": text}
        response: HttpResponse = JsonResponse(body, status=status)
    else:
        request.user = AnonymousUser()
        response = error_page(request, status)
    response.headers["Retry-After"] = str(outages.RETRY_AFTER_S)
    response.headers["Cache-Control"] = "no-store"
    return response


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Serve as `CSRF_FAILURE_VIEW`: mostly a form that was open during a new sign-in.

    The page shows the input again, to be sent once more.
    """
    context = {
        "is_expired_form": True,
        "details": {},
        "unsent": resent_form.fields(request),
        "place": request.get_full_path(),
    }
    status = HTTPStatus.FORBIDDEN
    return render(request, "cx_courses/errors/403.html", context, status=status)
