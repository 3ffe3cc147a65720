"""Requests that may be repeated: the same key gives the same answer and no second effect."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.errors import CoursesError
from courses.models import ExternalIdentity, IdempotencyRecord

RETENTION = timedelta(days=7)
_PURGED_AT_ONCE = 1000


class KeyReused(CoursesError):
    code = "idempotency_key_reused"
    default = _("This Idempotency-Key was used before with another body.")


class AlreadyNoted(Exception):
    """A request with this key was stored before."""


@dataclass(frozen=True)
class RepeatableRequest:
    """What makes two requests the same: who asks, for what, with which key and body."""

    owner: str
    method: str
    path: str
    key: str
    body_hash: str


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as it was given the first time."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def note(*, request: RepeatableRequest, now: datetime) -> IdempotencyRecord:
    """Store the key of a new request. Raises AlreadyNoted when it is there already.

    The first statement of the transaction that has the effect; one that raises must be rolled
    back. A second request with the same key waits here for the first to commit.
    """
    row = IdempotencyRecord(
        owner=request.owner,
        method=request.method,
        path=request.path,
        key=request.key,
        body_hash=request.body_hash,
        created_at=now,
    )
    try:
        row.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyNoted from error
    return row


def store(*, record: IdempotencyRecord, answer: StoredAnswer) -> None:
    """Store the answer beside its effect."""
    rows = IdempotencyRecord.objects.filter(pk=record.pk)
    rows.update(status=answer.status, headers=answer.headers, body=answer.body)


def earlier(*, request: RepeatableRequest, now: datetime) -> StoredAnswer | None:
    """Return the stored answer; forget one that is too old, then None.

    Outside of the transaction that raised AlreadyNoted. Raises KeyReused when the body is another.
    """
    rows = IdempotencyRecord.objects.filter(
        owner=request.owner, method=request.method, path=request.path, key=request.key
    )
    row = rows.filter(created_at__gt=now - RETENTION).first()
    if row is None:
        rows.filter(created_at__lte=now - RETENTION).delete()
        return None
    if row.body_hash != request.body_hash:
        raise KeyReused
    return StoredAnswer(row.status or 0, row.body, row.headers)


def purge(*, now: datetime) -> int:
    """Forget what is older than a week, a batch at a time; how many were."""
    old = IdempotencyRecord.objects.filter(created_at__lte=now - RETENTION).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:_PURGED_AT_ONCE])
    if ids:
        IdempotencyRecord.objects.filter(pk__in=ids).delete()
    return len(ids)


def forget(*, user: Any) -> None:
    """Delete the answers about this person: to themselves, and to platforms that named them."""
    IdempotencyRecord.objects.filter(owner=f"user:{user.pk}").delete()
    for one in ExternalIdentity.objects.filter(user=user):
        forget_learner(identity=one)


def forget_learner(*, identity: ExternalIdentity) -> None:
    """Delete the answers to the platform about this learner."""
    place = f"/learners/{identity.subject}"
    about = Q(path__endswith=place) | Q(path__contains=f"{place}/")
    about |= Q(body__contains=str(identity.uuid))
    owner = f"client:{identity.client_id}"
    IdempotencyRecord.objects.filter(about, owner=owner).delete()
