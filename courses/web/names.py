"""User names as people type them: capitals make no difference."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.prepared import PreparedQuery

LABEL = _("User name")
RULE = _(
    "Letters, digits and @ . + - _, without spaces; at most 150 characters. You sign in with this "
    "name; capital or small letters make no difference."
)

_EXACT = PreparedQuery(
    lambda name: get_user_model()._default_manager.filter(**{_field(): name}).only("pk"), str
)


def stored(typed: str) -> str:
    """Return the account's own spelling: as typed, or else of the only one that differs in case."""
    if has_account(typed, is_exact=True):
        return typed
    found = list(_alike(typed).values_list(_field(), flat=True)[:2])
    return found[0] if len(found) == 1 else typed


def has_account(typed: str, *, is_exact: bool = False) -> bool:
    """Return whether the name is taken, in this spelling or in any."""
    return bool(_EXACT.all(typed) if is_exact else _alike(typed).exists())


def _alike(typed: str) -> Any:
    """Return a condition for any case of the name: SQLite knows only that of A to Z."""
    field = _field()
    spellings = {typed.lower(), typed.upper(), typed.capitalize(), typed.title(), typed.casefold()}
    is_alike = Q(**{f"{field}__iexact": typed}) | Q(**{f"{field}__in": spellings})
    return get_user_model()._default_manager.filter(is_alike)


def _field() -> str:
    return str(get_user_model().USERNAME_FIELD)


class AnyCase(forms.Form):
    """Sign in with a user name in any case: "Maria" opens the account of "maria"."""

    def clean_username(self) -> str:
        return stored(self.cleaned_data["username"])


def explain(field: forms.Field) -> None:
    """Call a field for a user name as we do, and show its rule before anything is typed."""
    if _field() == "username":
        field.label = LABEL
        field.help_text = RULE
