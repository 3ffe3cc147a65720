"""Every refusal as `application/problem+json` (RFC 9457), from the domain or the framework.

A problem's `type` is an address under which it is explained, `code` its last part, for machines.
"""

import logging
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings

from courses import outages
from courses.errors import Closed, Conflict, CoursesError, Invalid, NotAllowed, NotFound
from courses.questions.raw import ResponseError

CONTENT_TYPE = "application/problem+json"
REALM = 'Bearer realm="courses"'
LISTED = 50
"""Errors that a problem lists; the others are only counted."""
LONGEST = 300
"""Characters of a pointer or a message in that list."""
LONGEST_DETAIL = 3000

logger = logging.getLogger(__name__)

TITLES: dict[str, tuple[int, Any]] = {
    "invalid": (400, _("The request is not valid.")),
    "unreadable": (400, _("The body is not valid JSON.")),
    "unreadable_response": (400, _("The response does not fit the question.")),
    "not_authenticated": (401, _("Valid credentials are missing.")),
    "not_allowed": (403, _("These credentials do not allow this.")),
    "missing_scope": (403, _("This key lacks the required scope.")),
    "origin_not_allowed": (403, _("Pages of this origin may not use these credentials.")),
    "not_enrolled": (403, _("The learner is not enrolled in this course.")),
    "course_shut": (403, _("A running attempt closes this course to the learner.")),
    "not_reportable": (403, _("Nothing can be reported about this question now.")),
    "learner_deactivated": (403, _("The platform has deactivated this learner.")),
    "not_found": (404, _("This does not exist, or you have no access to it.")),
    "method_not_allowed": (405, _("This address does not allow this method.")),
    "not_acceptable": (406, _("The answer is not available in any requested format.")),
    "conflict": (409, _("The current state does not allow this.")),
    "closed": (409, _("The attempt or the question no longer accepts responses.")),
    "stale_revision": (409, _("A newer response was stored in the meantime.")),
    "stale_note": (409, _("The note was changed in the meantime.")),
    "blank_refused": (409, _("An empty response does not replace a stored one.")),
    "in_flight": (409, _("The first request with this key is still running.")),
    "length_required": (411, _("The Content-Length header is missing.")),
    "precondition_failed": (412, _("This has changed since you read it.")),
    "too_large": (413, _("The body is too large.")),
    "too_much": (413, _("The learner has reached the storage limit.")),
    "unsupported_media_type": (415, _("The body must be JSON.")),
    "idempotency_key_reused": (422, _("This Idempotency-Key belongs to another request.")),
    "too_many_requests": (429, _("Too many requests in too short a time.")),
    "not_implemented": (501, _("The answer is available as JSON only.")),
    "unavailable": (
        503,
        _(
            "The site cannot reach its database or cannot write at the moment. Please try again "
            "shortly."
        ),
    ),
    "server_error": (500, _("Something went wrong on our side.")),
}
"""Code → its status and its title; `docs/api/problems.md` explains each."""

_CODES: tuple[tuple[type[Exception], str], ...] = (
    (NotFound, "not_found"),
    (NotAllowed, "not_allowed"),
    (Closed, "closed"),
    (Conflict, "conflict"),
    (CoursesError, "invalid"),
    (exceptions.ValidationError, "invalid"),
    (exceptions.ParseError, "unreadable"),
    (exceptions.AuthenticationFailed, "not_authenticated"),
    (exceptions.NotAuthenticated, "not_authenticated"),
    (exceptions.PermissionDenied, "not_allowed"),
    (PermissionDenied, "not_allowed"),
    (Http404, "not_found"),
    (exceptions.NotFound, "not_found"),
    (exceptions.MethodNotAllowed, "method_not_allowed"),
    (exceptions.NotAcceptable, "not_acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported_media_type"),
    (exceptions.Throttled, "too_many_requests"),
    (RequestDataTooBig, "too_large"),
    (SuspiciousOperation, "invalid"),
    (BadRequest, "unreadable"),
)
"""The code of each kind of error; the first that fits."""


