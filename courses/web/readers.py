"""In which of their classes a person works: that of the frame, or the one chosen on the page."""

from uuid import UUID

from django.http import HttpRequest

from courses.domain import access
from courses.models import Course, Enrolment

_KEY = "cx_courses_classes"
"""In the session: course key -> the enrolment that was chosen."""


def reader_of(request: HttpRequest, course: str) -> access.Reader:
    """Return the person of the request as a reader of the course.

    Raises NotFound, and NotAllowed with code `not_enrolled`.
    """
    embed = getattr(request, "embed", None)
    if embed is not None:
        return access.reader(course_key=course, by=request.user, enrolment=embed.enrolment.uuid)
    uuid = chosen(request).get(course)
    if uuid is not None:
        try:
            return access.reader(course_key=course, by=request.user, enrolment=UUID(uuid))
        except access.NotEnrolled:
            pass  # They are not in that class any more.
    return access.reader(course_key=course, by=request.user)


def classes_of(request: HttpRequest, course: Course) -> list[Enrolment]:
    """Return the person's enrolments in the course, one for each class, the chosen one first."""
    embed = getattr(request, "embed", None)
    rows = access.classes(course=course, by=request.user)
    if embed is not None:
        return [row for row in rows if row.section_id == embed.enrolment.section_id]
    uuid = chosen(request).get(course.key)
    return sorted(rows, key=lambda row: str(row.uuid) != uuid)


def chosen(request: HttpRequest) -> dict[str, str]:
    """Return course key -> the enrolment that was chosen in this session."""
    if not request.user.is_authenticated:
        return {}
    found: dict[str, str] = request.session.get(_KEY, {})
    return found


def choose(request: HttpRequest, enrolment: Enrolment) -> None:
    """Work in this class from now on."""
    chosen_before = chosen(request)
    request.session[_KEY] = {**chosen_before, enrolment.course.key: str(enrolment.uuid)}
