"""Rows as comparable entries: one row by itself, or all rows of a course, archived ones too."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from courses.domain.authoring import row_records
from courses.domain.authoring.entries import (
    RecordEntry,
    asset_entry,
    course_entry,
    entry,
    module_entry,
)
from courses.domain.authoring.rows import Rows, in_order, is_archived, items_of, latest_version
from courses.models import (
    Asset,
    Course,
    Lesson,
    Module,
    Objective,
    Question,
    QuestionVersion,
    Quiz,
    Reference,
    Stimulus,
    Term,
)

KINDS_OF_ROWS: dict[type[Any], str] = {
    Course: "course",
    Reference: "reference",
    Term: "term",
    Module: "module",
    Objective: "objective",
    Stimulus: "stimulus",
    Asset: "asset",
    Question: "question",
    Lesson: "lesson",
    Quiz: "quiz",
}
"""Model → kind of entry."""

ARCHIVED = "archived"
"""The value that an entry has beyond its record when its row is archived."""


@dataclass(frozen=True)
class StoredEntry:
    """An entry, with the row that it was made of and, of a question, its latest version."""

    entry: RecordEntry
    row: Any
    version: QuestionVersion | None = None


def entry_of(row: Any) -> RecordEntry | None:
    """Return the entry of one row as it is stored; None when it is gone. At most seven queries.

    It is the entry that the export of the whole course has of the row. The export leaves archived
    rows out: here they have the value `archived`, and no position.
    """
    stored = read_entry(row)
    return stored.entry if stored is not None else None


def read_entry(row: Any) -> StoredEntry | None:
    """Return the entry of one row as it is stored, with what it was made of."""
    kind = KINDS_OF_ROWS[type(row)]
    stored = _stored(type(row)).filter(pk=row.pk).first()
    if stored is None:
        return None
    if kind == "question":
        version = latest_version(stored)
        module = stored.module.key if stored.module else _first_module(stored.course_id)
        made = entry(
            kind, record=row_records.question_record(stored, version=version), module=module
        )
        return StoredEntry(made, stored, version)
    if kind == "quiz":
        made = _one_placed(stored, row_records.quiz_record(stored, items=items_of([stored])))
    elif kind in ("lesson", "objective"):
        made = _one_placed(stored, _RECORDS[kind](stored))
    elif kind == "module":
        made = _module(stored, _place(stored, Module.objects.filter(course=stored.course_id)))
    else:
        made = _unplaced(kind, stored, getattr(stored, "module", None))
    return StoredEntry(made, stored)


def entries_of(rows: Rows) -> Iterator[StoredEntry]:
    """Yield the entry of every row; no queries beyond those of `rows`."""
    modules = {row.pk: row for row in rows.modules}
    first = next((row.key for row in in_order(rows.modules)), "")
    for kind in ("course", "reference", "term", "stimulus", "asset"):
        for row in rows.by_kind[kind].values():
            made = _unplaced(kind, row, modules.get(getattr(row, "module_id", 0)))
            yield StoredEntry(made, row)
    for row in rows.by_kind["question"].values():
        version = rows.versions.get(row.pk)
        module = modules[row.module_id].key if row.module_id else first
        made = entry(
            "question", record=row_records.question_record(row, version=version), module=module
        )
        yield StoredEntry(made, row, version)
    for position, row in _positions(rows.modules):
        yield StoredEntry(_module(row, position), row)
    for kind in ("objective", "lesson", "quiz"):
        yield from _placed_entries(rows, kind)


def _placed_entries(rows: Rows, kind: str) -> Iterator[StoredEntry]:
    beside: dict[int | None, list[Any]] = {}
    for row in rows.by_kind[kind].values():
        beside.setdefault(row.module_id, []).append(row)
    for module in (None, *rows.modules):
        for position, row in _positions(beside.get(module.pk if module else None, ())):
            record = (
                row_records.quiz_record(row, items=rows.items[row.pk])
                if kind == "quiz"
                else _RECORDS[kind](row)
            )
            made = _placed(kind, record, module.key if module else "", position)
            yield StoredEntry(made, row)


_RECORDS: dict[str, Callable[[Any], Any]] = {
    "reference": row_records.reference_record,
    "term": row_records.term_record,
    "stimulus": row_records.stimulus_record,
    "objective": row_records.objective_record,
    "lesson": row_records.lesson_record,
}

_WITH: dict[type[Any], tuple[str, ...]] = {
    Term: ("source",),
    Asset: ("module",),
    Objective: ("module",),
    Lesson: ("module",),
    Question: ("module", "objective", "stimulus"),
    Quiz: ("module", "compares_with"),
}


def _stored(model: type[Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.all()
    names = _WITH.get(model)
    return rows.select_related(*names) if names else rows


def _unplaced(kind: str, row: Any, module: Module | None) -> RecordEntry:
    if kind == "course":
        return course_entry(row_records.course_record(row))
    if kind == "asset":
        assert module is not None  # noqa: S101 (for the type checker)
        return asset_entry(row_records.asset_record(row), module=module.key)
    return entry(kind, record=_RECORDS[kind](row))


def _module(row: Module, position: int | None) -> RecordEntry:
    made = module_entry(row_records.module_record(row), position=position or 0)
    return made if position is not None else _archived(made)


def _placed(kind: str, record: Any, module: str, position: int | None) -> RecordEntry:
    made = entry(kind, record=record, module=module, position=position)
    return made if position is not None else _archived(made)


def _one_placed(row: Any, record: Any) -> RecordEntry:
    kind, model = KINDS_OF_ROWS[type(row)], type(row)
    beside = model._default_manager.filter(module=row.module_id)
    if kind == "quiz":
        beside = Quiz.objects.standalone().filter(course=row.course_id, module=row.module_id)
    place = _place(row, beside)
    return _placed(kind, record, row.module.key if row.module else "", place)


def _archived(made: RecordEntry) -> RecordEntry:
    made.values[ARCHIVED] = True
    made.values.pop("position", None)
    return made


def _place(row: Any, beside: QuerySet[Any]) -> int | None:
    """Return how many rows stand before this one; None for an archived row."""
    if is_archived(row):
        return None
    before = beside.filter(Q(position__lt=row.position) | Q(position=row.position, pk__lt=row.pk))
    if hasattr(row, "is_archived"):
        before = before.filter(is_archived=False)
    return before.count()


def _positions(rows: Iterable[Any]) -> Iterator[tuple[int | None, Any]]:
    """Yield each row with its place among those that are not archived; None for the others."""
    found = list(rows)
    yield from enumerate(in_order(found))
    yield from ((None, row) for row in found if is_archived(row))


def _first_module(course_id: int) -> str:
    """Return the module that a question without one belongs to in files."""
    row = Module.objects.filter(course=course_id, is_archived=False).order_by("position", "pk")
    return row.values_list("key", flat=True).first() or ""
