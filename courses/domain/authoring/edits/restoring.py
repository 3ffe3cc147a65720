"""An earlier state of something becomes its present one, as a change like any other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from courses import file_store
from courses.coursefiles.durations import file_kind, from_file
from courses.coursefiles.schema import (
    CourseHead,
    LessonFile,
    ModuleHead,
    ObjectiveFile,
    QuestionFile,
    QuizFile,
    ReferenceFile,
    StimulusFile,
    TermFile,
)
from courses.domain import stored_files
from courses.domain.authoring.columns import fill
from courses.domain.authoring.editions import Origin, course_of, name_of, recording
from courses.domain.authoring.edits.bulk import restore_tag
from courses.domain.authoring.edits.lessons import save_lesson
from courses.domain.authoring.edits.objectives import change_objective
from courses.domain.authoring.edits.rows import RowLookup, refuse_unseen, stop_at
from courses.domain.authoring.edits.stimuli import change_stimulus
from courses.domain.authoring.edits.whole_questions import save_question
from courses.domain.authoring.edits.whole_quizzes import save_quiz
from courses.domain.authoring.lessons import refresh_lessons
from courses.domain.authoring.rows import lock_course
from courses.errors import Conflict, Problem
from courses.models import Asset, Course, Edition, Lesson, Module, Quiz, Reference, Tag, Term
from courses.questions.data import DataError, load

T = TypeVar("T")
_APART = frozenset(("module", "position", "archived"))
"""Where the thing stands, and whether learners meet it: that stays as it is."""


@dataclass(frozen=True)
class _Wanted:
    """The state to restore, and on what."""

    values: Mapping[str, Any]
    based_on: str
    is_confirmed: bool
    by: Any
    origin: Origin

    @property
    def module(self) -> str:
        return str(self.values.get("module", ""))

    def record(self, kind: type[T], *, but: tuple[str, ...] = ()) -> T:
        """Return the state as a record. Raises Conflict for one that is none any more."""
        values = {name: each for name, each in self.values.items() if name not in {*_APART, *but}}
        try:
            return from_file(kind, load(file_kind(kind), values))
        except DataError as error:
            raise Conflict(_("This state has no content to restore.")) from error


@transaction.atomic
def restore_edition(
    *,
    row: Any,
    edition: Edition,
    based_on: str,
    is_confirmed: bool = False,
    by: Any,
    origin: Origin,
) -> Any:
    """Save the row as this edition holds it, a question's content as a new version; return it.

    Its place, and whether it is published, archived or retired, stay as they are. Raises Conflict
    when the edition holds no content, or is of something else, Invalid when a key that it names no
    longer exists, and all that saving by its editor raises.
    """
    course = lock_course(course=course_of(row))
    kind, key = name_of(row)
    is_own = (edition.course_id, edition.kind, edition.key) == (course.pk, kind, key)
    if not is_own or not edition.hash:
        raise Conflict(_("This state has no content to restore."))
    text = _("Somebody else has changed this since you opened the page. Look at it again.")
    refuse_unseen(row=row, based_on=based_on, message=text)
    origin = replace(origin, action=Edition.Action.RESTORED)
    return _RESTORERS[kind](row, _Wanted(edition.values, based_on, is_confirmed, by, origin))


def _question(row: Any, wanted: _Wanted) -> Any:
    if not wanted.values.get("type"):
        raise Conflict(_("This state has no content to restore."))
    record = wanted.record(QuestionFile)
    return save_question(
        question=row,
        record=record,
        module=wanted.module,
        note=wanted.origin.note,
        is_ready=record.status != "draft",
        based_on=wanted.based_on,
        is_confirmed=wanted.is_confirmed,
        by=wanted.by,
        origin=wanted.origin,
    )


def _lesson(row: Lesson, wanted: _Wanted) -> Any:
    record = wanted.record(LessonFile)
    return save_lesson(
        lesson=row,
        record=replace(record, status="draft" if row.is_draft else "ready"),
        based_on=wanted.based_on,
        is_confirmed=wanted.is_confirmed,
        origin=wanted.origin,
    )


def _quiz(row: Quiz, wanted: _Wanted) -> Any:
    return save_quiz(
        quiz=row,
        record=wanted.record(QuizFile),
        module=wanted.module,
        based_on=wanted.based_on,
        origin=wanted.origin,
    )


def _objective(row: Any, wanted: _Wanted) -> Any:
    record = wanted.record(ObjectiveFile)
    return change_objective(
        objective=row, record=record, module=wanted.module, origin=wanted.origin
    )


def _stimulus(row: Any, wanted: _Wanted) -> Any:
    return change_stimulus(stimulus=row, record=wanted.record(StimulusFile), origin=wanted.origin)


def _course(row: Course, wanted: _Wanted) -> Any:
    with recording(row, origin=wanted.origin):
        _fill_checked(row, row, wanted.record(CourseHead, but=("status",)))
        row.save()
    return row


def _module(row: Module, wanted: _Wanted) -> Any:
    with recording(row, origin=wanted.origin):
        record = wanted.record(ModuleHead, but=("instructor_notes", "objectives", "status"))
        _fill_checked(row, row.course, record)
        row.is_optional = record.optional
        row.instructor_notes = str(wanted.values.get("instructor_notes", ""))
        row.save()
    return row


def _reference(row: Reference, wanted: _Wanted) -> Any:
    with recording(row, origin=wanted.origin):
        _fill_checked(row, row.course, wanted.record(ReferenceFile))
        row.save()
        refresh_lessons(course=row.course)
    return row


def _term(row: Term, wanted: _Wanted) -> Any:
    record = wanted.record(TermFile)
    names = RowLookup(row.course)
    names.ask("reference", {"source": record.source})
    with recording(row, origin=wanted.origin):
        stop_at(names.judge(record, is_new=False))
        fill(row=row, record=record)
        row.source = names.find("reference", record.source)
        row.save()
        refresh_lessons(course=row.course)
    return row


def _asset(row: Asset, wanted: _Wanted) -> Any:
    content_hash = str(wanted.values.get("sha256", ""))
    try:
        content = file_store.read(content_hash)
    except file_store.FileMissing:
        stop_at([Problem("", _("The content of this state is not stored any more."))])
        raise
    with recording(row, origin=wanted.origin):
        stored_files.store(contents={content_hash: lambda: content})
        row.content_hash, row.size = content_hash, len(content)
        row.save()
    return row


def _tag(row: Tag, wanted: _Wanted) -> Any:
    restore_tag(
        tag=row,
        keys=wanted.values.get("questions", ()),
        is_confirmed=wanted.is_confirmed,
        origin=wanted.origin,
    )
    return row


def _fill_checked(row: Any, course: Course, record: Any) -> None:
    stop_at(RowLookup(course).judge(record, is_new=False))
    fill(row=row, record=record)


_RESTORERS: dict[str, Callable[[Any, _Wanted], Any]] = {
    "question": _question,
    "lesson": _lesson,
    "quiz": _quiz,
    "objective": _objective,
    "stimulus": _stimulus,
    "course": _course,
    "module": _module,
    "reference": _reference,
    "term": _term,
    "asset": _asset,
    "tag": _tag,
}
