"""Keys of the programs that call us: made, exchanged, taken away, recognised."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from courses.errors import Conflict, CoursesError, Invalid, Problem
from courses.models import ApiClient, ApiKey, Course
from courses.models.client import SCOPES

MARK = "cxk"
"""What every key begins with, so that a scanner finds one that leaked."""

_PREFIX_BYTES = 6
_SECRET_BYTES = 32
_USE_NOTED_EVERY = timedelta(minutes=1)


class KeyRefused(CoursesError):
    """One text for every reason: who tries keys learns nothing."""

    code = "invalid_credentials"


@dataclass(frozen=True)
class NewKey:
    """A key with its secret, to be shown once."""

    row: ApiKey
    text: str


@transaction.atomic
def create_key(
    *,
    client: ApiClient,
    scopes: Iterable[str],
    courses: Iterable[Course] = (),
    label: str = "",
    expires_at: datetime | None = None,
) -> NewKey:
    """A new key; without `courses` it is good for every published one. Raises Invalid."""
    wanted = _checked(scopes)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    row = ApiKey.objects.create(
        client=client,
        prefix=secrets.token_hex(_PREFIX_BYTES),
        secret_hash=_hash(secret),
        label=label,
        scopes=wanted,
        expires_at=expires_at,
    )
    row.courses.set(courses)
    return NewKey(row, f"{MARK}_{row.prefix}_{secret}")


@transaction.atomic
def rotate_key(*, key: ApiKey, overlap: timedelta, now: datetime) -> NewKey:
    """A key with the same rights; the old one goes on for `overlap`.

    Raises Conflict when the old one is not in use any more.
    """
    if not key.is_usable(now=now):
        raise Conflict(_("Only a key that is in use can be exchanged for another."))
    new = create_key(
        client=key.client,
        scopes=key.scopes,
        courses=key.courses.all(),
        label=key.label,
        expires_at=key.expires_at,
    )
    key.expires_at = min(filter(None, (key.expires_at, now + overlap)))
    key.save(update_fields=["expires_at"])
    return new


def revoke_key(*, key: ApiKey, now: datetime) -> ApiKey:
    """From now on the key opens nothing. Idempotent."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now)
    key.refresh_from_db(fields=["revoked_at"])
    return key


def recognise(*, text: str, now: datetime) -> ApiKey:
    """The usable key that this text is, its use noted. Raises KeyRefused. One query, rarely two.

    The secret is compared in constant time, and so is one whose prefix is unknown.
    """
    mark, _separator, rest = text.partition("_")
    prefix, _separator, secret = rest.partition("_")
    row = None
    if mark == MARK and prefix.isascii() and prefix.isalnum():
        row = ApiKey.objects.select_related("client").filter(prefix=prefix).first()
    is_right = constant_time_compare(_hash(secret), row.secret_hash if row else _hash(""))
    if row is None or not is_right or not row.is_usable(now=now):
        raise KeyRefused
    _note_use(row, now)
    return row


def _note_use(row: ApiKey, now: datetime) -> None:
    """At most once a minute: a busy key does not cost a write for every request."""
    if row.last_used_at is not None and now - row.last_used_at < _USE_NOTED_EVERY:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - _USE_NOTED_EVERY)
    ApiKey.objects.filter(stale, pk=row.pk).update(last_used_at=now)


def _checked(scopes: Iterable[str]) -> list[str]:
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        known = ", ".join(SCOPES)
        text = _("A key needs at least one of these scopes: %(known)s.") % {"known": known}
        raise Invalid(problems=[Problem("scopes", text)])
    return wanted


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
