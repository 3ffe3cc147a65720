"""ETags: read again only what changed, write only what is still as it was read."""

from typing import Any

from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.pinned import JSONRenderer
from courses.api.problems import Refusal
from courses.domain import states


def of(*parts: Any) -> str:
    """A strong ETag for a state that these values tell apart."""
    return f'"{states.tag_of(*parts)}"'


def of_body(data: Any) -> str:
    return of(JSONRenderer().render(data).decode())


def is_known(request: Request, etag: str) -> bool:
    """Does the reader have this state already?"""
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in given or etag in {one.removeprefix("W/") for one in given}


def not_modified(etag: str) -> Response:
    return Response(status=304, headers={"ETag": etag, "Cache-Control": "private, no-cache"})


def catalogue(data: Any, etag: str) -> Response:
    """What changes seldom: kept by the reader and asked about each time."""
    return Response(data, headers={"ETag": etag, "Cache-Control": "private, no-cache"})


def tagged(data: Any, *, status: int = 200, **headers: str) -> Response:
    """A state that may be changed, with the ETag to change it under."""
    return Response(data, status=status, headers={"ETag": of_body(data), **headers})


def require_match(request: Request, current: Any | None) -> None:
    """`current` is the state as it would be said now, None when there is none.

    Raises `precondition_failed` when the writer has seen another. Must run under the lock.
    """
    given = parse_etags(request.headers.get("If-Match", ""))
    # Compressed answers carry weak tags; ours are hashes of the whole state, so they will do.
    given = [one.removeprefix("W/") for one in given]
    if given and (current is None or ("*" not in given and of_body(current) not in given)):
        raise Refusal("precondition_failed")
    if current is not None and "*" in parse_etags(request.headers.get("If-None-Match", "")):
        raise Refusal("precondition_failed")
