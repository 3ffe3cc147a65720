"""What the rows of a course hold at a moment, as editions store it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from courses.domain.authoring.entries import hash_of
from courses.domain.authoring.row_entries import (
    ARCHIVED,
    KINDS_OF_ROWS,
    StoredEntry,
    entries_of,
    read_entry,
)
from courses.domain.authoring.rows import Rows
from courses.models import Course, Lesson, Module, Objective, Question, Quiz, Tag

ORDER = "order"
"""The kind of an edition that holds in which order a module or the course shows its parts."""

TAG = "tag"
"""The kind of an edition that holds which questions have a tag; files know tags by them alone."""

PLACED: dict[type[Any], str] = {
    Module: "modules",
    Objective: "objectives",
    Lesson: "lessons",
    Quiz: "quizzes",
}
"""What has a place among its neighbours, with the name of their list in an order."""

_NO_CONTENT = ("position", "status", ARCHIVED)

Name = tuple[str, str]
"""Kind and key."""


@dataclass(frozen=True)
class ContentState:
    """The values of one thing; its hash leaves out where it stands among its neighbours."""

    values: dict[str, Any]
    file_hash: str = ""
    version_id: int | None = None

    @cached_property
    def hash(self) -> str:
        return hash_of({name: each for name, each in self.values.items() if name != "position"})

    @cached_property
    def content_hash(self) -> str:
        """The hash of what an editor's page holds: moving, publishing and archiving leave it."""
        return content_hash(self.values)

    @property
    def is_archived(self) -> bool:
        is_away = self.values.get("status") in ("retired", Course.State.ARCHIVED)
        return self.values.get(ARCHIVED, False) or is_away


States = dict[Name, ContentState]


def content_hash(values: Mapping[str, Any]) -> str:
    """Return the hash of a state's values without its place and its state of publication."""
    return hash_of({name: each for name, each in values.items() if name not in _NO_CONTENT})


def state_of(row: Any) -> ContentState | None:
    """Return the state of one row as it is stored; None when it is gone. At most seven queries."""
    if isinstance(row, Tag):
        return _tag_state(row)
    found = read_entry(row)
    return _state(found) if found is not None else None


def states_of(rows: Iterable[Any]) -> States:
    """Return the states of these rows as they are stored; a row that is gone has none.

    A constant number of queries a row, plus the order of their courses where one has a place.
    """
    found: States = {}
    courses = set()
    for row in rows:
        if isinstance(row, Tag):
            state = _tag_state(row)
            found |= {name_of(row): state} if state is not None else {}
            continue
        if type(row) in PLACED:
            courses.add(course_of(row).pk)
        one = read_entry(row) if row.pk is not None and not _is_generated(row) else None
        if one is not None:
            found[one.entry.kind, one.entry.key] = _state(one)
    for course_id in courses - {None}:
        found |= orders(course_id=course_id)
    return found


def states_of_course(rows: Rows) -> States:
    """Return the states of all rows of a course, and its orders; four queries beyond `rows`."""
    found = {(one.entry.kind, one.entry.key): _state(one) for one in entries_of(rows)}
    return found | orders(course_id=rows.course.pk)


def orders(*, course_id: int) -> States:
    """Return in which order each module and the course show their parts. Four queries."""
    keys = dict(Module.objects.filter(course=course_id).values_list("pk", "key"))
    found: dict[str, dict[str, list[str]]] = {"": {}, **{key: {} for key in keys.values()}}
    for model, name in PLACED.items():
        rows = model._default_manager.filter(course=course_id).order_by("position", "pk")
        if model is Quiz:
            rows = rows.filter(pk__in=Quiz.objects.standalone())
        if model is not Objective:
            rows = rows.filter(is_archived=False)
        if model is Module:
            found[""][name] = list(rows.values_list("key", flat=True))
            continue
        for key, module in rows.values_list("key", "module_id"):
            found[keys.get(module, "")].setdefault(name, []).append(key)
    return {(ORDER, key): ContentState(dict(values)) for key, values in found.items()}


def _tag_state(tag: Tag) -> ContentState | None:
    """Return which questions have the tag of this name, whose row may be another by now."""
    named = Tag.objects.filter(course=tag.course_id, key=tag.key)
    if not named.exists():
        return None
    rows = Question.objects.filter(tags__in=named).order_by("key")
    return ContentState({"questions": list(rows.values_list("key", flat=True))})


def _is_generated(row: Any) -> bool:
    """Return whether nobody writes this row: checks of a lesson, and the daily review."""
    return isinstance(row, Quiz) and (row.lesson_id is not None or row.is_review)


def _state(one: StoredEntry) -> ContentState:
    values = dict(one.entry.values)
    if one.entry.kind == "question" and one.row.module_id is None:
        values["module"] = ""  # Files put it into the first module; which that is may change.
    if isinstance(one.row, Course):  # Files leave it out: a course made of them is a draft.
        values["status"] = str(one.row.state)
    version_id = one.version.pk if one.version is not None else None
    return ContentState(values, one.row.source_hash, version_id)


def has_editions(row: Any) -> bool:
    """Return whether changes of this row are recorded: those of files, and tags."""
    return isinstance(row, Tag) or (type(row) in KINDS_OF_ROWS and not _is_generated(row))


def name_of(row: Any) -> Name:
    """Return the kind and key of a row, as editions name it."""
    if isinstance(row, Tag):
        return TAG, row.key
    kind = KINDS_OF_ROWS[type(row)]
    return kind, f"{row.module.key}/{row.name}" if kind == "asset" else row.key


def course_of(row: Any) -> Course:
    """Return the course of a row of a course."""
    if isinstance(row, Course):
        return row
    owner = row if getattr(row, "course_id", None) else row.module
    course: Course = owner.course
    return course
