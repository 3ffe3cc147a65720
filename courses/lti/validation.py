"""Is this token a launch of that platform, now, for us? One table of conditions, in order.

PyJWT checks the signature and nothing else; the key comes from the platform's own set and the
algorithm is fixed, whatever the token says of itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from courses.lti import addresses, key_sets
from courses.lti import vocabulary as words
from courses.lti.models import LtiRegistration
from courses.lti.own_keys import ALGORITHM
from courses.lti.reasons import LaunchDenied
from courses.lti.states import LIVES

LEEWAY = timedelta(seconds=60)
"""How far the clocks of two sites may be apart."""
LONGEST = timedelta(hours=24)
"""Between the times of issue and of expiry."""
MOST_BYTES = 64 * 1024
_LONGEST_ID = 255
_LATEST = 10**11


@dataclass(frozen=True)
class Presented:
    """A token's claims, and what they are compared with."""

    claims: Mapping[str, Any]
    registration: LtiRegistration
    nonce: str
    now: float

    def __getitem__(self, name: str) -> Any:
        return self.claims.get(name)

    def part(self, claim: str) -> Mapping[str, Any]:
        """Return a claim that holds several values; empty where it is missing."""
        found = self.claims.get(claim)
        return found if isinstance(found, dict) else {}

    @property
    def is_choice(self) -> bool:
        """Whether somebody comes to pick what a link opens."""
        return bool(self[words.MESSAGE_TYPE] == words.DEEP_LINKING_REQUEST)

    @property
    def is_review(self) -> bool:
        """Whether somebody comes to see what one learner did."""
        return bool(self[words.MESSAGE_TYPE] == words.SUBMISSION_REVIEW_REQUEST)

    @property
    def is_of_column(self) -> bool:
        """Whether it is a review for a column of a course that belongs to no link."""
        has_course = self[words.CONTEXT] is not None
        return self.is_review and has_course and self[words.RESOURCE_LINK] is None

    @property
    def audiences(self) -> list[Any]:
        found = self["aud"]
        return found if isinstance(found, list) else [found]


Check = tuple[str, Callable[[Presented], bool], Callable[[Presented], object]]


def _nothing(_token: Presented) -> str:
    return ""


def _of(name: str) -> Callable[[Presented], object]:
    return lambda token: f"{name}: {token[name]!r}"


