"""A course, module, quiz or question once more, as a draft: the same records under other keys."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from courses.coursefiles.renaming import Name, Renaming, free_keys
from courses.coursefiles.schema import CourseFile, ModuleFile, QuizFile
from courses.domain import outline
from courses.domain.authoring.bulk_writer import BulkWriter
from courses.domain.authoring.editions import Origin, record, recording_course, states_of_course
from courses.domain.authoring.entries import KINDS, Entries, RecordEntry, entry, take_apart
from courses.domain.authoring.export import course_to_records, records
from courses.domain.authoring.lessons import refresh_lessons
from courses.domain.authoring.plan import Plan
from courses.domain.authoring.row_records import question_record, quiz_record
from courses.domain.authoring.rows import Rows, items_of, latest_version
from courses.domain.authoring.structure import assign_course
from courses.domain.authoring.writing import write_rows
from courses.errors import Conflict
from courses.models import Course, Module, Question, Quiz

LONGEST_KEY, LONGEST_OBJECTIVE_KEY = 60, 40


@dataclass(frozen=True)
class DateShift:
    """How far all dates go, in days on the clock of this zone."""

    days: int = 0
    zone: tzinfo = UTC

    def moment(self, text: str | None) -> str | None:
        """Return the moment, as many days later at the same time of day."""
        if text is None or not self.days:
            return text
        at = datetime.fromisoformat(text).astimezone(self.zone)
        return (at + timedelta(days=self.days)).astimezone(UTC).isoformat()

    def quiz(self, record: QuizFile) -> QuizFile:
        """Return the quiz with its dates moved."""
        opens_at, closes_at = self.moment(record.opens_at), self.moment(record.closes_at)
        return replace(record, opens_at=opens_at, closes_at=closes_at)

    def course(self, record: CourseFile) -> CourseFile:
        """Return the course with the dates of all its quizzes moved."""
        modules = tuple(
            replace(one, quizzes=tuple(map(self.quiz, one.quizzes))) for one in record.modules
        )
        return replace(record, quizzes=tuple(map(self.quiz, record.quizzes)), modules=modules)


@transaction.atomic
def duplicate_course(
    *, course: Course, key: str, title: str, shift: DateShift, origin: Origin
) -> Course:
    """Make a draft of a course with all that the course holds; what is archived is left out.

    Raises Conflict when the key is taken.
    """
    if Course.objects.filter(key=key).exists():
        raise Conflict(_("The key “%(key)s” is taken.") % {"key": key})
    names = Renaming({("course", course.key): key})
    copied = replace(names.record(course_to_records(course=course)), title=title)
    entries = take_apart(without_pins(shift.course(copied)))
    row = Course(key=key, state=Course.State.DRAFT, is_open=course.is_open)
    assign_course(row=row, entry=entries["course"][key])
    row.source_hash = ""
    row.save()
    create_entries(rows=Rows(row), entries=_inside(entries), by=origin.by)
    record(course=row, before={}, after=states_of_course(Rows(row)), origin=origin)
    return row


@transaction.atomic
def duplicate_module(*, module: Module, title: str, shift: DateShift, origin: Origin) -> Module:
    """Make a draft of a module with all that is in it, behind the others; its parts as they are.

    Raises Conflict for an archived module.
    """
    with recording_course(course=module.course, origin=origin):
        rows = Rows(module.course)
        found = _module_record(rows, module)
        names = free_keys(_names_of(found), lambda name: name[1] in rows.by_kind[name[0]])
        copied = replace(names.record(found), title=title, status="draft")
        whole = CourseFile(key=module.course.key, title="", modules=(copied,))
        entries = _inside(take_apart(shift.course(whole)))
        last = max(row.position for row in rows.modules)
        placed = [_behind(one, last) if one.kind == "module" else one for one in entries]
        create_entries(rows=rows, entries=placed, by=origin.by)
    made: Module = Module.objects.get(course=module.course, key=copied.key)
    return made


@transaction.atomic
def duplicate_quiz(*, quiz: Quiz, title: str, shift: DateShift, origin: Origin) -> Quiz:
    """Make a draft of a quiz behind the others of its module; it asks the same questions."""
    with recording_course(course=quiz.course, origin=origin):
        rows = Rows(quiz.course)
        found = quiz_record(quiz, items=items_of([quiz]))
        names = free_keys({("quiz", quiz.key): LONGEST_KEY}, lambda name: _has_quiz(quiz, name))
        made = replace(shift.quiz(found), key=names.of("quiz", quiz.key), title=title)
        made = replace(made, status="draft")
        module = quiz.module.key if quiz.module else ""
        placed = _behind(entry("quiz", record=made, module=module), _last(quiz))
        create_entries(rows=rows, entries=[placed], by=origin.by)
    row: Quiz = Quiz.objects.get(course=quiz.course, key=made.key)
    return row


@transaction.atomic
def duplicate_question(*, question: Question, origin: Origin) -> Question:
    """Make a draft of the latest version of a question, in the same module.

    Raises Conflict for a question without a version.
    """
    version = latest_version(question)
    if version is None:
        raise Conflict(_("The question has no content yet."))
    with recording_course(course=question.course, origin=origin):
        rows = Rows(question.course)
        names = free_keys(
            {("question", question.key): LONGEST_KEY},
            lambda name: name[1] in rows.by_kind["question"],
        )
        made = names.record(replace(question_record(question, version=version), status="draft"))
        module = question.module.key if question.module else ""
        new = entry("question", record=made, module=module)
        create_entries(rows=rows, entries=[new], by=origin.by)
    row: Question = Question.objects.get(course=question.course, key=made.key)
    return row


def without_pins(course: CourseFile) -> CourseFile:
    """Return the course whose quizzes ask the versions in use: copies have no earlier ones."""
    modules = tuple(
        replace(one, quizzes=tuple(map(unpinned, one.quizzes))) for one in course.modules
    )
    return replace(course, quizzes=tuple(map(unpinned, course.quizzes)), modules=modules)


def unpinned(quiz: QuizFile) -> QuizFile:
    """Return the quiz with the versions in use."""
    return replace(quiz, items=tuple(replace(one, version=None) for one in quiz.items))


def create_entries(*, rows: Rows, entries: Iterable[RecordEntry], by: Any) -> None:
    """Write new rows of a course that the caller has locked, as if somebody had written them."""
    plan = Plan()
    for one in entries:
        plan.create[one.kind].append(one)
    write_rows(BulkWriter(rows=rows, plan=plan, by=by, is_from_files=False))
    outline.touch(course_id=rows.course.pk)
    refresh_lessons(course=rows.course)


def _inside(entries: Entries) -> list[RecordEntry]:
    """Return the entries of all that is in the course."""
    return [one for kind in KINDS if kind != "course" for one in entries[kind].values()]


def _behind(one: RecordEntry, last: int) -> RecordEntry:
    return replace(one, position=last + 1)


def _module_record(rows: Rows, module: Module) -> ModuleFile:
    """Return the module with its own questions, and all stimuli that they use."""
    course = records(rows)
    found = next((one for one in course.modules if one.key == module.key), None)
    if found is None:
        raise Conflict(_("This module is archived."))
    own = rows.by_kind["question"]
    questions = tuple(one for one in found.questions if own[one.key].module_id == module.pk)
    used = {one.stimulus for one in questions}
    stimuli = [one for each in course.modules for one in each.stimuli if one.key in used]
    return replace(found, questions=questions, stimuli=tuple(stimuli))


def _names_of(module: ModuleFile) -> dict[Name, int]:
    """Return what a copy of the module needs new keys for, with the longest key of each."""
    parts: dict[str, Iterable[Any]] = {
        "module": [module],
        "lesson": module.lessons,
        "question": module.questions,
        "quiz": module.quizzes,
        "stimulus": module.stimuli,
        "objective": module.objectives,
    }
    return {
        (kind, one.key): LONGEST_OBJECTIVE_KEY if kind == "objective" else LONGEST_KEY
        for kind, each in parts.items()
        for one in each
    }


def _has_quiz(quiz: Quiz, name: Name) -> bool:
    return Quiz.objects.filter(course=quiz.course_id, key=name[1]).exists()


def _last(quiz: Quiz) -> int:
    beside = Quiz.objects.standalone().filter(course=quiz.course_id, module=quiz.module_id)
    return int(beside.aggregate(last=Max("position"))["last"] or 0)
