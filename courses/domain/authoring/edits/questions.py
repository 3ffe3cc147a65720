"""Questions of the bank, one at a time: what they are about. What they ask is in `versions`."""

from dataclasses import replace
from typing import Any

from django.db import transaction

from courses.coursefiles import rules
from courses.coursefiles.schema import QuestionFile
from courses.domain.authoring import apart, starving
from courses.domain.authoring.bank import assign_question
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.rows import RowLookup, columns, refuse_taken, stop_at
from courses.domain.authoring.edits.versions import data_problems, write_version
from courses.domain.authoring.entries import RecordEntry
from courses.domain.authoring.lessons import refresh_lessons
from courses.domain.authoring.marks import data_mark_problems
from courses.domain.authoring.rows import lock_course
from courses.models import Course, Lesson, Question, Tag


@transaction.atomic
def create_question(
    *,
    course: Course,
    record: QuestionFile,
    module: str,
    note: str = "",
    by: Any,
    origin: Origin | None,
) -> Question:
    """Create a question with its first version, ready or a draft as the record has it.

    Tags are made on the way. A lesson that names the question already shows it from now on.
    Raises Invalid with every problem, and Conflict when the key is taken.
    """
    course = lock_course(course=course)
    row = Question(course=course, key=record.key)
    with recording(row, origin=origin):
        _assign(row, record, module, has_data=True)
        refuse_taken(model=Question, course=course, key=record.key)
        row.save()
        row.tags.set(_tags(course, record))
        is_ready = record.status == "ready"
        write_version(
            question=row,
            type=record.type,
            data=record.data,
            note=note,
            is_ready=is_ready,
            by=by,
            origin=None,
        )
        if Lesson.objects.filter(module__course=course, body__contains=f"check:{row.key}").exists():
            refresh_lessons(course=course)
        row.refresh_from_db()
        return row


@transaction.atomic
def change_question(
    *,
    question: Question,
    record: QuestionFile,
    module: str,
    is_confirmed: bool = False,
    origin: Origin | None,
) -> Question:
    """Give the question the record's values, except type, data and status.

    Saved only if that is something new. Raises Invalid, and Conflict when a quiz would lack
    questions and nobody has confirmed that.
    """
    lock_course(course=question.course)
    with recording(question, origin=origin):
        before, tags = columns(question), {tag.key for tag in question.tags.all()}
        status = "retired" if question.is_retired else "ready"
        _assign(question, replace(record, status=status), module, has_data=False)
        if columns(question) != before or tags != set(record.tags):
            with starving.refusing(course=question.course, is_confirmed=is_confirmed):
                question.save()
                question.tags.set(_tags(question.course, record))
        return question


def retire_question(
    *, question: Question, is_confirmed: bool = False, origin: Origin | None
) -> Question:
    """Retire the question: no draw takes it any more; where a quiz names it, it stays. Idempotent.

    Raises Conflict when a quiz would lack questions and nobody has confirmed that.
    """
    return _set_retired(question, is_retired=True, is_confirmed=is_confirmed, origin=origin)


def restore_question(*, question: Question, origin: Origin | None) -> Question:
    """Restore the question, so that draws may take it again. Idempotent."""
    return _set_retired(question, is_retired=False, is_confirmed=True, origin=origin)


@transaction.atomic
def _set_retired(
    question: Question, *, is_retired: bool, is_confirmed: bool, origin: Origin | None
) -> Question:
    lock_course(course=question.course)
    with recording(question, origin=origin):
        if question.is_retired != is_retired:
            with starving.refusing(course=question.course, is_confirmed=is_confirmed):
                question.is_retired = is_retired
                question.save(update_fields=["is_retired"])
        return question


def _assign(row: Question, record: QuestionFile, module: str, *, has_data: bool) -> None:
    names = RowLookup(row.course)
    names.ask("module", {"module": module})
    names.ask("objective", {"objective": record.objective})
    names.ask("stimulus", {"stimulus": record.stimulus})
    # As in files: what looks like a key is one, anything else is free text.
    keys = {f"source.{i}": key for i, key in enumerate(record.source) if rules.KEY.fullmatch(key)}
    names.ask("reference", keys)
    others = {f"enemies.{i}": key for i, key in enumerate(record.enemies) if key != record.key}
    names.ask("question", others)
    names.look("tag", {f"tags.{i}": key for i, key in enumerate(record.tags)})
    found = [p for p in names.judge(record, is_new=row.pk is None) if p.path != "type"]
    found += apart.enemy_problems(question=row, enemies=record.enemies)
    if has_data:
        found += data_problems(type=record.type, data=record.data)
        place = names.find("module", module)
        found += data_mark_problems(course=row.course, module=place, data=record.data)
    stop_at(found)
    entry = RecordEntry("question", row.key, record, {}, module)
    assign_question(row=row, entry=entry, find=names.find)


def _tags(course: Course, record: QuestionFile) -> list[Tag]:
    """Return the tags of a record; create those that are new."""
    wanted = dict.fromkeys(record.tags)
    found = {tag.key: tag for tag in Tag.objects.filter(course=course, key__in=wanted)}
    missing = [Tag(course=course, key=key) for key in wanted if key not in found]
    return [*found.values(), *Tag.objects.bulk_create(missing)]
