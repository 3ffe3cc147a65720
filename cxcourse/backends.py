"""Accounts of the site; people are read by queries that are compiled once."""

from typing import Any

from django.contrib.auth import backends, get_user_model

from courses.prepared import PreparedQuery, UserKey

_BY_KEY = PreparedQuery(lambda key: get_user_model()._default_manager.filter(pk=key), UserKey)
_BY_NAME = PreparedQuery(
    lambda name: get_user_model()._default_manager.filter(
        **{get_user_model().USERNAME_FIELD: name}
    ),
    str,
)


class ModelBackend(backends.ModelBackend):
    """Django's backend; other queries read the person."""

    def authenticate(
        self,
        request: Any,  # noqa: ARG002 (Django's)
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Return the person whose name and password these are, or None."""
        model = get_user_model()
        name = kwargs.get(model.USERNAME_FIELD) if username is None else username
        if name is None or password is None:
            return None
        user = _BY_NAME.first(name)
        if user is None:
            # As long as for a name that exists, so that the time does not reveal which do.
            model().set_password(password)
            return None
        is_right = user.check_password(password)
        return user if is_right and self.user_can_authenticate(user) else None

    def get_user(self, user_id: Any) -> Any:
        """Return the person, or None when the account is gone or closed."""
        user = _BY_KEY.first(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
