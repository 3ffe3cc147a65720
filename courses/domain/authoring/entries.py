"""A course taken apart into comparable entries, one for every row that remembers where it is from.

The same function takes apart the content of files and of the database, so that two entries
are equal exactly when nothing has to be done.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from courses.coursefiles.durations import file_values
from courses.coursefiles.schema import (
    AssetFile,
    CourseFile,
    CourseHead,
    ModuleFile,
    ModuleHead,
    head_values,
)

KINDS = (
    "course",
    "reference",
    "term",
    "module",
    "objective",
    "stimulus",
    "asset",
    "question",
    "lesson",
    "quiz",
)
"""In the order of writing: what is named comes before what names it."""

_UNORDERED = frozenset(("objectives", "sources", "tags", "requires_modules"))
"""Lists whose order the database does not keep."""

Entries = dict[str, dict[str, "RecordEntry"]]
"""Kind → key → entry."""


@dataclass(frozen=True)
class RecordEntry:
    """One record in its place; `values` are plain JSON."""

    kind: str
    key: str
    record: Any
    values: dict[str, Any]
    module: str = ""
    position: int = 0

    @cached_property
    def hash(self) -> str:
        return hash_of(self.values)

    @property
    def name(self) -> str:
        return f"{self.kind} {self.key}"


def hash_of(values: Any) -> str:
    """Return the SHA-256 of a plain value, whatever the order of its names."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def take_apart(course: CourseFile) -> Entries:
    """Return every entry of a course."""
    found: Entries = {kind: {} for kind in KINDS}
    _add(found, course_entry(course))
    _add(found, *(entry("reference", record=each) for each in course.references))
    _add(found, *(entry("term", record=each) for each in course.terms))
    _add(found, *_placed("quiz", course.quizzes))
    for position, module in enumerate(course.modules):
        key = module.key
        _add(found, module_entry(module, position=position))
        _add(found, *_placed("objective", module.objectives, key))
        _add(found, *(entry("stimulus", record=each) for each in module.stimuli))
        _add(found, *(entry("question", record=each, module=key) for each in module.questions))
        _add(found, *_placed("lesson", module.lessons, key))
        _add(found, *_placed("quiz", module.quizzes, key))
        _add(found, *(asset_entry(each, module=key) for each in module.assets))
    return found


def course_entry(course: CourseFile) -> RecordEntry:
    """Return the entry of the course itself, without its parts."""
    values = head_values(course, CourseHead)
    values.pop("status", None)  # It is for the day the course is made, and compared with nothing.
    return RecordEntry("course", course.key, course, values)


def module_entry(module: ModuleFile, *, position: int) -> RecordEntry:
    """Return the entry of the module itself, without its parts."""
    values = {**head_values(module, ModuleHead), "position": position}
    values.pop("objectives", None)
    if module.instructor_notes:
        values["instructor_notes"] = module.instructor_notes
    return RecordEntry("module", module.key, module, values, position=position)


def asset_entry(asset: AssetFile, *, module: str) -> RecordEntry:
    """Return the entry of a file; its content counts by its SHA-256."""
    key = f"{module}/{asset.name}"
    return RecordEntry("asset", key, asset, {"sha256": asset.sha256}, module)


def entry(kind: str, *, record: Any, module: str = "", position: int | None = None) -> RecordEntry:
    """Return the entry of any other record; a position where its kind has one."""
    values = {
        name: sorted(value) if name in _UNORDERED else value
        for name, value in file_values(record).items()
    }
    values["module"] = module
    if position is not None:
        values["position"] = position
    return RecordEntry(kind, record.key, record, values, module, position or 0)


def _placed(kind: str, records: Iterable[Any], module: str = "") -> Iterable[RecordEntry]:
    for position, record in enumerate(records):
        yield entry(kind, record=record, module=module, position=position)


def _add(found: Entries, *entries: RecordEntry) -> None:
    for one in entries:
        found[one.kind][one.key] = one