class Refusal(CoursesError):
    """A refusal that only the API knows; `code` is one of TITLES."""

    def __init__(self, code: str, message: Any = None, **details: Any) -> None:
        self.code = code
        super().__init__(message or TITLES[code][1], **details)


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer an exception of a view with a problem; log an unexpected one and answer 500."""
    request = context["request"]
    code = code_of(error)
    if code == "unavailable":
        logger.error("The database failed in %s: %s", request.path, error)
    if code == "server_error":
        # As Django's own handler does: logs, error reporters and tests listen to it.
        signals.got_request_exception.send(sender=None, request=request._request)
        logger.error("Internal error in %s", request.path, exc_info=error)
    body = problem(request, code, detail=_detail(error, code), **_extra(error))
    return Response(body, status=body["status"], headers=_headers(error), content_type=CONTENT_TYPE)


def code_of(error: Exception) -> str:
    """Return the code of TITLES for an exception."""
    if isinstance(error, CoursesError) and error.code in TITLES:
        return error.code
    if outages.is_outage(error):
        return "unavailable"
    return next((code for kind, code in _CODES if isinstance(error, kind)), "server_error")


def problem(request: Any, code: str, *, detail: str = "", **extra: Any) -> dict[str, Any]:
    """Return the body of a problem."""
    status, title = TITLES[code]
    return {
        "type": request.build_absolute_uri(reverse("cx_courses:api:problem", args=[code])),
        "title": str(title),
        "status": status,
        "code": code,
        "detail": shortened(detail or str(title), LONGEST_DETAIL),
        "instance": request.path,
        **extra,
    }


def respond(
    request: HttpRequest, code: str, *, headers: dict[str, str] | None = None, **extra: Any
) -> JsonResponse:
    """Answer with a problem outside the framework's views."""
    body = problem(request, code, **extra)
    return JsonResponse(body, status=body["status"], headers=headers, content_type=CONTENT_TYPE)


@csrf_exempt
def unknown(request: HttpRequest) -> JsonResponse:
    """Answer an address without a route: 404.

    It is 401 without a credential where the host asks everybody to sign in: routes stay unknown.
    """
    is_signed_in = "Authorization" in request.headers or request.user.is_authenticated
    if _requires_sign_in() and not is_signed_in:
        return respond(request, "not_authenticated", headers={"WWW-Authenticate": REALM})
    return respond(request, "not_found")


def _requires_sign_in() -> bool:
    return any(name.endswith(".LoginRequiredMiddleware") for name in settings.MIDDLEWARE)


def too_many(request: HttpRequest, *, wait: float | None) -> JsonResponse:
    """Answer 429 outside the framework's views."""
    headers = {"Retry-After": str(max(1, math.ceil(wait or 0)))}
    return respond(request, "too_many_requests", headers=headers)


def explain(request: HttpRequest, code: str) -> JsonResponse:
    """Answer the address that is a problem's `type`."""
    if code not in TITLES:
        return unknown(request)
    status, title = TITLES[code]
    return JsonResponse({"code": code, "status": status, "title": str(title)})


def _detail(error: Exception, code: str) -> str:
    if code in ("server_error", "unavailable"):
        return ""
    if isinstance(error, CoursesError):
        return str(error.message)
    if isinstance(error, exceptions.ValidationError):
        return ""
    detail = getattr(error, "detail", "")
    return str(detail) if isinstance(detail, str) else ""


def _extra(error: Exception) -> dict[str, Any]:
    """Return where the request is wrong, and the current state after a conflict."""
    if isinstance(error, exceptions.ValidationError):
        return listed(pointed(error.detail))
    if isinstance(error, Invalid) and error.problems:
        # The domain knows a response, not the field of the request that holds it.
        above = ("response",) if isinstance(error, ResponseError) else ()
        return listed(
            {"pointer": pointer(*above, *one.path.split(".")), "message": str(one.message)}
            for one in error.problems
        )
    if not isinstance(error, CoursesError):
        return {}
    names = ("revision", "value", "next_start_at", "running_attempt")
    return {name: error.details[name] for name in names if error.details.get(name) is not None}


def listed(errors: Iterable[dict[str, str]], *, most: int = LISTED) -> dict[str, Any]:
    """Return the first errors and how many more there are, so that an answer stays small."""
    found = list(errors)
    shown = [
        {name: shortened(text, LONGEST) for name, text in error.items()} for error in found[:most]
    ]
    left_out = len(found) - len(shown)
    return {"errors": shown, "errors_left_out": left_out} if left_out else {"errors": shown}


def shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def pointed(detail: Any, *path: str) -> Iterator[dict[str, str]]:
    """Flatten the framework's nested messages, each with a JSON pointer (RFC 6901) to its place.

    Lists come as mappings from index to messages, so that a row has its own index.
    """
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            is_whole = name == api_settings.NON_FIELD_ERRORS_KEY
            here = path if is_whole else (*path, str(name))
            yield from pointed(inner, *here)
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            is_message = isinstance(inner, str)
            yield from pointed(inner, *(path if is_message else (*path, str(index))))
    else:
        yield {"pointer": pointer(*path), "message": str(detail)}


def pointer(*path: str) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path if part)


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    wait = getattr(error, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, int(wait)))
    if isinstance(error, CoursesError) and "retry_after" in error.details:
        headers["Retry-After"] = str(error.details["retry_after"])
    if outages.is_outage(error):
        headers["Retry-After"] = str(outages.RETRY_AFTER_S)
    return headers
