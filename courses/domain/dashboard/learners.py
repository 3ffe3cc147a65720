"""Whom a dashboard is about."""

from collections.abc import Iterable
from typing import Any

from courses.domain.rights import Can, rights
from courses.models import Course, Enrolment, Section
from courses.models.enrolment import EnrolmentQuerySet


def learners(*, by: Any, course: Course, section: Section | None = None) -> EnrolmentQuerySet:
    """Return the active learners of the course, or of its class, whom the person may see.

    Each in their latest cycle.
    """
    rows = rights(by=by, course=course).enrolments(Can.PEOPLE).filter(course=course)
    rows = rows.learners().active().latest_cycle()
    return rows if section is None else rows.filter(section=section)


def named(*, enrolments: Iterable[int]) -> dict[int, Enrolment]:
    """Return pk → enrolment with its person and class. One query."""
    return Enrolment.objects.select_related("user", "section").in_bulk(list(enrolments))
