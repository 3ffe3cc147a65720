"""The people on a page of a platform's list, with as much of them as may be kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.lti import people
from courses.lti import vocabulary as words
from courses.lti.models import LtiRegistration

_ID_LENGTH = 200


@dataclass(frozen=True)
class ListedPerson:
    """Somebody on the list, as a part keeps them. Without a role they are ignored."""

    id: str
    role: str = ""
    has_left: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


def listed(*, members: Sequence[Any], registration: LtiRegistration) -> Iterator[ListedPerson]:
    """Yield those members who can be read, with what of them may be kept."""
    for one in members:
        if not isinstance(one, dict) or not (external_id := _id_of(one.get("user_id"))):
            continue
        status = str(one.get("status") or "Active").rpartition("#")[2].lower()
        if status != "active":
            yield ListedPerson(external_id, has_left=True)
            continue
        given = one.get("roles")
        roles = [role for role in given if isinstance(role, str)] if isinstance(given, list) else []
        role = words.standing(roles).listed
        values = people.values_of(registration=registration, claims=one) if role else {}
        yield ListedPerson(external_id, role, values=values)


def _id_of(value: Any) -> str:
    """Return the platform's id of a person, which some write as a number; "" where it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    is_id = isinstance(value, str) and 0 < len(value) <= _ID_LENGTH and value.isprintable()
    return value if is_id else ""
