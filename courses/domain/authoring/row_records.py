"""One row as the record that a course file would hold of it; what it names is loaded with it."""

from collections.abc import Iterable
from typing import Any

from courses.coursefiles.schema import (
    AssetFile,
    CourseFile,
    DrawFile,
    LessonFile,
    ModuleFile,
    ObjectiveFile,
    QuestionFile,
    QuizFile,
    QuizItemFile,
    ReferenceFile,
    StimulusFile,
    TermFile,
)
from courses.domain.authoring.columns import to_record
from courses.errors import CoursesError
from courses.models import (
    Asset,
    Course,
    Lesson,
    Module,
    Objective,
    Question,
    QuestionVersion,
    Quiz,
    QuizItem,
    Reference,
    Stimulus,
    Term,
)


def course_record(row: Course, **parts: Any) -> CourseFile:
    """Return the course with these parts."""
    return to_record(row, kind=CourseFile, **parts)


def module_record(row: Module, **parts: Any) -> ModuleFile:
    """Return the module with these parts."""
    return to_record(row, kind=ModuleFile, optional=row.is_optional, status=_status(row), **parts)


def reference_record(row: Reference) -> ReferenceFile:
    """Return the reference."""
    return to_record(row, kind=ReferenceFile)


def term_record(row: Term) -> TermFile:
    """Return the term with the key of its source."""
    return to_record(row, kind=TermFile, source=_key(row.source))


def objective_record(row: Objective) -> ObjectiveFile:
    """Return the objective."""
    return to_record(row, kind=ObjectiveFile)


def stimulus_record(row: Stimulus) -> StimulusFile:
    """Return the stimulus."""
    return to_record(row, kind=StimulusFile)


def asset_record(row: Asset) -> AssetFile:
    """Return the file; its content is read from the storage when it is needed."""
    return AssetFile(name=row.name, sha256=row.content_hash, load=lambda: row.content)


def lesson_record(row: Lesson) -> LessonFile:
    """Return the lesson with the keys of its objectives and sources."""
    return to_record(
        row,
        kind=LessonFile,
        status=_status(row),
        objectives=tuple(sorted(each.key for each in row.objectives.all())),
        sources=tuple(sorted(each.key for each in row.sources.all())),
    )


def question_record(row: Question, *, version: QuestionVersion | None) -> QuestionFile:
    """Return the question with the content of this version; without one it has no content yet."""
    status = version.status if version else QuestionVersion.Status.DRAFT
    return to_record(
        row,
        kind=QuestionFile,
        type=version.type if version else "",
        objective=_key(row.objective),
        tags=tuple(sorted(tag.key for tag in row.tags.all())),
        status="retired" if row.is_retired else status,
        stimulus=_key(row.stimulus),
        data=_canonical(version) if version else {},
    )


def quiz_record(row: Quiz, *, items: Iterable[QuizItem]) -> QuizFile:
    """Return the quiz with these items."""
    return to_record(
        row,
        kind=QuizFile,
        status=_status(row),
        requires_modules=tuple(sorted(each.key for each in row.requires_modules.all())),
        compares_with=_key(row.compares_with),
        items=tuple(_item(item) for item in items),
    )


def _item(item: QuizItem) -> QuizItemFile:
    if item.draw_count is None:
        version = item.version.number if item.version else None
        return to_record(item, kind=QuizItemFile, question=_key(item.question), version=version)
    draw = DrawFile(
        count=item.draw_count,
        objective=_key(item.draw_objective),
        tag=_key(item.draw_tag),
        difficulty=item.draw_difficulty,
    )
    return to_record(item, kind=QuizItemFile, draw=draw)


def _status(row: Any) -> str:
    return "draft" if row.is_draft else "ready"


def _key(row: Any) -> str:
    return row.key if row is not None else ""


def _canonical(version: QuestionVersion) -> dict[str, Any]:
    """Return the data in the shortest form of its type; as stored when the type is unknown."""
    try:
        dumped: dict[str, Any] = version.question_type.dump(version.parsed)
    except CoursesError:
        return dict(version.data)
    return dumped
