"""Accounts of the site; the signed-in person is read by a query that is compiled once."""

from typing import Any

from django.contrib.auth import backends, get_user_model

from courses.prepared import PreparedQuery, UserKey

_BY_KEY = PreparedQuery(lambda key: get_user_model()._default_manager.filter(pk=key), UserKey)


class ModelBackend(backends.ModelBackend):
    """Django's backend; another query reads the person of a session."""

    def get_user(self, user_id: Any) -> Any:
        """Return the person, or None when the account is gone or closed."""
        user = _BY_KEY.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
