"""Calls of web pages on other sites (CORS, from the Fetch standard).

A preflight carries no credential: it passes for an origin that any active client allows. The call
itself is refused unless the origin is one of the client's to which its credential belongs. Never in
credentials mode: a page of another site acts with its token and not with a person's session.
"""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request

from courses.api.credentials import credential_of
from courses.api.problems import Refusal
from courses.domain import clients

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
"""Every method, at every address: then a page can read the problem that refuses a wrong one."""
ACCEPTED = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Traceparent, "
    "X-Request-ID"
)
EXPOSED = (
    "Allow, Content-Disposition, Deprecation, ETag, Idempotency-Replayed, Link, Location, "
    "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, Sunset, "
    "WWW-Authenticate, X-Request-ID"
)
PREFLIGHT_MAX_AGE_S = 7200
"""Seconds for which a browser may cache the answer to a preflight; Chromium caches none longer."""

_READER = "_courses_cors_reader"


def is_preflight(request: HttpRequest | Request) -> bool:
    """Return whether a browser asks if it may send a request that a page wants to send."""
    asks = {"Origin", "Access-Control-Request-Method"} <= set(request.headers)
    return request.method == "OPTIONS" and asks


def note_reader(request: HttpRequest) -> None:
    """Note the origin whose pages may read the answer; one query, for calls from another origin.

    Before the view runs: after a failure the database may not be asked any more.
    """
    origin = _foreign(request)
    if origin is not None and clients.is_origin_known(origin=origin):
        setattr(request, _READER, origin)


def require_allowed(request: Request) -> None:
    """Raise the refusal `origin_not_allowed` for a page that may not call with this credential."""
    origin = _foreign(request._request)
    credential = credential_of(request)
    if origin is not None and credential is not None and origin not in credential.origins:
        raise Refusal("origin_not_allowed")


def add_headers(request: HttpRequest, response: HttpResponse) -> None:
    """Let the pages of the noted origin read the answer, and make caches distinguish origins."""
    patch_vary_headers(response, ["Origin"])
    origin = getattr(request, _READER, None)
    if origin is None:
        return
    response.headers["Access-Control-Allow-Origin"] = origin
    if not is_preflight(request):
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        return
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = ACCEPTED
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_MAX_AGE_S)


def _foreign(request: HttpRequest) -> str | None:
    """Return the origin of the calling page when it is another than ours.

    Behind a proxy that ends TLS we may not know of it: our own pages are on https then.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return None
    own = {f"{scheme}://{request.get_host()}" for scheme in ("https", request.scheme)}
    return None if origin in own else origin
