"""Writes what a course is made of: modules, lessons, words, sources, figures."""

from typing import Any

from courses.coursefiles.assets import content_type
from courses.coursefiles.schema import (
    LessonFile,
    ModuleFile,
    ObjectiveFile,
    ReferenceFile,
    StimulusFile,
    TermFile,
)
from courses.domain import stored_files
from courses.domain.authoring.bulk_writer import BulkWriter, Find
from courses.domain.authoring.columns import column_names, fill
from courses.domain.authoring.entries import RecordEntry
from courses.domain.authoring.plan import Plan
from courses.models import (
    Asset,
    Course,
    Lesson,
    Module,
    Objective,
    Quiz,
    Reference,
    Stimulus,
    Term,
)

_STATE = ("is_draft", "publish_at", "is_archived")
_MODULE = (*column_names(model=Module, kind=ModuleFile), "position", "is_optional", *_STATE)
_LESSON = (*column_names(model=Lesson, kind=LessonFile), "module", "position", *_STATE)
_OBJECTIVE = (*column_names(model=Objective, kind=ObjectiveFile), "module", "position")
_TERM = (*column_names(model=Term, kind=TermFile), "source")


def write_structure(writer: BulkWriter) -> None:
    """Write all that questions may name: the course itself, sources, modules, figures."""
    for row, entry in writer.plan.update["course"]:
        assign_course(row=row, entry=entry)
        row.save()
    writer.save(
        "reference", Reference, _reference, column_names(model=Reference, kind=ReferenceFile)
    )
    writer.save("term", Term, _term, _TERM)
    writer.save("module", Module, _module, _MODULE)
    writer.save("objective", Objective, assign_objective, _OBJECTIVE)
    writer.save(
        "stimulus", Stimulus, assign_stimulus, column_names(model=Stimulus, kind=StimulusFile)
    )
    writer.save("asset", Asset, _asset, ("content_type", "content_hash", "size"))


def store_files(plan: Plan) -> None:
    """Store the contents of the files that the plan creates or updates."""
    entries = [*plan.create["asset"], *(entry for _row, entry in plan.update["asset"])]
    stored_files.store(contents={one.record.sha256: one.record.load for one in entries})


def write_lessons(writer: BulkWriter) -> None:
    """Write lessons with their objectives and sources; their HTML is made later."""
    pairs = writer.save("lesson", Lesson, _lesson, _LESSON)
    writer.link(
        pairs,
        Lesson.objectives.through,
        ("lesson_id", "objective_id"),
        lambda entry: writer.ids("objective", entry.record.objectives),
    )
    writer.link(
        pairs,
        Lesson.sources.through,
        ("lesson_id", "reference_id"),
        lambda entry: writer.ids("reference", entry.record.sources),
    )


def assign_course(*, row: Course, entry: RecordEntry) -> None:
    fill(row=row, record=entry.record)
    row.source_hash = entry.hash


def assign_status(*, row: Module | Lesson | Quiz, status: str) -> None:
    """Make the row a draft, which keeps its time of publication, or ready, out of the archive."""
    row.is_draft, row.is_archived = status == "draft", False
    row.publish_at = row.publish_at if row.is_draft else None


def _reference(*, row: Reference, entry: RecordEntry, **_rest: Any) -> None:
    fill(row=row, record=entry.record)


def _term(*, row: Term, entry: RecordEntry, find: Find) -> None:
    fill(row=row, record=entry.record)
    row.source = find("reference", entry.record.source)


def _module(*, row: Module, entry: RecordEntry, **_rest: Any) -> None:
    fill(row=row, record=entry.record)
    row.position, row.is_optional = entry.position, entry.record.optional
    assign_status(row=row, status=entry.record.status)


def assign_objective(*, row: Objective, entry: RecordEntry, find: Find) -> None:
    """Give the row all that an objective's record holds, and its place."""
    fill(row=row, record=entry.record)
    row.module, row.position = find("module", entry.module), entry.position


def assign_stimulus(*, row: Stimulus, entry: RecordEntry, **_rest: Any) -> None:
    """Give the row all that a stimulus's record holds."""
    fill(row=row, record=entry.record)


def _asset(*, row: Asset, entry: RecordEntry, **_rest: Any) -> None:
    row.content_type = content_type(entry.record.name)
    row.content_hash, row.size = entry.record.sha256, len(entry.record.content)


def _lesson(*, row: Lesson, entry: RecordEntry, find: Find) -> None:
    fill(row=row, record=entry.record)
    row.module, row.position = find("module", entry.module), entry.position
    assign_status(row=row, status=entry.record.status)
