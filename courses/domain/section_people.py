"""The people of a class, with what somebody who looks after it needs to know of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from courses import users
from courses.domain import activity, grants, people
from courses.models import Course, Enrolment, Section
from courses.models.enrolment import EnrolmentQuerySet


@dataclass(frozen=True)
class Member:
    """A person in a class, or one who was in it."""

    enrolment: Enrolment
    granted: grants.Granted
    last_active_at: datetime | None

    @property
    def name(self) -> str:
        return name_of(user=self.enrolment.user)


def of_class(*, section: Section, text: str = "", are_former: bool = False) -> EnrolmentQuerySet:
    """Return who is in the class, or who was, by name; with a text those whose names contain it."""
    rows = Enrolment.objects.filter(section=section).latest_cycle()
    active = Enrolment.State.ACTIVE
    rows = rows.exclude(state=active) if are_former else rows.filter(state=active)
    if text.strip():
        known = rows.values("user")
        found = people.matching(people=people.everybody().filter(pk__in=known), text=text)
        rows = rows.filter(user__in=found.order_by().values("pk"))
    names = ("last_name", "first_name", users.username_field())
    order = [f"user__{name}" for name in names if users.has_field(name)]
    return rows.select_related("user", "section").order_by(*order, "pk")


def members(*, rows: Iterable[Any], course: Course) -> list[Member]:
    """Return the enrolments, read `activity.with_last_acts`, as members. Two queries."""
    found = list(rows)
    given = grants.of_many(enrolments=found, course=course)
    return [
        Member(row, one, activity.last_active(row)) for row, one in zip(found, given, strict=True)
    ]


def name_of(*, user: Any) -> str:
    """Return the person's full name, or the one with which they sign in."""
    return users.names(user).full_name or str(user.get_username())
