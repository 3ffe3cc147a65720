"""Who may see, take and write what. An object one may not know of is simply not found."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import NotAllowed, NotFound
from courses.models import Attempt, Course, Enrolment
from courses.models.attempt import AttemptQuerySet
from courses.models.course import CourseQuerySet


@dataclass(frozen=True)
class Reader:
    """A person in a course. Without an enrolment it is an administrator's preview: look only."""

    course: Course
    enrolment: Enrolment | None
    is_author: bool

    def enrolled(self) -> Enrolment:
        """Return the enrolment to write for. Raises NotAllowed in a preview."""
        if self.enrolment is None:
            raise NotAllowed(_("This is a preview; enrol in the course to work in it."))
        return self.enrolment


def reader(*, course_key: str, by: Any) -> Reader:
    """Return the person as a reader of the course.

    Raises NotFound for an invisible course, NotAllowed with code `not_enrolled` else.
    """
    enrolment = _enrolment(course_key, by)
    if enrolment is not None:
        is_author = enrolment.is_instructor or by.is_superuser
        return Reader(enrolment.course, enrolment, is_author)
    found = course(key=course_key, by=by)
    if not by.is_superuser:
        raise NotEnrolled
    return Reader(found, None, is_author=True)


def course(*, key: str, by: Any) -> Course:
    """Return a published course, or one that the person may see. Raises NotFound."""
    found = Course.objects.seen_by(by).filter(key=key).exclude(state=Course.State.ARCHIVED)
    row = found.first()
    if row is None:
        raise NotFound
    return row


def may_author(*, course: Course, by: Any) -> bool:
    """May this person see keys and everybody's records in the course?"""
    if by.is_superuser:
        return True
    roles = Enrolment.objects.active().filter(course=course, user_id=by.pk)
    return roles.filter(role=Enrolment.Role.INSTRUCTOR).exists()


def may_read_records(*, course: Course, by: Any) -> bool:
    """May this person read what others did in the course, here as in the admin?

    Instructors may; a member of staff among them only with the right to see attempts, so that
    somebody who writes questions alone reads nobody's answers.
    """
    if not may_author(course=course, by=by):
        return False
    return not by.is_staff or by.has_perm("cx_courses.view_attempt")


def authored(*, by: Any) -> CourseQuerySet:
    """Return the courses this person may author: their own; all for an administrator."""
    if by.is_superuser:
        return Course.objects.all()
    roles = Enrolment.objects.active().filter(user_id=by.pk, role=Enrolment.Role.INSTRUCTOR)
    return Course.objects.filter(pk__in=roles.values("course"))


def attempt(*, uuid: UUID, by: Any) -> Attempt:
    """Return an attempt that the person may read. Raises NotFound.

    That is their own, or one whose records they may read.
    """
    found = _attempts().filter(uuid=uuid).first()
    if found is None:
        raise NotFound
    is_own = found.enrolment.user_id == by.pk and found.enrolment.state == Enrolment.State.ACTIVE
    if not is_own and not may_read_records(course=found.enrolment.course, by=by):
        raise NotFound
    return found


def owned_attempt(*, uuid: UUID, by: Any) -> Attempt:
    """Return the person's own attempt, to write in. Raises NotFound."""
    found = _attempts().filter(
        uuid=uuid, enrolment__user_id=by.pk, enrolment__state=Enrolment.State.ACTIVE
    )
    row = found.first()
    if row is None:
        raise NotFound
    return row


class NotEnrolled(NotAllowed):
    code = "not_enrolled"
    default = gettext_lazy("Enrol in this course to work in it.")


def _enrolment(course_key: str, by: Any) -> Enrolment | None:
    if not by.is_authenticated:
        return None
    found = Enrolment.objects.current().filter(course__key=course_key, user_id=by.pk)
    row = found.exclude(course__state=Course.State.ARCHIVED).select_related("course").first()
    if row is not None:
        row.user = by
    return row


def _attempts() -> AttemptQuerySet:
    return Attempt.objects.select_related("enrolment__course", "enrolment__user", "quiz")
