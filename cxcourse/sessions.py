"""Sessions in the database, read by a query that is compiled once: every page reads one.

At sign-in Django asks whether the new key is free, stores an empty session under it and fills that
with the response. Here the session is stored once, with the response: as a new row, so that a
key that is taken is refused by the database.
"""

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import get_random_string

from courses.prepared import PreparedQuery

_BY_KEY = PreparedQuery(lambda key: Session.objects.filter(session_key=key), str)

BACKEND = "cxcourse.backends.ModelBackend"
BACKEND_BEFORE = "django.contrib.auth.backends.ModelBackend"
"""Named in sessions of people who signed in before the site had a backend of its own."""


class SessionStore(db.SessionStore):
    """Django's sessions in the database; another query reads them."""

    _is_new = False
    """Whether the key was changed, and nothing is stored under it yet."""

    def _get_session_from_db(self) -> Any:
        row = _BY_KEY.first(self.session_key) if self.session_key else None
        if row is None or row.expire_date <= timezone.now():
            self._session_key = None
            return None
        return row

    def load(self) -> dict[str, Any]:
        """Return what the session holds, empty when there is none or its time is over."""
        held: dict[str, Any] = super().load()
        if held.get(BACKEND_SESSION_KEY) == BACKEND_BEFORE:
            held[BACKEND_SESSION_KEY] = BACKEND
        return held

    def cycle_key(self) -> None:
        """Give the session another key; what is stored under the old one is deleted at once."""
        data: dict[str, Any] = self._get_session()  # type: ignore[attr-defined]  # not in the stubs
        before = self.session_key
        self._session_key = self._get_new_session_key()
        self._session_cache = data
        self._is_new = self.modified = True
        if before:
            self.delete(before)

    def save(self, must_create: bool = False) -> None:
        """Store the session, and as a new row where its key is new."""
        super().save(must_create=must_create or self._is_new)
        self._is_new = False

    def _get_new_session_key(self) -> str:
        """Return a random key; that it is free is checked when it is stored as a new row."""
        return get_random_string(32, VALID_KEY_CHARS)
