"""What a person may do in a course beyond their own learning: the one place that answers it.

Pages, admin and API ask `rights` and nothing else. A role without a class holds for the whole
course, one with a class for that class alone. An administrator may do everything.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.db.models import Q

from courses.models import Course, Enrolment, Section
from courses.models.course import CourseQuerySet
from courses.models.enrolment import EnrolmentQuerySet
from courses.models.section import SectionQuerySet


class Can(StrEnum):
    """A capability of staff."""

    READ = "read"
    """Drafts, keys and the bank."""
    EDIT = "edit"
    """Content: write, publish, retire. All classes share it."""
    PEOPLE = "people"
    """Names, progress, results and responses of learners."""
    MARK = "mark"
    """Grade responses."""
    GRANT = "grant"
    """Enrol, extend, accommodate, override."""
    CORRECT = "correct"
    """Regrade: it changes questions that all classes share."""


_MARKS = frozenset({Can.READ, Can.PEOPLE, Can.MARK})

WHOLE_COURSE: Mapping[str, frozenset[Can]] = {
    Enrolment.Role.INSTRUCTOR: frozenset(Can),
    Enrolment.Role.AUTHOR: frozenset({Can.READ, Can.EDIT}),
    Enrolment.Role.MARKER: _MARKS,
    Enrolment.Role.OBSERVER: frozenset({Can.PEOPLE}),
}
"""Role → what it may do when it holds for the whole course."""

ONE_CLASS: Mapping[str, frozenset[Can]] = {
    Enrolment.Role.INSTRUCTOR: _MARKS | {Can.GRANT},
    Enrolment.Role.MARKER: _MARKS,
    Enrolment.Role.OBSERVER: frozenset({Can.PEOPLE}),
}
"""Role → what it may do when it holds for one class. Content is shared, so nobody edits it."""


class Rights:
    """What one person may do. One query; none for an administrator, none to make a query set."""

    def __init__(self, *, by: Any, course: Course | None = None) -> None:
        self.by = by
        self.course = course
        self.is_all = bool(by.is_superuser)

    def may(
        self, can: Can, *, course: Course | int | None = None, enrolment: Enrolment | None = None
    ) -> bool:
        """Return whether the person may do it with this enrolment's records.

        Without an enrolment: somewhere in the course. Without a course: in any course.
        """
        if self.is_all:
            return True
        course_id = course.pk if isinstance(course, Course) else course
        return any(self._holds(row, can, course_id, enrolment) for row in self._rows)

    def may_everywhere(self, can: Can, *, course: Course) -> bool:
        """Return whether the person may do it in the whole course, whatever the class."""
        if self.is_all:
            return True
        return any(
            row.course_id == course.pk and can in WHOLE_COURSE[row.role]
            for row in self._rows
            if row.section_id is None
        )

    def sees_parts_alone(self, can: Can) -> bool:
        """Return whether the person may do it in some class of a course, not in all of it."""
        if self.is_all:
            return False
        parts = {row.course_id for row in self._rows if self._holds_in_part(row, can)}
        whole = {row.course_id for row in self._rows if self._holds_in_whole(row, can)}
        return bool(parts - whole)

    def courses(self, *cans: Can) -> CourseQuerySet:
        """Return the courses in which the person may do one of these, in any part of them."""
        if self.is_all:
            return self._limited(Course.objects.all())
        found = Q()
        for can in cans:
            found |= _with(WHOLE_COURSE, can, is_whole=True) | _with(ONE_CLASS, can, is_whole=False)
        return Course.objects.filter(pk__in=self._staff().filter(found).values("course"))

    def whole_courses(self, can: Can) -> CourseQuerySet:
        """Return the courses in which the person may do it whatever the class."""
        if self.is_all:
            return self._limited(Course.objects.all())
        found = self._staff().filter(_with(WHOLE_COURSE, can, is_whole=True))
        return Course.objects.filter(pk__in=found.values("course"))

    def sections(self, can: Can) -> SectionQuerySet:
        """Return the classes in which the person may do it."""
        if self.is_all:
            rows = Section.objects.all()
            return rows if self.course is None else rows.filter(course=self.course)
        return Section.objects.filter(
            Q(course__in=self.whole_courses(can)) | Q(pk__in=self._part(can))
        )

    def enrolments(self, can: Can) -> EnrolmentQuerySet:
        """Return the enrolments with whose records the person may do it."""
        return Enrolment.objects.filter(self.reaches(can))

    def reaches(self, can: Can, path: str = "") -> Q:
        """Return the condition on rows whose enrolment is at the end of the path."""
        prefix = f"{path}__" if path else ""
        if self.is_all:
            return Q() if self.course is None else Q(**{f"{prefix}course": self.course})
        whole = Q(**{f"{prefix}course__in": self.whole_courses(can)})
        return whole | Q(**{f"{prefix}section__in": self._part(can)})

    def _holds(
        self, row: Enrolment, can: Can, course_id: int | None, enrolment: Enrolment | None
    ) -> bool:
        table = WHOLE_COURSE if row.section_id is None else ONE_CLASS
        if can not in table.get(row.role, ()):
            return False
        if enrolment is None:
            return course_id is None or row.course_id == course_id
        if row.section_id is None:
            return row.course_id == enrolment.course_id
        return row.section_id == enrolment.section_id

    def _holds_in_part(self, row: Enrolment, can: Can) -> bool:
        return row.section_id is not None and can in ONE_CLASS.get(row.role, ())

    def _holds_in_whole(self, row: Enrolment, can: Can) -> bool:
        return row.section_id is None and can in WHOLE_COURSE[row.role]

    @cached_property
    def _rows(self) -> list[Enrolment]:
        return list(self._staff())

    def _staff(self) -> EnrolmentQuerySet:
        rows = Enrolment.objects.active().filter(user_id=self.by.pk, role__in=WHOLE_COURSE)
        return rows if self.course is None else rows.filter(course=self.course)

    def _part(self, can: Can) -> Any:
        return self._staff().filter(_with(ONE_CLASS, can, is_whole=False)).values("section")

    def _limited(self, rows: CourseQuerySet) -> CourseQuerySet:
        return rows if self.course is None else rows.filter(pk=self.course.pk)


def rights(*, by: Any, course: Course | None = None) -> Rights:
    """Return what the person may do, in one course or in all."""
    return Rights(by=by, course=course)


def reads_drafts(enrolment: Enrolment) -> bool:
    """Return whether somebody may read drafts and keys by this enrolment alone. No query."""
    table = WHOLE_COURSE if enrolment.section_id is None else ONE_CLASS
    return Can.READ in table.get(enrolment.role, ())


def looks_after_class(enrolment: Enrolment) -> bool:
    """Return whether somebody may see a class's learners by this enrolment alone. No query."""
    in_class = enrolment.section_id is not None
    return in_class and Can.PEOPLE in ONE_CLASS.get(enrolment.role, ())


def _with(table: Mapping[str, frozenset[Can]], can: Can, *, is_whole: bool) -> Q:
    roles = [role for role, cans in table.items() if can in cans]
    return Q(role__in=roles, section__isnull=is_whole)
