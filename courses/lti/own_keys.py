"""The keys with which we sign for a registration: made, replaced, published."""

import json
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.db import transaction
from django.utils.crypto import get_random_string
from jwt.algorithms import RSAAlgorithm

from courses import sealing
from courses.lti.models import LtiKey, LtiRegistration

ALGORITHM = "RS256"
PUBLISHED_AFTER = timedelta(days=7)
"""How long a replaced key stays in our key set: platforms keep a copy of it for a while."""
_BITS = 2048
_KID_LENGTH = 24


def draw() -> rsa.RSAPrivateKey:
    """Return a new private key. It costs some tenths of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=_BITS)


@transaction.atomic
def rotate(*, registration: LtiRegistration, now: datetime) -> LtiKey:
    """Make a new key for the registration; the one before stays published for a week."""
    own = LtiKey.objects.filter(registration=registration)
    own.filter(retired_at=None).update(retired_at=now)
    own.filter(retired_at__lt=now - PUBLISHED_AFTER).delete()
    private = draw()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    kid = get_random_string(_KID_LENGTH)
    public = json.loads(RSAAlgorithm.to_jwk(private.public_key()))
    row: LtiKey = LtiKey.objects.create(
        registration=registration,
        kid=kid,
        sealed=sealing.seal(pem),
        public={
            "kty": "RSA",
            "kid": kid,
            "alg": ALGORITHM,
            "use": "sig",
            "n": public["n"],
            "e": public["e"],
        },
        created_at=now,
    )
    return row


def published(*, registration: LtiRegistration, now: datetime) -> dict[str, Any]:
    """Return our key set for the platform: the key in use and those that it replaced lately."""
    rows = LtiKey.objects.filter(registration=registration)
    kept = [
        row.public
        for row in rows
        if row.retired_at is None or row.retired_at >= now - PUBLISHED_AFTER
    ]
    return {"keys": kept}


def private_key(*, registration: LtiRegistration) -> tuple[str, str]:
    """Return the id of the key in use and its private part as PEM. Raises sealing.Unreadable."""
    row = LtiKey.objects.filter(registration=registration, retired_at=None).get()
    return row.kid, sealing.open_sealed(row.sealed)