def _is_time(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value <= _LATEST


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable()


def _ahead(name: str) -> Callable[[Presented], object]:
    return lambda token: f"{name} is {token[name] - token.now:+.0f} s from this site's clock"


def _has_azp(token: Presented) -> bool:
    if "azp" in token.claims:
        return bool(token["azp"] == token.registration.client_id)
    return len(token.audiences) == 1


def _is_optional_part(value: Any) -> bool:
    return value is None or isinstance(value, dict)


CHECKS: tuple[Check, ...] = (
    ("issuer_wrong", lambda t: t["iss"] == t.registration.platform.issuer, _of("iss")),
    (
        "audience_wrong",
        lambda t: t.registration.client_id in t.audiences,
        _of("aud"),
    ),
    ("azp_wrong", _has_azp, _of("azp")),
    ("exp_missing", lambda t: _is_time(t["exp"]), _of("exp")),
    ("iat_missing", lambda t: _is_time(t["iat"]), _of("iat")),
    ("expired", lambda t: t.now <= t["exp"] + LEEWAY.total_seconds(), _ahead("exp")),
    ("issued_in_future", lambda t: t["iat"] <= t.now + LEEWAY.total_seconds(), _ahead("iat")),
    (
        "issued_long_ago",
        lambda t: t.now - t["iat"] <= (LIVES + LEEWAY).total_seconds(),
        _ahead("iat"),
    ),
    ("lives_too_long", lambda t: t["exp"] - t["iat"] <= LONGEST.total_seconds(), _ahead("exp")),
    (
        "not_yet_valid",
        lambda t: (
            t["nbf"] is None or (_is_time(t["nbf"]) and t["nbf"] <= t.now + LEEWAY.total_seconds())
        ),
        _of("nbf"),
    ),
    ("nonce_wrong", lambda t: t["nonce"] == t.nonce, _nothing),
    ("version_wrong", lambda t: t[words.VERSION] == words.VERSION_1_3, _of(words.VERSION)),
    (
        "message_unknown",
        lambda t: t[words.MESSAGE_TYPE] in words.MESSAGES,
        _of(words.MESSAGE_TYPE),
    ),
    ("deployment_missing", lambda t: _is_id(t[words.DEPLOYMENT_ID]), _of(words.DEPLOYMENT_ID)),
    (
        "subject_wrong",
        lambda t: t["sub"] is None or _is_id(t["sub"]),
        lambda t: f"sub is of {type(t['sub']).__name__}",
    ),
    (
        "target_link_missing",
        lambda t: isinstance(t[words.TARGET_LINK_URI], str),
        _of(words.TARGET_LINK_URI),
    ),
    (
        "target_elsewhere",
        lambda t: addresses.named_by(t[words.TARGET_LINK_URI]) is not None,
        _of(words.TARGET_LINK_URI),
    ),
    (
        "resource_link_missing",
        lambda t: t.is_choice or t.is_of_column or _is_id(t.part(words.RESOURCE_LINK).get("id")),
        _of(words.RESOURCE_LINK),
    ),
    (
        "for_user_missing",
        lambda t: not t.is_review or _is_id(t.part(words.FOR_USER).get("user_id")),
        _of(words.FOR_USER),
    ),
    (
        "deep_linking_missing",
        lambda t: not t.is_choice or isinstance(t[words.DEEP_LINKING], dict),
        _of(words.DEEP_LINKING),
    ),
    (
        "roles_wrong",
        lambda t: (
            t[words.ROLES] is None
            or (
                isinstance(t[words.ROLES], list)
                and all(isinstance(one, str) for one in t[words.ROLES])
            )
        ),
        _of(words.ROLES),
    ),
    (
        "context_wrong",
        lambda t: t[words.CONTEXT] is None or _is_id(t.part(words.CONTEXT).get("id")),
        _of(words.CONTEXT),
    ),
    ("custom_wrong", lambda t: _is_optional_part(t[words.CUSTOM]), _of(words.CUSTOM)),
    (
        "presentation_wrong",
        lambda t: _is_optional_part(t[words.PRESENTATION]),
        _of(words.PRESENTATION),
    ),
    ("grades_wrong", lambda t: _is_optional_part(t[words.GRADES]), _of(words.GRADES)),
)
"""Reason → what must hold → what the log says where it does not. The first that fails decides."""


_OF_EVERY_MESSAGE = (
    *("issuer_wrong", "audience_wrong", "azp_wrong", "exp_missing", "iat_missing", "expired"),
    *("issued_in_future", "issued_long_ago", "lives_too_long", "not_yet_valid"),
    *("version_wrong", "deployment_missing"),
)
NOTICE_CHECKS: tuple[Check, ...] = (
    *(one for one in CHECKS if one[0] in _OF_EVERY_MESSAGE),
    ("nonce_wrong", lambda t: _is_id(t["nonce"]), _of("nonce")),
    ("notice_wrong", lambda t: _is_id(t.part(words.NOTICE).get("type")), _of(words.NOTICE)),
    ("context_wrong", lambda t: _is_id(t.part(words.CONTEXT).get("id")), _of(words.CONTEXT)),
)
"""The same for a notice, which belongs to no login."""


def signed_claims(*, registration: LtiRegistration, text: str, now: datetime) -> dict[str, Any]:
    """Return what the platform signed. Raises LaunchDenied where it did not sign this."""
    if not text or len(text) > MOST_BYTES:
        raise LaunchDenied("token_missing" if not text else "token_too_long")
    try:
        header = jwt.get_unverified_header(text)
    except jwt.PyJWTError as error:
        raise LaunchDenied("token_unreadable", error) from error
    if header.get("alg") != ALGORITHM:
        raise LaunchDenied("algorithm_wrong", f"alg: {header.get('alg')!r}")
    if "crit" in header:
        raise LaunchDenied("token_unreadable", f"crit: {header['crit']!r}")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise LaunchDenied("kid_missing")
    key = key_sets.find(registration=registration, kid=kid, now=now)
    try:
        claims = jwt.decode_complete(text, key, algorithms=[ALGORITHM], options=_SIGNATURE_ALONE)[
            "payload"
        ]
    except jwt.InvalidSignatureError as error:
        raise LaunchDenied("signature_wrong", f"kid {kid!r}") from error
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise LaunchDenied("token_unreadable", error) from error
    return dict(claims)


_SIGNATURE_ALONE: Any = {
    "verify_signature": True,
    **dict.fromkeys(
        ("verify_exp", "verify_nbf", "verify_iat", "verify_aud", "verify_iss", "verify_sub"), False
    ),
    "verify_jti": False,
    "require": [],
}


def require_launch(
    *, claims: Mapping[str, Any], registration: LtiRegistration, nonce: str, now: datetime
) -> None:
    """Raise LaunchDenied with the reason of the first condition that does not hold."""
    _require(CHECKS, Presented(claims, registration, nonce, now.timestamp()))


def require_notice(
    *, claims: Mapping[str, Any], registration: LtiRegistration, now: datetime
) -> None:
    """Raise LaunchDenied with the reason of the first condition that does not hold."""
    _require(NOTICE_CHECKS, Presented(claims, registration, "", now.timestamp()))


def _require(checks: tuple[Check, ...], token: Presented) -> None:
    for reason, holds, detail in checks:
        if not holds(token):
            raise LaunchDenied(reason, detail(token))
