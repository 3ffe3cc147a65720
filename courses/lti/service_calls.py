"""Calls of a platform's services: with an access token, and from page to page of a list.

Uses no database.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urljoin, urlsplit

from courses.domain import outgoing
from courses.lti import access_tokens

LONGEST_URL = 2000
_UNAUTHORIZED = 401
_LINK = re.compile(
    r'<([^>]*)>((?:\s*;\s*[^,;="\s]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^,;"\s]+))?)*)', re.ASCII
)
_REL = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^,;"\s]+))', re.ASCII | re.IGNORECASE)

Send = Callable[[Mapping[str, str]], outgoing.Answer]
"""Makes a call with the headers that it is given."""


def with_token(*, key: access_tokens.AccessKey, scope: str, send: Send) -> outgoing.Answer:
    """Send it with an access token; where the token is not taken, once more with a new one.

    Raises TokenRefused, outgoing.CallRefused and outgoing.CallFailed.
    """
    text = access_tokens.token(key=key, scope=scope)
    answer = send(_bearer(text))
    if answer.status != _UNAUTHORIZED:
        return answer
    return send(_bearer(access_tokens.token(key=key, scope=scope, not_this=text)))


def get(*, key: access_tokens.AccessKey, scope: str, url: str, accept: str) -> outgoing.Answer:
    """Read what is at this address of a service, in this media type. Raises as `with_token`."""
    return with_token(
        key=key,
        scope=scope,
        send=lambda token: outgoing.get(url, headers={**token, "Accept": accept}),
    )


def links(*, header: str, url: str) -> dict[str, str]:
    """Return relation → address of a Link header (RFC 8288), the first of each."""
    found: dict[str, str] = {}
    for target, parameters in _LINK.findall(header):
        rel = _REL.search(parameters)
        for name in (rel[1] or rel[2] or "").lower().split() if rel else ():
            found.setdefault(name.strip("'"), _joined(url, target))
    return found


def is_beside(url: str, other: str) -> bool:
    """Return whether both are at the same site: only there is our access token for."""
    try:
        one, two = urlsplit(url), urlsplit(other)
        same = (one.scheme, one.hostname, one.port) == (two.scheme, two.hostname, two.port)
    except ValueError:
        return False
    return same and len(url) <= LONGEST_URL


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        return target  # It is refused later: a list that goes on is not complete.


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
