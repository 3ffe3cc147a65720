"""Who marks: a person, or a program in the name of a platform."""

from typing import Any

from django.db.models import Q

from courses.domain import section_people
from courses.models import ApiClient, Mark, MarkingClaim


def columns(*, by: Any) -> dict[str, Any]:
    """Return the columns that say who did it."""
    is_program = isinstance(by, ApiClient)
    return {"by": None if is_program else by, "client": by if is_program else None}


def own(*, by: Any, path: str = "") -> Q:
    """Return the condition on rows of this person or program; `path` leads to them."""
    if isinstance(by, ApiClient):
        return Q(**{f"{path}client": by.pk})
    return Q(**{f"{path}by": by.pk})


def is_own(*, row: MarkingClaim | Mark, by: Any) -> bool:
    """Return whether the row is of this person or program."""
    if isinstance(by, ApiClient):
        return bool(row.client_id == by.pk)
    return bool(row.by_id == by.pk)


def name_of(*, row: MarkingClaim | Mark) -> str:
    """Return who holds a claim, or gave a mark."""
    if row.by is not None:
        return section_people.name_of(user=row.by)
    return row.client.name if row.client is not None else ""
