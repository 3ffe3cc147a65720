"""The keys with which platforms sign, read through the one client for outgoing calls and kept.

A key that is not known is looked for at most once a minute, whoever sends launches with it.
"""

import json
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.db.models import Q
from jwt.algorithms import RSAAlgorithm

from courses.domain import outgoing
from courses.lru_cache import LRUCache
from courses.lti.models import LtiRegistration
from courses.lti.reasons import LaunchDenied

FRESH = timedelta(hours=1)
"""From then on the set is read anew, so that a key that was taken back stops to work."""
LASTS = timedelta(days=1)
"""So long the set is used while the platform does not answer."""
PAUSE = timedelta(minutes=1)
_MOST_KEYS = 50
_MOST_CHARACTERS = 2000
_FEWEST_BITS = 2048
_WAIT_S, _LOOK_EVERY_S = 5.0, 0.2
_parsed: LRUCache[tuple[str, str], RSAPublicKey] = LRUCache(256, name="ltikeys")


def find(*, registration: LtiRegistration, kid: str, now: datetime) -> RSAPublicKey:
    """Return the platform's key with this id. Raises LaunchDenied.

    Opens no transaction; waits for a read that is under way.
    """
    known = _named(registration, kid)
    read_at = registration.keys_read_at
    if known is not None and read_at is not None and now - read_at < FRESH:
        return _parse(known)
    problem = refresh(registration=registration, now=now)
    known = _named(registration, kid)
    read_at = registration.keys_read_at
    if known is not None and read_at is not None and now - read_at < LASTS:
        return _parse(known)
    if problem:
        raise LaunchDenied("keys_unreachable", problem)
    raise LaunchDenied("key_unknown", f"kid {kid!r}")


def refresh(*, registration: LtiRegistration, now: datetime) -> str:
    """Read the key set anew, at most once a minute; return what went wrong, "" if nothing did.

    Opens no transaction; waits for a read that is under way.
    """
    return _read(registration, now) if _may_ask(registration, now) else _await(registration)


def _named(registration: LtiRegistration, kid: str) -> Mapping[str, str] | None:
    return next((one for one in registration.keys if one["kid"] == kid), None)


def _parse(key: Mapping[str, str]) -> RSAPublicKey:
    def make() -> RSAPublicKey:
        found = RSAAlgorithm.from_jwk({"kty": "RSA", "n": key["n"], "e": key["e"]})
        if not isinstance(found, RSAPublicKey) or found.key_size < _FEWEST_BITS:
            raise LaunchDenied("key_weak", f"kid {key['kid']!r}")
        return found

    try:
        return _parsed.get_or_create((key["n"], key["e"]), make)
    except ValueError as error:
        raise LaunchDenied("key_unreadable", f"kid {key['kid']!r}: {error}") from error


def _may_ask(registration: LtiRegistration, now: datetime) -> bool:
    """Take the right to ask the platform, which one request gets each minute."""
    rows = LtiRegistration.objects.filter(pk=registration.pk)
    is_due = Q(keys_tried_at=None) | Q(keys_tried_at__lte=now - PAUSE)
    return bool(rows.filter(is_due).update(keys_tried_at=now, keys_problem=""))


def _read(registration: LtiRegistration, now: datetime) -> str:
    """Read the key set and keep it; return what went wrong, "" if nothing did."""
    problem = ""
    try:
        answer = outgoing.get(registration.keyset_url, headers={"Accept": "application/json"})
        registration.keys, registration.keys_read_at = list(_usable(answer)), now
    except (outgoing.CallRefused, outgoing.CallFailed) as error:
        problem = str(error) or "no answer"
    except (ValueError, TypeError, RecursionError) as error:
        problem = f"status {answer.status}: {error}"
    registration.keys_problem = problem.replace("\0", "")[:300]
    registration.save(update_fields=["keys", "keys_read_at", "keys_problem"])
    return problem


def _usable(answer: outgoing.Answer) -> Iterable[dict[str, str]]:
    """Return the keys that may sign a launch. Raises ValueError for what is no key set."""
    if answer.status != 200 or answer.is_cut:  # noqa: PLR2004 (HTTP's own number)
        raise ValueError("no key set")
    body: Any = json.loads(answer.body)
    if not isinstance(body, dict) or not isinstance(body.get("keys"), list):
        raise ValueError("no list of keys")
    for one in body["keys"][:_MOST_KEYS]:
        if isinstance(one, dict) and _may_sign(one):
            yield {name: one[name] for name in ("kid", "n", "e")}


def _may_sign(key: Mapping[str, Any]) -> bool:
    texts = [key.get(name) for name in ("kid", "n", "e")]
    is_for_us = key.get("use", "sig") == "sig" and key.get("alg", "RS256") == "RS256"
    if key.get("kty") != "RSA" or not is_for_us:
        return False
    return all(isinstance(one, str) and 0 < len(one) <= _MOST_CHARACTERS for one in texts)


def _await(registration: LtiRegistration) -> str:
    """Wait some seconds for another request that reads the set; return what went wrong there."""
    until = time.monotonic() + _WAIT_S
    names = ["keys", "keys_read_at", "keys_tried_at", "keys_problem"]
    registration.refresh_from_db(fields=names)
    while _is_under_way(registration) and time.monotonic() < until:
        time.sleep(_LOOK_EVERY_S)
        registration.refresh_from_db(fields=names)
    return registration.keys_problem


def _is_under_way(registration: LtiRegistration) -> bool:
    tried, read = registration.keys_tried_at, registration.keys_read_at
    if tried is None or registration.keys_problem or (read is not None and read >= tried):
        return False
    return time.time() - tried.timestamp() < outgoing.TIMEOUT_S
