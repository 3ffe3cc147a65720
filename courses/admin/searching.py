"""Search in long lists of records: the few rows of the small tables first, then what hangs on them.

Django joins every table that a search names and compares each row's text. Here each table on the
way is searched alone, and the records are found by their keys, with an index.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal

from courses.admin.bases import AdminMixin

MOST_KEYS = 500
"""Keys that are sent back to the database; more of them stay a sub-query in it."""


class SearchesByKeys(AdminMixin):
    """Searches `search_fields` of a list by keys; all words must be found, as in Django.

    Fields are text columns, or columns after `=` that must be equal, also over foreign keys.
    """

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        fields = self.get_search_fields(request)
        for word in words_of(search_term):
            queryset = queryset.filter(matching(queryset.model, fields, word))
        return queryset, False


def words_of(term: str) -> list[str]:
    """Return the words of what was typed; a text in quotation marks is one."""
    found = []
    for word in smart_split(term):
        if word[0] in "\"'" and word[0] == word[-1] and len(word) > 1:
            found.append(unescape_string_literal(word))
        else:
            found.append(word)
    return found


def matching(model: type[models.Model], fields: Sequence[str], word: str) -> Q:
    """Return what the rows fulfil that have the word in one of the fields. Asks the database."""
    found = Q(pk__in=[])
    related: dict[str, list[str]] = {}
    for field in fields:
        name, _, rest = field.lstrip("=").partition("__")
        if rest:
            mark = "=" if field.startswith("=") else ""
            related.setdefault(name, []).append(mark + rest)
        else:
            found |= _own(model, name, word, is_exact=field.startswith("="))
    for name, inner in related.items():
        found |= _over(model, name, inner, word)
    return found


def _own(model: type[models.Model], name: str, word: str, *, is_exact: bool) -> Q:
    field = model._meta.get_field(name)
    if isinstance(field, models.UUIDField):
        return _uuid(name, word)
    return Q(**{f"{name}__iexact" if is_exact else f"{name}__icontains": word})


def _uuid(name: str, word: str) -> Q:
    """Return equality, which an index answers; nothing for what is no UUID."""
    try:
        return Q(**{name: UUID(word)})
    except ValueError:
        return Q(pk__in=[])


def _over(model: type[models.Model], name: str, fields: list[str], word: str) -> Q:
    """Return rows whose foreign key leads to a match; nothing where none can."""
    target: Any = model._meta.get_field(name).related_model
    inner = matching(target, fields, word)
    rows = target._base_manager.filter(inner).order_by().values("pk")
    keys = [row["pk"] for row in rows[: MOST_KEYS + 1]]
    return Q(**{f"{name}__in": rows if len(keys) > MOST_KEYS else keys})
