"""What travels to the platform and back while somebody is signed in: the state of a login.

It is signed and short-lived, names its nonce, and is bound to one browser by a cookie of its own,
so that two tabs do not disturb each other and nobody can be sent into a foreign login. Where a
browser gives a frame no cookies, the page of the platform around it keeps the same secret.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.core import signing
from django.utils.crypto import constant_time_compare, get_random_string

from courses.lti.reasons import LaunchDenied

LIVES = timedelta(minutes=10)
_SALT = "courses.lti.state"
_LENGTH = 32
_FRAME = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_LONGEST_AGAIN = 1500
"""Characters of a login that are carried along; a longer one cannot be begun in a new window."""


@dataclass(frozen=True)
class Begun:
    """A login under way."""

    state: str
    registration: UUID
    nonce: str
    secret: str
    """For the browser's cookie; empty in what came back, which holds only its hash."""
    secret_hash: str
    again: dict[str, str]
    """The parameters with which the platform began it."""
    began_at: datetime
    storage: str = ""
    """The frame of the platform that keeps the secret as well; "" where it offers none."""


def begin(
    *, registration: UUID, again: Mapping[str, str], now: datetime, storage: str = ""
) -> Begun:
    """Begin a login: its state, nonce and secret are new.

    `storage` is the frame that the platform names for what its tools keep.
    """
    nonce, secret = get_random_string(_LENGTH), get_random_string(_LENGTH)
    kept = dict(again) if sum(map(len, again.values())) <= _LONGEST_AGAIN else {}
    storage = storage if _FRAME.fullmatch(storage) else ""
    body = {
        "r": str(registration),
        "n": nonce,
        "b": hashed(secret),
        "a": kept,
        "t": int(now.timestamp()),
        "s": storage,
    }
    state = signing.dumps(body, salt=_SALT, compress=True)
    return Begun(state, registration, nonce, secret, hashed(secret), kept, now, storage)


def read(*, state: str, now: datetime) -> Begun:
    """Return the login of this state. Raises LaunchDenied where we did not make it, or long ago."""
    try:
        body = signing.loads(state, salt=_SALT)
    except signing.BadSignature as error:
        raise LaunchDenied("state_unknown", error) from error
    began_at = datetime.fromtimestamp(body["t"], tz=UTC)
    if now - began_at > LIVES:
        raise LaunchDenied("state_expired", f"begun at {began_at:%H:%M:%S}")
    # A login that began before an upgrade has no frame.
    storage = body.get("s", "")
    return Begun(state, UUID(body["r"]), body["n"], "", body["b"], body["a"], began_at, storage)


def cookie_name(state: str) -> str:
    """Return the name of the cookie that binds this state to its browser."""
    return f"cx_lti_{hashed(state)[:16]}"


def require_browser(*, begun: Begun, cookies: Mapping[str, str], stored: str = "") -> None:
    """Raise LaunchDenied unless the browser is the one in which the login began.

    Its cookie says so, or where there is none, what the page of the platform has stored.
    """
    secret = cookies.get(cookie_name(begun.state), stored)
    if not secret:
        raise LaunchDenied("cookie_missing")
    if not constant_time_compare(hashed(secret), begun.secret_hash):
        raise LaunchDenied("state_foreign", "the browser's secret belongs to another login")


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
