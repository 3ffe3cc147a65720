"""What a credential looks like as a text: a mark, a public prefix, a secret kept only as a hash."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Model, Q
from django.utils.crypto import constant_time_compare

from courses.errors import CoursesError

Row = TypeVar("Row", bound=Model)

_PREFIX_BYTES = 6
_SECRET_BYTES = 32
_USE_NOTED_EVERY = timedelta(minutes=1)


class InvalidCredentials(CoursesError):
    """One text for every reason: who tries credentials learns nothing."""

    code = "invalid_credentials"


@dataclass(frozen=True)
class New:
    """A credential that was just drawn; `text` is to be shown once."""

    prefix: str
    secret: str
    secret_hash: str
    text: str


def draw(mark: str) -> New:
    """Return a new random credential. The mark lets a scanner find one that leaked."""
    prefix, secret = secrets.token_hex(_PREFIX_BYTES), secrets.token_urlsafe(_SECRET_BYTES)
    return New(prefix, secret, hashed(secret), f"{mark}_{prefix}_{secret}")


def hashed(secret: str) -> str:
    """Return the hash of a secret. A secret is random and long, so that one round is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def find(by_prefix: Callable[[str], Row | None], *, mark: str, text: str) -> Row | None:
    """Return the row of this credential; `by_prefix` reads the one with a prefix.

    Compare the secret in constant time, also without a row.
    """
    given, _separator, rest = text.partition("_")
    prefix, _separator, secret = rest.partition("_")
    row = None
    if given == mark and prefix.isascii() and prefix.isalnum():
        row = by_prefix(prefix)
    stored: Any = row
    is_right = constant_time_compare(hashed(secret), stored.secret_hash if row else hashed(""))
    return row if is_right else None


def note_use(row: Any, *, now: datetime) -> None:
    """Note the use of a credential, at most once a minute: not every request costs a write."""
    if row.last_used_at is not None and now - row.last_used_at < _USE_NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _USE_NOTED_EVERY)
    type(row)._default_manager.filter(stale, pk=row.pk).update(last_used_at=now)
