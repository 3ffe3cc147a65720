"""Facts about any row of a course: where it belongs, and whether learners meet it."""

from typing import Any

from courses.models import Course


def is_archived(row: Any) -> bool:
    """Return whether the row, or the module or course it belongs to, is a draft or archived."""
    if row is None:
        return False
    if isinstance(row, Course):
        return row.state == Course.State.ARCHIVED
    if any(getattr(row, name, False) for name in ("is_archived", "is_retired", "is_draft")):
        return True
    return is_archived(getattr(row, "module", None))


OWNERS = ("course", "module", "quiz", "question", "enrolment", "item", "section")


def sure_course_id(row: Any) -> int:
    """Return the course of a row that cannot be without one. Raises LookupError."""
    course_id = course_id_of(row)
    if course_id is None:
        raise LookupError(f"{row!r} belongs to no course.")
    return course_id


def course_id_of(row: Any) -> int | None:
    """Return the course that a row belongs to, by the shortest way; None for people and others."""
    if isinstance(row, Course):
        return row.pk
    course_id: int | None = getattr(row, "course_id", None)
    if course_id is not None:
        return course_id
    for name in OWNERS:
        if getattr(row, f"{name}_id", None) is not None:
            return course_id_of(getattr(row, name))
    return None
