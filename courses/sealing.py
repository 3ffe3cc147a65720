"""Secrets that must be known again later, kept so that a copy of the database does not reveal them.

Fernet (AES-128-CBC with HMAC-SHA256) under a key drawn from SECRET_KEY. SECRET_KEY_FALLBACKS open
what was sealed under an earlier key; whatever is written again is sealed under the present one.
"""

import base64
import binascii
import hashlib
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

MARK = "sealed:"
_PURPOSE = b"courses.sealing"
_ADDRESSES = b"courses.sealing.addresses"


class Unreadable(Exception):
    """Sealed under a SECRET_KEY that is neither the present one nor among the fallbacks."""


def seal(text: str) -> str:
    """Return the text as it may be stored; what is sealed already stays as it is."""
    if text.startswith(MARK):
        return text
    return MARK + _box().encrypt(text.encode()).decode()


def open_sealed(text: str) -> str:
    """Return the text again; one that was never sealed as it is. Raises Unreadable."""
    if not text.startswith(MARK):
        return text
    try:
        return _box().decrypt(text.removeprefix(MARK).encode()).decode()
    except InvalidToken as error:
        raise Unreadable("SECRET_KEY has changed: name the old one in SECRET_KEY_FALLBACKS.") from (
            error
        )


def conceal(text: str, *, about: str) -> str:
    """Return the text encrypted for addresses: short, and the same for the same text and `about`.

    AES-SIV; `about` names what it belongs to, and is needed to read it again.
    """
    sealed = _siv(settings.SECRET_KEY).encrypt(text.encode(), [about.encode()])
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def reveal(text: str, *, about: str) -> str:
    """Return what was concealed with the same `about`. Raises Unreadable."""
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise Unreadable("This is not text that was concealed.") from None
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _siv(secret).decrypt(sealed, [about.encode()]).decode()
        except (InvalidTag, ValueError):
            continue
    raise Unreadable("This was not concealed here, or belongs to something else.")


@lru_cache(maxsize=8)
def _siv(secret: str) -> AESSIV:
    return AESSIV(hashlib.sha512(_ADDRESSES + secret.encode()).digest())


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(one)) for one in keys])


def _key(secret: str) -> bytes:
    drawn = hashlib.sha256(_PURPOSE + secret.encode()).digest()
    return base64.urlsafe_b64encode(drawn)
