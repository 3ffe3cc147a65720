"""The classes of a course."""

import itertools
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.domain import grants
from courses.errors import Conflict, Invalid, Problem
from courses.models import ApiClient, Attempt, Course, Quiz, Section, SectionQuiz

DEFAULT_KEY = "default"
_KEY_LENGTH = 70


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


def add(*, course: Course, title: str, now: datetime) -> Section:
    """Add a class to a course with a free key that is made from the title."""
    stem = slugify(title)[:_KEY_LENGTH].strip("-") or "class"
    taken = set(Section.objects.filter(course=course).values_list("key", flat=True))
    numbered = (f"{stem}-{number}" for number in itertools.count(2))
    key = next(one for one in itertools.chain([stem], numbered) if one not in taken)
    return create(course=course, key=key, title=title, now=now)


def change(*, section: Section, title: str, is_archived: bool) -> Section:
    """Rename, archive or restore the class. Raises Conflict for an archived default class."""
    if section.is_default and is_archived:
        raise Conflict(_("The default class of a course stays open."))
    section.title, section.is_archived = title, is_archived
    section.save(update_fields=["title", "is_archived"])
    return section


@transaction.atomic
def put(
    *,
    course: Course,
    key: str,
    title: str,
    is_archived: bool,
    client: ApiClient,
    now: datetime,
) -> tuple[Section, bool]:
    """Give the class this title and state; create it where there is none. Idempotent.

    Returns the class and whether it is new. Raises Conflict when another platform made it, and for
    an archived default class.
    """
    default_of(course=course, now=now)
    values = {"title": title, "is_archived": is_archived, "client": client, "created_at": now}
    row, is_new = Section.objects.get_or_create(course=course, key=key, defaults=values)
    if row.client_id not in (None, client.pk):
        raise Conflict(_("The course has a class with this key."))
    return change(section=row, title=title, is_archived=is_archived), is_new


@transaction.atomic
def copy_dates(*, source: Section, target: Section) -> int:
    """Give a class that has no dates yet those of another class of its course; return how many."""
    if source.course_id != target.course_id:
        raise Conflict(_("This belongs to another course."))
    made = [
        SectionQuiz(
            section=target, quiz_id=row.quiz_id, opens_at=row.opens_at, closes_at=row.closes_at
        )
        for row in SectionQuiz.objects.filter(section=source).order_by("pk")
    ]
    return len(SectionQuiz.objects.bulk_create(made))


@transaction.atomic
def set_dates(
    *, section: Section, quiz: Quiz, opens_at: datetime | None, closes_at: datetime | None
) -> SectionQuiz:
    """Give the class dates of its own for the quiz; None is as in the quiz.

    Open attempts get time that is added; none is taken away. Raises Conflict for a quiz of another
    course, Invalid when it would close before it opens.
    """
    if quiz.course_id != section.course_id:
        raise Conflict(_("This belongs to another course."))
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise Invalid(problems=[Problem("closes_at", _("A quiz closes after it opens."))])
    row, _is_new = SectionQuiz.objects.update_or_create(
        section=section, quiz=quiz, defaults={"opens_at": opens_at, "closes_at": closes_at}
    )
    open_ones = Attempt.objects.open().filter(quiz=quiz, enrolment__section=section)
    grants.extend_open(attempts=open_ones)
    return row
