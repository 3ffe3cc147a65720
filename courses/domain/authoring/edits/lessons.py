"""A lesson, saved in one step as an editor's page holds it."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses.coursefiles.schema import LessonFile
from courses.domain.authoring import marks, starving
from courses.domain.authoring.columns import fill
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.rows import (
    RowLookup,
    refuse_taken,
    refuse_unseen,
    stop_at,
)
from courses.domain.authoring.lessons import refresh_lessons
from courses.domain.authoring.row_records import lesson_record
from courses.domain.authoring.rows import lock_course
from courses.errors import Problem
from courses.models import Course, Lesson, Module


@transaction.atomic
def save_lesson(
    *,
    lesson: Lesson,
    record: LessonFile,
    based_on: str,
    is_confirmed: bool = False,
    origin: Origin | None,
) -> Lesson:
    """Give the lesson the record's values; its module, place and state stay.

    Saved only if that is something new. Marks that name nothing do not stop it: see
    `marks.lesson_oddities`. Raises Invalid, Overtaken when the lesson holds what `based_on` does
    not name, and Conflict when a quiz would lack questions and nobody has confirmed that.
    """
    course = lock_course(course=lesson.module.course)
    with recording(lesson, origin=origin):
        row = _stored(lesson)
        text = _("Somebody else has saved this lesson since you opened it.")
        refuse_unseen(row=row, based_on=based_on, message=text)
        names = _checked(row, record)
        if record != lesson_record(row):
            with starving.refusing(course=course, is_confirmed=is_confirmed):
                fill(row=row, record=record)
                row.save()
                row.objectives.set(names.find("objective", key) for key in record.objectives)
                row.sources.set(names.find("reference", key) for key in record.sources)
                refresh_lessons(course=course)
        return row


@transaction.atomic
def create_lesson(
    *, course: Course, record: LessonFile, module: str, origin: Origin | None
) -> Lesson:
    """Create a lesson from a record, as a draft after the others of its module.

    Raises Invalid, and Conflict when the key is taken.
    """
    course = lock_course(course=course)
    place = Module.objects.filter(course=course, key=module).first()
    if place is None:
        stop_at([Problem("module", _("Choose the module that the lesson belongs to."))])
    last = Lesson.objects.filter(module=place).aggregate(last=Max("position"))["last"]
    row = Lesson(course=course, module=place, key=record.key, is_draft=True)
    row.position = 1 if last is None else last + 1
    with recording(row, origin=origin):
        refuse_taken(model=Lesson, course=course, key=record.key)
        names = _checked(row, record, is_new=True)
        fill(row=row, record=record)
        row.save()
        row.objectives.set(names.find("objective", key) for key in record.objectives)
        row.sources.set(names.find("reference", key) for key in record.sources)
        refresh_lessons(course=course)
    return row


def _stored(lesson: Lesson) -> Lesson:
    return Lesson.objects.select_related("module__course").get(pk=lesson.pk)


def _checked(row: Lesson, record: LessonFile, *, is_new: bool = False) -> RowLookup:
    """Return what the record names. Raises Invalid."""
    course = row.module.course
    names = RowLookup(course)
    names.ask("objective", {f"objectives.{i}": key for i, key in enumerate(record.objectives)})
    names.ask("reference", {f"sources.{i}": key for i, key in enumerate(record.sources)})
    found = names.judge(record, is_new=is_new)
    if not (row.is_draft or row.is_archived) and not record.body.strip():
        found.append(Problem("body", _("Learners see this lesson: it needs a text.")))
    if record.review:
        texts = marks.review_problems(course=course, body=record.body, keys=record.review)
        found += [Problem("review", text) for text in texts]
    stop_at(found)
    return names
