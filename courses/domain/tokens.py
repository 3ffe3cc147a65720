"""A learner's own tokens: their programs reach what they reach when they are signed in, no more."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from courses.domain import bearer, learners, locks
from courses.errors import Conflict, Invalid, NotFound, Problem
from courses.models import ApiClient, ApiKey, LearnerToken
from courses.prepared import PreparedQuery

MARK = "cxl"
"""What every learner token begins with."""
SCOPES = ("catalogue:read", "learning:write")
"""What a person may do here for themselves, with a token or in their browser."""
LONGEST = timedelta(days=366)
LONGEST_ISSUED = timedelta(hours=24)
"""Of a token that a platform asked for: it is meant for one sitting."""
MOST = 20
"""Usable tokens that learners have made themselves, at a time."""
_RETENTION = timedelta(days=30)
_PURGED_AT_ONCE = 1000


@dataclass(frozen=True)
class NewToken:
    """A token with its text, to be shown once."""

    row: LearnerToken
    text: str


@transaction.atomic
def create_token(
    *,
    user: Any,
    lifetime: timedelta,
    label: str = "",
    issuer: ApiKey | None = None,
    scopes: Collection[str] = SCOPES,
    now: datetime,
) -> NewToken:
    """Create a token with some of SCOPES; `issuer` is the platform's key that asks for it.

    Raises Invalid for a lifetime that is too long, Conflict when they have too many, Deactivated
    when the platform has deactivated the learner.
    """
    longest = LONGEST if issuer is None else LONGEST_ISSUED
    if not timedelta(0) < lifetime <= longest:
        hours = longest // timedelta(hours=1)
        text = _("A token is valid for at most %(hours)d hours.") % {"hours": hours}
        raise Invalid(problems=[Problem("lifetime", text)])
    person = locks.person(user=user)
    if issuer is not None:
        _require_active(issuer.client, person)
    if issuer is None and usable(user=person, now=now).count() >= MOST:
        raise Conflict(_("You have too many tokens. Revoke one first."))
    new = bearer.draw(MARK)
    row = LearnerToken.objects.create(
        user=user,
        issuer=issuer,
        prefix=new.prefix,
        secret_hash=new.secret_hash,
        password_mark=_mark_of(person),
        label=label,
        scopes=sorted(set(scopes) & set(SCOPES)),
        created_at=now,
        expires_at=now + lifetime,
    )
    return NewToken(row, new.text)


def _require_active(client: ApiClient, user: Any) -> None:
    """Raise Deactivated when the platform that asks has deactivated the learner."""
    for identity in learners.known(client=client).filter(user=user):
        learners.require_active(identity=identity)


def recognise(*, text: str, now: datetime) -> LearnerToken:
    """Return the usable token with this text; note its use. Raises bearer.InvalidCredentials."""
    row = bearer.find(_TOKENS.first, mark=MARK, text=text)
    if row is None or not row.is_usable(now=now):
        raise bearer.InvalidCredentials
    if not constant_time_compare(row.password_mark, _mark_of(row.user)):
        raise bearer.InvalidCredentials
    bearer.note_use(row, now=now)
    return row


def _by_prefix(prefix: str) -> QuerySet[LearnerToken]:
    rows = LearnerToken.objects.filter(prefix=prefix)
    return rows.select_related("user", "issuer__client").order_by()


_TOKENS = PreparedQuery(_by_prefix, str)


def _mark_of(user: Any) -> str:
    """Return a hash that changes with the person's password."""
    return hashlib.sha256(f"courses.token:{user.password}".encode()).hexdigest()


def usable(*, user: Any, now: datetime) -> QuerySet[LearnerToken]:
    """Return the learner's own tokens that are valid, newest first."""
    rows = LearnerToken.objects.filter(user=user, issuer=None, password_mark=_mark_of(user))
    return rows.filter(revoked_at=None, expires_at__gt=now).order_by("-pk")


def issued(*, client: ApiClient, user: Any, now: datetime) -> QuerySet[LearnerToken]:
    """Return the tokens that a platform asked for and that have not ended."""
    rows = LearnerToken.objects.filter(
        user=user, issuer__client=client, password_mark=_mark_of(user)
    )
    return rows.filter(revoked_at=None, expires_at__gt=now)


@transaction.atomic
def revoke_token(*, tokens: QuerySet[LearnerToken], uuid: UUID, now: datetime) -> None:
    """Revoke this one of `tokens`. Raises NotFound."""
    if not tokens.filter(uuid=uuid).update(revoked_at=now):
        raise NotFound


def purge(*, now: datetime) -> int:
    """Forget what ended a month ago, a batch at a time; how many."""
    old = LearnerToken.objects.filter(expires_at__lte=now - _RETENTION).order_by("expires_at")
    ids = list(old.values_list("pk", flat=True)[:_PURGED_AT_ONCE])
    if ids:
        LearnerToken.objects.filter(pk__in=ids).delete()
    return len(ids)
