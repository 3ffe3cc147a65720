"""Who may see, take and write what. An object one may not know of is simply not found."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.domain import locks
from courses.domain.rights import Can, reads_drafts, rights
from courses.errors import NotAllowed, NotFound
from courses.models import Attempt, Course, Enrolment
from courses.models.attempt import AttemptQuerySet
from courses.models.course import CourseQuerySet
from courses.models.enrolment import EnrolmentQuerySet
from courses.prepared import PreparedQuery, UserKey


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


def reader(*, course_key: str, by: Any, enrolment: UUID | None = None) -> Reader:
    """Return the person as a reader of the course, in the class of the named enrolment.

    Without one: in the class that they entered last. Raises NotFound for an invisible course,
    NotAllowed with code `not_enrolled` for one or a class that the person is not in.
    """
    found = _ACTIVE_IN.all(by.pk, course_key) if by.is_authenticated else []
    row = _chosen(found, enrolment)
    if row is not None:
        return _reading(row, by)
    return _preview(course_key, by, is_class_named=enrolment is not None)


def sample_reader(*, course_key: str, lesson_key: str, by: Any) -> Reader:
    """Return a person who is not in the course as a reader of its sample lesson: look only.

    They need no account. Raises NotFound, and NotEnrolled for every other lesson.
    """
    found = course(key=course_key, by=by)
    if not found.sample or found.sample != lesson_key:
        raise NotEnrolled
    return Reader(found, None, is_author=False)


def learner(*, course_key: str, by: Any, section: str = "") -> Reader:
    """Return the person in the class with this key, as programs name it.

    Without one: in their only class, else in the default one, else in the one entered last.
    Raises as `reader` does.
    """
    rows = _ACTIVE_WITH_CLASS.all(by.pk, course_key) if by.is_authenticated else []
    if section:
        found = [row for row in rows if row.section is not None and row.section.key == section]
    else:
        found = [row for row in rows if row.section is not None and row.section.is_default] or rows
    if found:
        return _reading(found[0], by)
    return _preview(course_key, by, is_class_named=bool(section))


def classes(*, course: Course, by: Any) -> list[Enrolment]:
    """Return the person's current enrolment in each of their classes, the one entered last first.

    A role in the whole course stands beside the classes.
    """
    if not by.is_authenticated:
        return []
    return _latest(_ACTIVE_WITH_CLASS.all(by.pk, course.key), by)


def home(*, course_key: str, by: Any) -> tuple[Course, list[Enrolment]]:
    """Return a course as `course` does, with the person's `classes` in it. Raises NotFound."""
    found = _latest(_ACTIVE_WITH_CLASS.all(by.pk, course_key), by) if by.is_authenticated else []
    return (found[0].course if found else course(key=course_key, by=by)), found


def courses(*, by: Any) -> list[Course]:
    """Return the courses that the person may see."""
    if getattr(by, "is_superuser", False):
        return list(_offered(Course.objects.all()))
    return _SEEN.all(by.pk) if by.is_authenticated else _OFFERED_TO_ALL.all()


def enrolments(*, by: Any) -> list[Enrolment]:
    """Return the person's current enrolments with their courses, in all classes."""
    return _ACTIVE.all(by.pk) if by.is_authenticated else []


def course(*, key: str, by: Any) -> Course:
    """Return a published course, or one that the person may see. Raises NotFound."""
    row = _offered(Course.objects.seen_by(by)).filter(key=key).first()
    if row is None:
        raise NotFound
    return row


def published_course(*, key: str) -> Course | None:
    """Return the published course with this key, None where there is none."""
    return _PUBLISHED.first(key)


def attempt(*, uuid: UUID, by: Any, trial: Enrolment | None = None) -> Attempt:
    """Return an attempt that the person may read. Raises NotFound.

    That is their own, or one whose records they may read; inside of a trial one of its own.
    """
    if trial is not None:
        return owned_attempt(uuid=uuid, by=by, trial=trial)
    found = _BY_UUID.first(uuid)
    if found is None or found.enrolment.is_trial:
        raise NotFound
    is_own = found.enrolment.user_id == by.pk and found.enrolment.state == Enrolment.State.ACTIVE
    if not is_own and not _may_read_records(found.enrolment, by):
        raise NotFound
    if is_own:
        found.enrolment.user = by
    return found


