"""Who looks after a class, and which one a page of it shows."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from courses.domain import access
from courses.domain.rights import Can, Rights, rights
from courses.errors import NotFound
from courses.models import Course, Enrolment, Section
from courses.models.enrolment import EnrolmentQuerySet
from courses.web.readers import reader_of


@dataclass(frozen=True)
class TaughtClass:
    """A class as somebody sees who looks after it."""

    reader: access.Reader
    granted: Rights

    @property
    def course(self) -> Course:
        return self.reader.course

    @property
    def section(self) -> Section | None:
        """The class to show; None for all classes that the person may look into."""
        return self.reader.enrolment.section if self.reader.enrolment else None

    @property
    def section_id(self) -> int | None:
        return self.reader.enrolment.section_id if self.reader.enrolment else None

    def learners(self) -> EnrolmentQuerySet:
        """Return the learners of the class, former ones too."""
        rows = self.granted.enrolments(Can.PEOPLE).learners().filter(course=self.course)
        return rows if self.section_id is None else rows.filter(section=self.section_id)

    def learner(self, uuid: UUID) -> Enrolment:
        """Return one learner of the class. Raises NotFound."""
        found = self.learners().filter(uuid=uuid).select_related("user", "section").first()
        if found is None:
            raise NotFound
        return found


def taught_class(request: HttpRequest, course: str, *, can: Can = Can.PEOPLE) -> TaughtClass:
    """Return the class that the page is about. Raises NotFound for those who may not do that there.

    A member of staff also needs the right to see results, or to mark, as the admin asks for it.
    """
    reader = reader_of(request, course)
    found = TaughtClass(reader, rights(by=request.user, course=reader.course))
    if not _may(request, found, can):
        raise NotFound
    return found


def may_mark(request: HttpRequest, found: TaughtClass) -> bool:
    """Return whether the person may also mark in the class."""
    return _may(request, found, Can.MARK)


def _may(request: HttpRequest, found: TaughtClass, can: Can) -> bool:
    by = request.user
    if not found.granted.may(can, course=found.course, enrolment=found.reader.enrolment):
        return False
    needed = "add_grading" if can == Can.MARK else "view_result"
    return not getattr(by, "is_staff", False) or by.has_perm(f"cx_courses.{needed}")
