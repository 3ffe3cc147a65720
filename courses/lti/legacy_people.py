"""People who were known by an id of LTI 1.1: a signed claim of their first launch proves it.

The claim `lti1p1` names the old consumer key and the old id. Its signature, made with the secret
of the key, covers deployment, issuer, client id, expiry and nonce, so that it is of one launch.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from courses import sealing
from courses.domain import learners
from courses.lti import vocabulary as words
from courses.lti.models import LtiRegistration
from courses.lti.reasons import LaunchDenied
from courses.models import ExternalIdentity

_LONGEST_ID = 255


def join(
    *, registration: LtiRegistration, claims: Mapping[str, Any], now: datetime
) -> ExternalIdentity | None:
    """Give the account that the claim proves the platform's new id; None where nothing is proved.

    A claim without a signature or of another key is ignored. Raises LaunchDenied for a signature
    that is wrong: with a new account the person would lose their earlier records.
    """
    claim = claims.get(words.LEGACY)
    if not registration.has_legacy_people or not isinstance(claim, dict):
        return None
    if claim.get("oauth_consumer_key") != registration.legacy_key:
        return None
    signature = claim.get("oauth_consumer_key_sign")
    if signature is None:
        return None
    if not _is_signed(registration, claims, signature):
        raise LaunchDenied("legacy_signature_wrong", f"key {registration.legacy_key!r}")
    # The old id is left out where it is the new one.
    old = claim.get("user_id", claims["sub"])
    if not isinstance(old, str) or not 0 < len(old) <= _LONGEST_ID or not old.isprintable():
        return None
    return learners.join(
        client=registration.platform.client,
        external_id=claims["sub"],
        known_to=registration.legacy_client,
        known_as=old,
        now=now,
    )


def signature(*, secret: str, key: str, client_id: str, claims: Mapping[str, Any]) -> str:
    """Return how the holder of the secret signs for the launch with these claims."""
    parts = (
        key, claims[words.DEPLOYMENT_ID], claims["iss"], client_id, str(int(claims["exp"])),
        claims["nonce"],
    )  # fmt: skip
    made = hmac.new(secret.encode(), "&".join(parts).encode(), hashlib.sha256).digest()
    return base64.b64encode(made).decode()


def _is_signed(registration: LtiRegistration, claims: Mapping[str, Any], given: Any) -> bool:
    try:
        secret = sealing.open_sealed(registration.legacy_sealed)
    except sealing.Unreadable as error:
        raise LaunchDenied("legacy_signature_wrong", error) from error
    key, client_id = registration.legacy_key, registration.client_id
    right = signature(secret=secret, key=key, client_id=client_id, claims=claims)
    return isinstance(given, str) and given.isascii() and hmac.compare_digest(given, right)
