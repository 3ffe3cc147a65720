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
    values = head_values(course, CourseHead)
    values.pop("status", None)  # It is for the day the course is made, and compared with nothing.
    head = RecordEntry("course", course.key, course, values)
    found["course"][course.key] = head
    _add(found, "reference", course.references)
    _add(found, "term", course.terms)
    _add(found, "quiz", course.quizzes, is_placed=True)
    for position, module in enumerate(course.modules):
        _add_module(found, module, position)
    return found


def _add_module(found: Entries, module: ModuleFile, position: int) -> None:
    values = {**head_values(module, ModuleHead), "position": position}
    values.pop("objectives", None)
    if module.instructor_notes:
        values["instructor_notes"] = module.instructor_notes
    entry = RecordEntry("module", module.key, module, values, position=position)
    found["module"][module.key] = entry
    _add(found, "objective", module.objectives, module.key, is_placed=True)
    _add(found, "stimulus", module.stimuli)
    _add(found, "question", module.questions, module.key)
    _add(found, "lesson", module.lessons, module.key, is_placed=True)
    _add(found, "quiz", module.quizzes, module.key, is_placed=True)
    for asset in module.assets:
        key = f"{module.key}/{asset.name}"
        values = {"sha256": digest(asset)}
        found["asset"][key] = RecordEntry("asset", key, asset, values, module.key)


def digest(asset: AssetFile) -> str:
    return hashlib.sha256(asset.content).hexdigest()


def _add(
    found: Entries,
    kind: str,
    records: Iterable[Any],
    module: str = "",
    *,
    is_placed: bool = False,
) -> None:
    for position, record in enumerate(records):
        values = {
            name: sorted(value) if name in _UNORDERED else value
            for name, value in file_values(record).items()
        }
        values["module"] = module
        if is_placed:
            values["position"] = position
        found[kind][record.key] = RecordEntry(kind, record.key, record, values, module, position)
