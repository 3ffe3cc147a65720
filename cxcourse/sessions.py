"""Sessions in the database, read by a query that is compiled once: every page reads one."""

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from courses.prepared import PreparedQuery

_BY_KEY = PreparedQuery(lambda key: Session.objects.filter(session_key=key), str)

BACKEND = "cxcourse.backends.ModelBackend"
BACKEND_BEFORE = "django.contrib.auth.backends.ModelBackend"
"""Named in sessions of people who signed in before the site had a backend of its own."""


class SessionStore(db.SessionStore):
    """Django's sessions in the database; another query reads them."""

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
