"""Secrets that must be known again later, kept so that a copy of the database does not tell them.

Fernet (AES-128-CBC with HMAC-SHA256) under a key drawn from SECRET_KEY. SECRET_KEY_FALLBACKS open
what was sealed under an earlier key; whatever is written anew is sealed under the present one.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

MARK = "sealed:"
_PURPOSE = b"courses.sealing"


class Unreadable(Exception):
    """Sealed under a SECRET_KEY that is neither the present one nor among the fallbacks."""


def seal(text: str) -> str:
    """The text as it may be stored; what is sealed already stays as it is."""
    if text.startswith(MARK):
        return text
    return MARK + _box().encrypt(text.encode()).decode()


def open_sealed(text: str) -> str:
    """The text again; one that was never sealed is returned as it is. Raises Unreadable."""
    if not text.startswith(MARK):
        return text
    try:
        return _box().decrypt(text.removeprefix(MARK).encode()).decode()
    except InvalidToken as error:
        raise Unreadable("SECRET_KEY has changed: name the old one in SECRET_KEY_FALLBACKS.") from (
            error
        )


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(one)) for one in keys])


def _key(secret: str) -> bytes:
    drawn = hashlib.sha256(_PURPOSE + secret.encode()).digest()
    return base64.urlsafe_b64encode(drawn)
