"""ETags: read again only what changed, write only what is still as it was read."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.pinned import JSONRenderer
from courses.api.problems import Refusal
from courses.domain import states


def of(*parts: Any) -> str:
    """Return a strong ETag of these values."""
    return f'"{states.tag_of(*parts)}"'


def of_body(data: Any) -> str:
    return of(JSONRenderer().render(data).decode())


def catalogue(request: Request, etag: str, build: Callable[[], HttpResponseBase]) -> Any:
    """Answer 304 if the client has this ETag already, else what `build` makes.

    Clients cache it and revalidate it each time. Raises the refusal `precondition_failed`.
    """
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    unknown = HttpResponse(headers=headers)
    found: Any = get_conditional_response(request, etag=etag, response=unknown)
    if found is unknown:
        found = build()
        for name, value in headers.items():
            found[name] = value
    elif found.status_code == HTTPStatus.PRECONDITION_FAILED:
        raise Refusal("precondition_failed")
    return found


def tagged(data: Any, *, status: int = 200, **headers: str) -> Response:
    """Answer with `data` and its ETag, which a change can name in `If-Match`."""
    return Response(data, status=status, headers={"ETag": of_body(data), **headers})


def require_match(request: Request, current: Any | None) -> None:
    """Raise `precondition_failed` when the client has not seen the current state.

    `current` is the state as it would be serialized now, None when there is none. Must run under
    the row's lock.
    """
    given = parse_etags(request.headers.get("If-Match", ""))
    # Compressed answers carry weak tags; ours are hashes of the whole state, so they will do.
    given = [one.removeprefix("W/") for one in given]
    if given and (current is None or ("*" not in given and of_body(current) not in given)):
        raise Refusal("precondition_failed")
    if current is not None and "*" in parse_etags(request.headers.get("If-None-Match", "")):
        raise Refusal("precondition_failed")
