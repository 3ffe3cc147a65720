"""Who got which role in a course, and who granted learners what: from the events, for its staff."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from courses import users
from courses.domain import events
from courses.domain.rights import Can, rights
from courses.models import Accommodation, Course, Enrolment, Event, Extension

SHOWN = 50
_LEFT = (events.ENROLMENT_WITHDRAWN, events.ENROLMENT_ENDED)
_ROLES = (events.ENROLMENT_CREATED, events.ENROLMENT_CHANGED, *_LEFT)
_STAFF = tuple(role for role in Enrolment.Role.values if role not in ("learner", "tester"))


@dataclass(frozen=True)
class TrailEntry:
    """One line of the trail; `person` and `by` are accounts, or None when they are gone."""

    at: datetime
    what: str
    person: Any
    by: Any
    client: Any = None


def trail(*, course: Course, by: Any) -> list[TrailEntry]:
    """Return the newest changes of roles and grants that the person may know of. Three queries.

    A grant that holds in the whole course is known to those alone who see all its learners.
    """
    granted = rights(by=by)
    if not granted.may(Can.PEOPLE, course=course):
        return []
    seen = Q(enrolment__course=course) & granted.reaches(Can.PEOPLE, "enrolment")
    wanted = Q(type__in=_ROLES, enrolment__role__in=_STAFF) | Q(type=events.EXTENSION_CHANGED)
    if granted.may_everywhere(Can.PEOPLE, course=course):
        wanted = (seen & wanted) | Q(type=events.ACCOMMODATION_CHANGED, data__course=course.key)
    else:
        wanted = seen & wanted
    rows = Event.objects.filter(wanted).order_by("-pk")
    found = list(rows.select_related("enrolment__user", "by", "by_client")[:SHOWN])
    people = _people(found)
    return [_entry(row, people) for row in found]


def accommodation_origin(*, enrolment: Enrolment, by: Any) -> TrailEntry | None:
    """Return who last granted the learner an accommodation in the course, and when. Two queries.

    None for those who may not know it: staff of another class than who granted it.
    """
    person = users.plain_key(enrolment.user_id)
    rows = Event.objects.filter(
        type=events.ACCOMMODATION_CHANGED, data__person=person, data__course=enrolment.course.key
    )
    row = rows.select_related("by", "by_client").order_by("-pk").first()
    if row is None or not _knows_who_granted(row, enrolment, by):
        return None
    return TrailEntry(row.occurred_at, _what(row), enrolment.user, row.by, row.by_client)


def _knows_who_granted(row: Event, enrolment: Enrolment, by: Any) -> bool:
    if row.by == by or rights(by=by).may_everywhere(Can.PEOPLE, course=enrolment.course):
        return True
    colleagues = Enrolment.objects.exclude(section=None).filter(section=enrolment.section)
    return row.by is not None and colleagues.filter(user=row.by, role__in=_STAFF).exists()


def _people(rows: list[Event]) -> dict[Any, Any]:
    keys = {row.data.get("person") for row in rows if row.enrolment_id is None} - {None}
    found = get_user_model()._default_manager.filter(pk__in=keys)
    return {users.plain_key(one.pk): one for one in found}


def _entry(row: Event, people: dict[Any, Any]) -> TrailEntry:
    person = row.enrolment.user if row.enrolment else people.get(row.data.get("person"))
    return TrailEntry(row.occurred_at, _what(row), person, row.by, row.by_client)


def _what(row: Event) -> str:
    if row.type == events.ENROLMENT_WITHDRAWN:
        return _("taken out of the course")
    if row.type == events.ENROLMENT_ENDED:
        return _("ended on the set date")
    if row.type in _ROLES:
        role = dict(Enrolment.Role.choices).get(str(row.data.get("role")), "")
        return _("role: %(role)s") % {"role": role}
    model = Extension if row.type == events.EXTENSION_CHANGED else Accommodation
    values = ", ".join(_granted(model, row.data.get("granted") or {}))
    named = {"values": values or _("taken back"), "quiz": row.data.get("quiz", "")}
    if model is Extension:
        return _("extension for the quiz %(quiz)s: %(values)s") % named
    return _("accommodation: %(values)s") % named


def _granted(model: type[Model], values: dict[str, Any]) -> Iterator[str]:
    """Yield what is granted, in the words of its column; neutral values grant nothing."""
    for name, value in values.items():
        if value not in (0, None, 1.0) or (name == "extra_attempts" and value):
            column: Any = model._meta.get_field(name)
            yield f"{column.verbose_name} {value}"