def _may_read_records(enrolment: Enrolment, by: Any) -> bool:
    """Return whether the person may read what the learner did, here as in the admin.

    A member of staff also needs the right to see attempts, as the admin asks for it.
    """
    if not rights(by=by, course=enrolment.course).may(Can.PEOPLE, enrolment=enrolment):
        return False
    return not by.is_staff or by.has_perm("cx_courses.view_attempt")


def owned_attempt(*, uuid: UUID, by: Any, trial: Enrolment | None = None) -> Attempt:
    """Return the person's own attempt, to write in; inside of a trial one of its own.

    Raises NotFound.
    """
    return _owned(_BY_UUID.first(uuid), by, trial)


def locked_attempt(*, uuid: UUID, by: Any, trial: Enrolment | None = None) -> Attempt:
    """Return and lock what `owned_attempt` returns, in one read. Raises NotFound."""
    return _owned(locks.ATTEMPT_OF.first(uuid, by.pk), by, trial)


def _owned(row: Attempt | None, by: Any, trial: Enrolment | None) -> Attempt:
    if row is None or row.enrolment.user_id != by.pk:
        raise NotFound
    if trial is None and row.enrolment.state != Enrolment.State.ACTIVE:
        raise NotFound
    if trial is not None:
        if row.enrolment_id != trial.pk:
            raise NotFound
        row.enrolment = trial
    row.enrolment.user = by
    return row


class NotEnrolled(NotAllowed):
    code = "not_enrolled"
    default = gettext_lazy("Enrol in this course to work in it.")


def _active(by: Any) -> EnrolmentQuerySet:
    if not by.is_authenticated:
        return Enrolment.objects.none()
    return _active_of(by.pk)


def _active_of(user_id: int) -> EnrolmentQuerySet:
    rows = Enrolment.objects.current().filter(user_id=user_id).select_related("course")
    return rows.exclude(course__state=Course.State.ARCHIVED)


def _offered(rows: CourseQuerySet) -> CourseQuerySet:
    return rows.exclude(state=Course.State.ARCHIVED)


def _latest(rows: list[Enrolment], by: Any) -> list[Enrolment]:
    """Return the first of each class."""
    found: dict[int | None, Enrolment] = {}
    for row in rows:
        row.user = by
        found.setdefault(row.section_id, row)
    return list(found.values())


def _preview(course_key: str, by: Any, *, is_class_named: bool) -> Reader:
    """Return an administrator as a reader without an enrolment; refuse everybody else."""
    found = course(key=course_key, by=by)
    if is_class_named or not by.is_superuser:
        raise NotEnrolled
    return Reader(found, None, is_author=True)


def _reading(row: Enrolment, by: Any) -> Reader:
    row.user = by
    return Reader(row.course, row, is_author=reads_drafts(row) or by.is_superuser)


def _chosen(found: list[Enrolment], uuid: UUID | None) -> Enrolment | None:
    """Return the current enrolment in the class of the named one, None when it is not there."""
    if uuid is not None:
        named = next((row for row in found if row.uuid == uuid), None)
        found = [row for row in found if named and row.section_id == named.section_id]
    return found[0] if found else None


_NOT_READ = (
    *(f"enrolment__course__{name}" for name in ("summary", "description", "authors", "licence")),
    *(f"enrolment__course__{name}" for name in ("reviewed_on", "created_at", "publish_rules")),
    *(
        f"enrolment__course__{name}"
        for name in ("level", "outcomes", "cover", "cover_alt", "sample")
    ),
    *(f"quiz__{name}" for name in ("intro", "credit", "review", "publish_refusal")),
)
"""Long columns that no page of an attempt shows; they are read when something asks for them."""


def _by_uuid(uuid: UUID) -> AttemptQuerySet:
    rows = Attempt.objects.select_related("enrolment__course", "quiz").defer(*_NOT_READ)
    return rows.filter(uuid=uuid)


_ACTIVE_IN = PreparedQuery(lambda user, key: _active_of(user).filter(course__key=key), UserKey, str)
_ACTIVE = PreparedQuery(_active_of, UserKey)
_SEEN = PreparedQuery(lambda user: _offered(Course.objects.seen_by_id(user)), UserKey)
_OFFERED_TO_ALL = PreparedQuery(lambda: _offered(Course.objects.published()))
_ACTIVE_WITH_CLASS = PreparedQuery(
    lambda user, key: _active_of(user).filter(course__key=key).select_related("section"),
    UserKey,
    str,
)
_PUBLISHED = PreparedQuery(lambda key: Course.objects.published().filter(key=key).order_by(), str)
_BY_UUID = PreparedQuery(_by_uuid, UUID)
