"""A module, lesson or quiz goes to learners, back to a draft, into the archive and out of it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain.authoring import starving
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.order import OutlineRow, course_of
from courses.domain.authoring.edits.quizzes import archive_quiz, publish_quiz, restore_quiz
from courses.domain.authoring.edits.rows import stop_at
from courses.domain.authoring.lessons import refresh_lessons
from courses.domain.authoring.rows import lock_course
from courses.errors import Conflict, Problem
from courses.models import Lesson, Module, Quiz


def publish_part(*, row: OutlineRow, is_confirmed: bool = False, origin: Origin | None) -> None:
    """Show a draft to learners. Idempotent.

    Raises Invalid for a lesson without a text and a quiz that nobody could take, and Conflict when
    another quiz would lack questions and nobody has confirmed that.
    """
    if isinstance(row, Quiz):
        publish_quiz(quiz=row, origin=origin)
        return
    if isinstance(row, Lesson) and not row.body.strip():
        stop_at([Problem("body", _("The lesson has no text yet."))])
    values = {"is_draft": False, "publish_at": None, "publish_refusal": ""}
    _set(row, values, is_confirmed=is_confirmed, origin=origin)


def unpublish_part(
    *, row: Module | Lesson, is_confirmed: bool = False, origin: Origin | None
) -> None:
    """Make it a draft again, which learners do not see; their records stay. Idempotent.

    Raises Conflict when a quiz would lack questions and nobody has confirmed that.
    """
    _set(row, {"is_draft": True}, is_confirmed=is_confirmed, origin=origin)


def archive_part(*, row: OutlineRow, is_confirmed: bool = False, origin: Origin | None) -> None:
    """Put it into the archive; the records of learners stay. Idempotent.

    Raises Conflict when a quiz would lack questions and nobody has confirmed that.
    """
    if isinstance(row, Quiz):
        archive_quiz(quiz=row, origin=origin)
        return
    values = {"is_archived": True, "publish_at": None, "publish_refusal": ""}
    _set(row, values, is_confirmed=is_confirmed, origin=origin)


def restore_part(*, row: OutlineRow, is_confirmed: bool = False, origin: Origin | None) -> None:
    """Bring it back from the archive, as the draft or published part that it was. Idempotent.

    Raises Conflict when a quiz would lack questions and nobody has confirmed that.
    """
    if isinstance(row, Quiz):
        restore_quiz(quiz=row, origin=origin)
        return
    _set(row, {"is_archived": False}, is_confirmed=is_confirmed, origin=origin)


@transaction.atomic
def schedule_part(*, row: OutlineRow, at: datetime | None, now: datetime) -> None:
    """Have a draft published at this time, or not by itself for None. Idempotent.

    Raises Invalid for a time that has passed, and Conflict for what is no draft.
    """
    lock_course(course=course_of(row))
    row.refresh_from_db(fields=["is_draft", "is_archived"])
    if not row.is_draft or row.is_archived:
        raise Conflict(_("Only a draft can be published at a set time."))
    if at is not None and at <= now:
        stop_at([Problem("publish_at", _("Choose a time that has not passed yet."))])
    row.publish_at, row.publish_refusal = at, ""
    row.save(update_fields=["publish_at", "publish_refusal"])


@transaction.atomic
def _set(
    row: Module | Lesson, values: dict[str, Any], *, is_confirmed: bool, origin: Origin | None
) -> None:
    """Give the row these values, if one is new; then its lessons have HTML and checks."""
    course = lock_course(course=course_of(row))
    row.refresh_from_db(fields=list(values))
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    refusing = starving.refusing(course=course, is_confirmed=is_confirmed)
    with recording(row, origin=origin), refusing:
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        refresh_lessons(course=course)
