"""Access tokens of platforms, asked for with an assertion of ours and kept until they expire.

Uses no database: scores are sent by threads that have none.
"""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import jwt

from courses.domain import outgoing
from courses.lru_cache import LRUCache
from courses.lti import own_keys
from courses.lti import vocabulary as words
from courses.lti.models import LtiRegistration

MARGIN_S = 60
"""So long before its end a token is no longer used: a call may take a while."""
_LIVES_S = 300
_SHORTEST_S, _LONGEST_S = 0, 86_400
_LONGEST_TOKEN = 10_000
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class TokenRefused(Exception):
    """The platform gave no token. `answer` is what it said, if it said anything."""

    def __init__(self, reason: str, answer: outgoing.Answer | None = None) -> None:
        super().__init__(reason)
        self.answer = answer


@dataclass(frozen=True)
class AccessKey:
    """What a registration needs to ask for tokens. `pem` is not part of what names a token."""

    client_id: str
    url: str
    audience: str
    kid: str
    pem: str = field(repr=False, compare=False)


@dataclass(frozen=True)
class AccessToken:
    text: str
    ends: float
    """On the clock of `time.monotonic`."""


_tokens: LRUCache[tuple[AccessKey, str], list[AccessToken]] = LRUCache(256, name="ltitokens")


def key_of(*, registration: LtiRegistration) -> AccessKey:
    """Return what is needed to ask for its tokens. Raises sealing.Unreadable."""
    kid, pem = own_keys.private_key(registration=registration)
    audience = registration.token_audience or registration.token_url
    return AccessKey(registration.client_id, registration.token_url, audience, kid, pem)


def token(*, key: AccessKey, scope: str = words.SCORE_SCOPE, not_this: str = "") -> str:
    """Return a token that is valid for a while; a new one instead of one that was refused.

    Raises TokenRefused, outgoing.CallRefused and outgoing.CallFailed.
    """
    held = _tokens.get_or_create((key, scope), list)
    for one in tuple(held):
        if one.text != not_this and one.ends - MARGIN_S > time.monotonic():
            return one.text
    made = _ask(key, scope)
    held[:] = [made]
    return made.text


def require(*, key: AccessKey, scope: str) -> None:
    """Ask for a token of this scope at this moment, and keep none.

    Raises TokenRefused, also where the platform says that the token is for other scopes, and
    outgoing.CallRefused and outgoing.CallFailed.
    """
    answer = _request(key, scope)
    found = _read(answer)
    _text_of(found, answer)
    given = found.get("scope")
    if isinstance(given, str) and scope not in given.split():
        raise TokenRefused("The access token is for other services.", answer)


def _ask(key: AccessKey, scope: str) -> AccessToken:
    asked = time.monotonic()
    answer = _request(key, scope)
    found = _read(answer)
    text, seconds = _text_of(found, answer), found.get("expires_in", 0)
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdigit():
        seconds = int(seconds[:9])
    lasts = seconds if isinstance(seconds, int | float) else 0
    return AccessToken(text, asked + min(max(lasts, _SHORTEST_S), _LONGEST_S))


def _request(key: AccessKey, scope: str) -> outgoing.Answer:
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": _ASSERTION,
        "client_assertion": _assertion(key),
        "scope": scope,
    }
    return outgoing.post(
        key.url,
        body=urlencode(form).encode(),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
    )


def _text_of(found: dict[str, Any], answer: outgoing.Answer) -> str:
    text = found.get("access_token")
    if not isinstance(text, str) or not _is_token(text):
        raise TokenRefused(f"No access token: status {answer.status}.", answer)
    return text


def _assertion(key: AccessKey) -> str:
    now = int(time.time())
    claims = {
        "iss": key.client_id,
        "sub": key.client_id,
        "aud": key.audience,
        "iat": now,
        "exp": now + _LIVES_S,
        "jti": str(uuid4()),
    }
    headers = {"kid": key.kid}
    return jwt.encode(claims, key.pem, algorithm=own_keys.ALGORITHM, headers=headers)


def _read(answer: outgoing.Answer) -> dict[str, Any]:
    if answer.status != 200 or answer.is_cut:  # noqa: PLR2004 (HTTP's own number)
        raise TokenRefused(f"No access token: status {answer.status}.", answer)
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise TokenRefused("The answer with the access token is no JSON.", answer) from error
    return found if isinstance(found, dict) else {}


def _is_token(text: str) -> bool:
    """Return whether it can be sent in a header."""
    return 0 < len(text) <= _LONGEST_TOKEN and text.isascii() and text.isprintable()
