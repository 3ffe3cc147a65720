"""The host's user model, reached by one adapter: `COURSES_USER_ADAPTER`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import EmailField, Model, Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from courses.conf import settings
from courses.errors import Invalid, Problem

FIELDS = ("first_name", "last_name", "email")
"""What a platform may send about a person."""
MADE_NAME = re.compile(r"learner-[0-9a-f-]{36}(@learners\.invalid)?")
"""The sign-in name of an account that the courses made; nobody signs in with it."""
NAME_LENGTH = 61
"""Characters of the longest such name."""


@dataclass(frozen=True)
class Names:
    """Names and address from an account; empty where the model has no such field."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    full_name: str = ""


class UserAdapter:
    """Make, update, name and erase accounts. A host with other needs overrides what differs."""

    def make(self, *, values: Mapping[str, str]) -> Any:
        """Return a new, saved account without a password; `values` are some of FIELDS.

        Raises Invalid for a value that the user model has no field for.
        """
        user = get_user_model()()
        for name, value in self.columns(user=user, values=values).items():
            setattr(user, name, value)
        setattr(user, username_field(), new_name())
        user.set_unusable_password()
        user.save()
        return user

    def update(self, *, user: Any, values: Mapping[str, str]) -> bool:
        """Store what differs and return whether anything did. Raises Invalid as `make` does."""
        columns = self.columns(user=user, values=values)
        changed = [name for name, value in columns.items() if getattr(user, name) != value]
        for name in changed:
            setattr(user, name, columns[name])
        if changed:
            user.save(update_fields=changed)
        return bool(changed)

    def columns(self, *, user: Any, values: Mapping[str, str]) -> dict[str, str]:  # noqa: ARG002
        """Return what of the values to store in which column of the account.

        Raises Invalid for a value that no column holds.
        """
        lost = [name for name, value in values.items() if value and not may_set(name)]
        if lost:
            text = _("The accounts of this site cannot hold this value. Leave it out.")
            raise Invalid(problems=[Problem(name, text) for name in lost])
        return {name: value for name, value in values.items() if may_set(name)}

    def names(self, *, user: Any) -> Names:
        """Return names and address from the account."""
        held = {name: str(getattr(user, name) or "") for name in _held(user._meta.model)}
        if user.USERNAME_FIELD in held and is_made(user):
            held[user.USERNAME_FIELD] = ""  # It was made up.
        read = getattr(user, "get_full_name", None)
        return Names(**held, full_name=str(read() or "").strip() if callable(read) else "")

    def mail_address(self, *, user: Any) -> str:
        """Return where mails about learning go; empty: nowhere.

        A host whose accounts have addresses that nobody has confirmed leaves those out.
        """
        return self.names(user=user).email

    def erase(self, *, user: Any) -> None:
        """Make the account anonymous and close it, on its row as it is now.

        Called only where the courses own the account, see `is_own`, and after its records are gone.
        """
        row = get_user_model()._default_manager.get(pk=user.pk)
        for one in (row, user):
            for name in FIELDS:
                if has_field(name):
                    setattr(one, name, "")
            for name in ("is_active", "is_staff", "is_superuser"):
                if has_field(name):
                    setattr(one, name, False)
            one.last_login = None
            setattr(one, username_field(), erased_name(user))
            one.set_unusable_password()
        row.save()
        for name in ("groups", "user_permissions"):
            if has_field(name):
                getattr(row, name).clear()


@cache
def _adapter(path: str) -> Any:
    return import_string(path)()


def adapter() -> UserAdapter:
    """Return the adapter of this host."""
    found: UserAdapter = _adapter(settings.USER_ADAPTER)
    return found


def names(user: Any) -> Names:
    """Return names and address from the account."""
    return adapter().names(user=user)


def is_own(user: Any) -> bool:
    """Return whether the courses own this account: they do where the host has no accounts.

    Elsewhere they own what they made for a platform's learner, until the host gives it a password
    or another name to sign in with.
    """
    return settings.ACCOUNTS == "own" or (is_made(user) and not user.has_usable_password())


def is_made(user: Any) -> bool:
    """Return whether the account still has the name that the courses gave it."""
    return MADE_NAME.fullmatch(str(user.get_username())) is not None


def new_name() -> str:
    """Return a sign-in name for an account that nobody signs in to."""
    name = f"learner-{uuid4()}"
    field = get_user_model()._meta.get_field(username_field())
    return f"{name}@learners.invalid" if isinstance(field, EmailField) else name


def erased_name(user: Any) -> str:
    """Return the sign-in name of an account whose person was erased."""
    return f"erased-{user.pk}"


def username_field() -> str:
    return str(get_user_model().USERNAME_FIELD)


def has_field(name: str) -> bool:
    """Return whether the user model has a column or relation of this name.

    An attribute alone is none.
    """
    return _has_field(get_user_model(), name)


@cache
def _held(model: type[Model]) -> tuple[str, ...]:
    """Return those of FIELDS that accounts of this model have."""
    return tuple(name for name in FIELDS if _has_field(model, name))


@cache
def _has_field(model: type[Model], name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


def may_set(name: str) -> bool:
    """Return whether a platform may set this field: never the one a person signs in with."""
    return has_field(name) and name != username_field()


def plain_key(key: Any) -> int | str:
    """Return the key of an account as JSON holds it; that of a host's model may be a UUID."""
    return key if isinstance(key, int) else str(key)


def active(path: str = "") -> Q:
    """Return the condition that the account at the end of the path is active."""
    if not has_field("is_active"):
        return Q()
    return Q(**{f"{path}__is_active" if path else "is_active": True})


def unserved() -> str:
    """Return why the default adapter cannot make accounts of this user model, or ""."""
    model = get_user_model()
    if not hasattr(model, "has_perm"):
        return f"The user model {model._meta.label} has no permissions (PermissionsMixin)."
    if getattr(model._meta.get_field(username_field()), "max_length", None) in range(NAME_LENGTH):
        return f"{username_field()!r} of {model._meta.label} is too short for {new_name()!r}."
    known = {username_field(), "password"}
    given = [one for one in model._meta.concrete_fields if one.name not in known]
    missing = [one.name for one in given if not one.primary_key and _must_be_given(one)]
    if missing:
        return f"No adapter fills these fields of {model._meta.label}: {', '.join(missing)}."
    return ""


def _must_be_given(field: Any) -> bool:
    """Return whether a new row needs a value here because there is no default."""
    is_filled = field.null or field.has_default() or field.has_db_default() or field.generated
    if is_filled or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return False
    return bool(field.is_relation or field.unique or not field.empty_strings_allowed)
