"""Who may put a page into a frame: nobody, unless a view of this package allows it."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from courses.domain import launches
from courses.middleware import set_policy

NOBODY = "'none'"
EVERYBODY = "*"
_FRAMES = ("iframe", "frame")
_FOREIGN = ("cross-site", "same-site")
Response = TypeVar("Response", bound=HttpResponseBase)
_POLICY = "Content-Security-Policy"
_ANCESTORS = re.compile(r"frame-ancestors [^;]*")


def allow(request: HttpRequest, response: Response, *origins: str) -> Response:
    """Let these origins (or everybody) frame the page; the rest of the policy stays.

    That is the policy of the response, such as a file has, else the site's.
    """
    # Nothing else is stored by us; a header is no place to find out who did.
    known = [one for one in origins if one == EVERYBODY or launches.origin_of(one) == one]
    ancestors = known or [NOBODY]
    own = response.headers.get(_POLICY)
    if own is not None:
        response.headers[_POLICY] = _ANCESTORS.sub(f"frame-ancestors {' '.join(ancestors)}", own)
    else:
        set_policy(request, response, {"frame-ancestors": ancestors})
    response.xframe_options_exempt = True  # type: ignore[attr-defined]
    return response


def framing_origin(request: HttpRequest) -> str | None:
    """Return the origin of the page whose frame asks, where the browser sends it; else None.

    What the page does inside its frame (links, forms) comes from this site itself.
    """
    headers = request.headers
    is_framed = headers.get("Sec-Fetch-Dest") in _FRAMES
    if not is_framed or headers.get("Sec-Fetch-Site") not in _FOREIGN:
        return None
    referrer = headers.get("Referer", "")
    return (launches.origin_of(referrer) or referrer) if referrer else None


def is_navigation(request: HttpRequest) -> bool:
    """Return whether a frame or window asks, and not an image, a script or a prefetch."""
    headers = request.headers
    dest = headers.get("Sec-Fetch-Dest", "document")
    is_guess = "prefetch" in headers.get("Sec-Purpose", headers.get("Purpose", ""))
    return dest in (*_FRAMES, "document") and not is_guess


def is_window(request: HttpRequest) -> bool:
    """Return whether the page is asked for by a window of its own, as far as the browser says."""
    return request.headers.get("Sec-Fetch-Dest") == "document"


def open_to_all(view: Callable[..., Any]) -> Callable[..., Any]:
    """Exempt a view where the host requires a sign-in: it identifies people in another way."""
    return login_not_required(view)
