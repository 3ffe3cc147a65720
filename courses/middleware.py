"""Middleware that a host project may list: request ids, bodies, security policies."""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from courses.addresses import client_address
from courses.bodies import ChunkedBodyMiddleware
from courses.logs import request_context
from courses.storable import StorableTextMiddleware

__all__ = [
    "ChunkedBodyMiddleware",
    "ContentSecurityPolicyMiddleware",
    "PermissionsPolicyMiddleware",
    "RequestContextMiddleware",
    "StorableTextMiddleware",
]

_Response = TypeVar("_Response", bound=HttpResponseBase)
GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Somebody else's id goes into our logs: only characters that cannot forge a line.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")
# W3C Trace Context, level 1: version, trace id, parent id, flags.
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
_NO_TRACE = "0" * 32
_NO_SPAN = "0" * 16


class RequestContextMiddleware:
    """Give each request an id, for the logs and, as `X-Request-ID`, for reports of faults.

    An id that a proxy in front sent is kept; so is the trace of a W3C `traceparent`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        context = {"request_id": _request_id(request)}
        # Where a server's access log finds it.
        request.META["courses.client_address"] = client_address(request)
        trace_id = _trace_id(request)
        if trace_id:
            context["trace_id"] = trace_id
        request.request_id = context["request_id"]  # type: ignore[attr-defined]
        request.log_context = context  # type: ignore[attr-defined]
        token = request_context.set(context)
        try:
            response = self.get_response(request)
        finally:
            request_context.reset(token)
        response.headers["X-Request-ID"] = context["request_id"]
        return response


def _request_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _trace_id(request: HttpRequest) -> str | None:
    match = _TRACEPARENT.fullmatch(request.headers.get("traceparent", ""))
    if match is None or match[1] == _NO_TRACE or match[2] == _NO_SPAN:
        return None
    return match[1]


class PermissionsPolicyMiddleware:
    """Send `PERMISSIONS_POLICY`: browser feature → origins that may use it, `[]` for none."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        policy: Mapping[str, Sequence[str]] = getattr(settings, "PERMISSIONS_POLICY", {})
        self.value = ", ".join(f"{name}=({' '.join(who)})" for name, who in policy.items())

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if self.value:
            response.headers.setdefault("Permissions-Policy", self.value)
        return response


class _PolicyBeforeDjango6:
    """Send `SECURE_CSP` as Django 6.0 does; values are lists of sources, `True` or a string."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        policy = getattr(settings, "SECURE_CSP", None)
        if policy and not _is_debug_page(response):
            response.headers.setdefault("Content-Security-Policy", build_policy(policy))
        return response


def _is_debug_page(response: HttpResponseBase) -> bool:
    # Django's own pages for developers carry their style and script inside.
    return settings.DEBUG and response.status_code in {
        HTTPStatus.NOT_FOUND,
        HTTPStatus.INTERNAL_SERVER_ERROR,
    }


def build_policy(policy: Mapping[str, Sequence[str] | str | bool | None]) -> str:
    """Return the header's value: directives in the order given, those that are off left out."""
    directives = []
    for name, sources in policy.items():
        if sources is None or sources is False:
            continue
        if sources is True:
            directives.append(name)
            continue
        listed = [sources] if isinstance(sources, str) else sources
        directives.append(" ".join([name, *listed]))
    return "; ".join(directives)


def set_policy(
    request: HttpRequest, response: _Response, changed: Mapping[str, Sequence[str]]
) -> _Response:
    """Send the site's policy with these directives replaced, and return the response.

    Works without our middleware, with it, and with Django's own.
    """
    policy = {**(getattr(settings, "SECURE_CSP", None) or {}), **changed}
    if hasattr(request, "_csp_nonce"):
        # Django's middleware (6.0 on) fills in nonces, and takes a view's policy from here.
        response._csp_config = policy  # type: ignore[attr-defined]
    else:
        response.headers["Content-Security-Policy"] = build_policy(policy)
    return response


def _policy_middleware() -> type[object]:
    try:
        from django.middleware.csp import ContentSecurityPolicyMiddleware as OfDjango
    except ImportError:  # Django before 6.0
        return _PolicyBeforeDjango6
    return OfDjango


ContentSecurityPolicyMiddleware = _policy_middleware()
