"""The keys that sign credentials (Ed25519): made, replaced, revoked and published."""

import base64
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from courses import sealing
from courses.models import SigningKey


@dataclass(frozen=True)
class Signer:
    """The private half of a key, and the id of the key."""

    key_id: str
    private_key: Ed25519PrivateKey

    def sign(self, content: bytes) -> bytes:
        return self.private_key.sign(content)


def active(*, now: datetime) -> Signer:
    """Return the key that signs at present; it is made when there is none.

    Raises `sealing.Unreadable` after a change of SECRET_KEY without SECRET_KEY_FALLBACKS.
    """
    row = SigningKey.objects.filter(is_active=True).first()
    if row is None:
        row = _first(now)
    private = base64.urlsafe_b64decode(sealing.open_sealed(row.sealed_private_key))
    return Signer(str(row.uuid), Ed25519PrivateKey.from_private_bytes(private))


def published() -> QuerySet[SigningKey]:
    """Return the keys whose signatures can be verified: all but revoked ones, the newest first."""
    return SigningKey.objects.filter(revoked_at=None).order_by("-pk")


@transaction.atomic
def rotate(*, now: datetime) -> SigningKey:
    """Sign with a new key from now on; the old one stays published."""
    rows = SigningKey.objects.select_for_update().filter(is_active=True)
    rows.update(is_active=False, retired_at=now)
    return _new(now)


@transaction.atomic
def revoke(*, key: SigningKey, now: datetime) -> None:
    """Take a key back: nothing that it signed can be verified any more. Idempotent.

    Credentials are signed when they are fetched, so their holders fetch them again.
    """
    rows = SigningKey.objects.filter(pk=key.pk)
    rows.filter(retired_at=None).update(retired_at=now)
    rows.filter(revoked_at=None).update(revoked_at=now, is_active=False)


def raw(*, key: SigningKey) -> bytes:
    """Return the 32 bytes of the public key."""
    return base64.urlsafe_b64decode(f"{key.public_key}=")


def _first(now: datetime) -> SigningKey:
    try:
        with transaction.atomic():
            return _new(now)
    except IntegrityError:  # Another process was first.
        return SigningKey.objects.get(is_active=True)


def _new(now: datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    text = base64.urlsafe_b64encode(private.private_bytes_raw()).decode()
    public = base64.urlsafe_b64encode(private.public_key().public_bytes_raw()).decode()
    return SigningKey.objects.create(
        public_key=public.rstrip("="), sealed_private_key=sealing.seal(text), created_at=now
    )
