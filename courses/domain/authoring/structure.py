"""Writes what a course is made of: modules, lessons, words, sources, figures."""

from typing import Any

from courses.coursefiles.assets import content_type
from courses.domain import outline
from courses.domain.authoring.entries import Entry, digest
from courses.domain.authoring.saving import Find, Saver, as_date
from courses.models import (
    Asset,
    Course,
    Lesson,
    Module,
    Objective,
    Reference,
    Stimulus,
    Term,
)

_MODULE = ("position", "title", "summary", "is_optional", "is_archived", "instructor_notes")
_REFERENCE = ("citation", "url", "note", "kind", "as_of", "recheck_by")
_LESSON = (
    "module",
    "position",
    "title",
    "summary",
    "minutes",
    "completion",
    "body",
    "review",
    "reviewed_on",
    "is_archived",
)


def write_structure(saver: Saver) -> None:
    """Everything that questions may name: the course itself, sources, modules, figures."""
    for row, entry in saver.plan.update["course"]:
        assign_course(row=row, entry=entry)
        row.save()
    cited = saver.save("reference", Reference, _reference, _REFERENCE)
    outline.touch_citing(references=[row.pk for row, _entry in cited])
    saver.save("term", Term, _term, ("term", "definition", "source"))
    saver.save("module", Module, _module, _MODULE)
    saver.save("objective", Objective, assign_objective, ("module", "position", "text", "bloom"))
    shown = saver.save("stimulus", Stimulus, assign_stimulus, ("title", "body"))
    outline.touch_showing(stimuli=[row.pk for row, _entry in shown])
    saver.save("asset", Asset, _asset, ("content", "content_type", "content_hash"))


def write_lessons(saver: Saver) -> None:
    """Lessons with their objectives and sources; their HTML is made later."""
    pairs = saver.save("lesson", Lesson, _lesson, _LESSON)
    saver.link(
        pairs,
        Lesson.objectives.through,
        ("lesson_id", "objective_id"),
        lambda entry: saver.ids("objective", entry.record.objectives),
    )
    saver.link(
        pairs,
        Lesson.sources.through,
        ("lesson_id", "reference_id"),
        lambda entry: saver.ids("reference", entry.record.sources),
    )


def assign_course(*, row: Course, entry: Entry) -> None:
    record = entry.record
    row.title, row.summary, row.description = record.title, record.summary, record.description
    row.language, row.authors, row.licence = record.language, list(record.authors), record.licence
    row.reviewed_on, row.source_hash = as_date(record.reviewed_on), entry.hash


def _reference(*, row: Reference, entry: Entry, **_rest: Any) -> None:
    record = entry.record
    row.citation, row.url, row.note = record.citation, record.url, record.note
    row.kind = record.kind
    row.as_of, row.recheck_by = as_date(record.as_of), as_date(record.recheck_by)


def _term(*, row: Term, entry: Entry, find: Find) -> None:
    record = entry.record
    row.term, row.definition = record.term, record.definition
    row.source = find("reference", record.source)


def _module(*, row: Module, entry: Entry, **_rest: Any) -> None:
    record = entry.record
    row.position, row.title, row.summary = entry.position, record.title, record.summary
    row.is_optional, row.is_archived = record.optional, False
    row.instructor_notes = record.instructor_notes


def assign_objective(*, row: Objective, entry: Entry, find: Find) -> None:
    """All that an objective's record says, and its place."""
    row.module = find("module", entry.module)
    row.position, row.text, row.bloom = entry.position, entry.record.text, entry.record.bloom


def assign_stimulus(*, row: Stimulus, entry: Entry, **_rest: Any) -> None:
    """All that a stimulus's record says."""
    row.title, row.body = entry.record.title, entry.record.body


def _asset(*, row: Asset, entry: Entry, **_rest: Any) -> None:
    row.content = entry.record.content
    row.content_type = content_type(entry.record.name)
    row.content_hash = digest(entry.record)


def _lesson(*, row: Lesson, entry: Entry, find: Find) -> None:
    record = entry.record
    row.module = find("module", entry.module)
    row.position, row.title, row.summary = entry.position, record.title, record.summary
    row.minutes, row.completion, row.body = record.minutes, record.completion, record.body
    row.review = list(record.review)
    row.reviewed_on, row.is_archived = as_date(record.reviewed_on), False
