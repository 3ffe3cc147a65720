"""The classes of a course."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import grants
from courses.errors import Conflict
from courses.models import ApiClient, Attempt, Course, Quiz, Section, SectionQuiz

DEFAULT_KEY = "default"


def default_of(*, course: Course, now: datetime) -> Section:
    """Return the class of everybody for whom none is named, made when there is none."""
    row, _is_new = Section.objects.get_or_create(
        course=course, is_default=True, defaults={"key": DEFAULT_KEY, "created_at": now}
    )
    return row


@transaction.atomic
def create(
    *, course: Course, key: str, title: str, client: ApiClient | None = None, now: datetime
) -> Section:
    """Add a class to a course. Raises Conflict when the key is taken."""
    default_of(course=course, now=now)
    row, is_new = Section.objects.get_or_create(
        course=course, key=key, defaults={"title": title, "client": client, "created_at": now}
    )
    if not is_new:
        raise Conflict(_("The course has a class with this key."))
    return row


@transaction.atomic
def set_dates(
    *, section: Section, quiz: Quiz, opens_at: datetime | None, closes_at: datetime | None
) -> SectionQuiz:
    """Give the class dates of its own for the quiz; None is as in the quiz.

    Open attempts get time that is added; none is taken away. Raises Conflict for a quiz of another
    course.
    """
    if quiz.course_id != section.course_id:
        raise Conflict(_("This belongs to another course."))
    row, _is_new = SectionQuiz.objects.update_or_create(
        section=section, quiz=quiz, defaults={"opens_at": opens_at, "closes_at": closes_at}
    )
    open_ones = Attempt.objects.open().filter(quiz=quiz, enrolment__section=section)
    grants.extend_open(attempts=open_ones)
    return row
