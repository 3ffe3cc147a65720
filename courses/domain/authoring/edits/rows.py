"""What all edits share: the lock, names that must exist, and saving only what changed."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max, Model, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.coursefiles import rules
from courses.coursefiles.rules import SMALL_LIMIT
from courses.domain import states
from courses.domain.authoring.editions import ContentState, state_of
from courses.errors import Conflict, Invalid, NotFound, Problem
from courses.models import Course, Module, Objective, Question, Quiz, Reference, Stimulus, Tag

_MODELS: dict[str, type[Model]] = {
    "module": Module,
    "objective": Objective,
    "question": Question,
    "quiz": Quiz,
    "reference": Reference,
    "stimulus": Stimulus,
    "tag": Tag,
}


class Overtaken(Conflict):
    """Somebody else saved it after it was read; nothing was written. `theirs` is what is stored."""

    code = "overtaken"

    def __init__(self, message: Any, theirs: ContentState) -> None:
        self.theirs = theirs
        super().__init__(message)


def content_tag(*, row: Any) -> str:
    """Return the name of what the row holds at present, wherever it stands; "" for a new one.

    A page carries it, so that saving the page overwrites nothing that its editor has not seen.
    """
    state = state_of(row) if row.pk is not None else None
    return state.content_hash if state is not None else ""


def refuse_unseen(*, row: Any, based_on: str, message: Any) -> None:
    """Raise Overtaken when the row holds something other than what `based_on` names."""
    state = state_of(row)
    if state is None:
        raise NotFound
    if not states.is_seen(seen=based_on, current=state.content_hash):
        raise Overtaken(message, state)


class RowLookup:
    """Rows of one course by the keys that a record names; what is missing becomes a problem."""

    def __init__(self, course: Course) -> None:
        self._course = course
        self._found: dict[tuple[str, str], Any] = {}
        self._paths: set[str] = set()
        self.problems: list[Problem] = []

    def ask(self, kind: str, wanted: Mapping[str, str]) -> None:
        """Look up the keys of one kind, given by their paths. One query, none for no keys."""
        self.look(kind, wanted)
        for path, key in wanted.items():
            if key and path not in self._paths:
                text = _("The course has nothing with the key “%(key)s”.") % {"key": key}
                self.problems.append(Problem(path, text))

    def look(self, kind: str, wanted: Mapping[str, str]) -> None:
        """Look up rows by key; a key without a row may be new."""
        keys = {key for key in wanted.values() if key}
        if not keys:
            return
        rows = _MODELS[kind]._default_manager.filter(course=self._course, key__in=keys)
        if kind == "quiz":
            rows = rows.filter(pk__in=Quiz.objects.standalone())
        self._found.update({(kind, row.key): row for row in rows})  # type: ignore[attr-defined]
        self._paths |= {path for path, key in wanted.items() if (kind, key) in self._found}

    def judge(self, record: Any, *, is_new: bool) -> list[Problem]:
        """Return what the rules of course files find wrong with a record, and what is missing.

        Files are stricter about keys than the admin is: a key that exists is good enough.
        """
        reported = {problem.path for problem in self.problems}
        found = [
            problem
            for problem in rules.check(record)
            if problem.path not in self._paths | reported and (is_new or problem.path != "key")
        ]
        return [*found, *self.problems]

    def find(self, kind: str, key: str) -> Any:
        """Return the row with this key; None for "" and for an unknown key."""
        return self._found.get((kind, key))


def stop_at(problems: Iterable[Problem]) -> None:
    """Raise Invalid when there is any problem."""
    found = list(problems)
    if found:
        raise Invalid(problems=found)


def refuse_taken(*, model: type[Model], course: Course, key: str) -> None:
    """Raise Conflict when a row of the course has this key already."""
    if model._default_manager.filter(course=course, key=key).exists():
        text = _("The key “%(key)s” is taken in this course.") % {"key": key}
        raise Conflict(text)


def place(*, row: Any, module: Module | None, position: int | None) -> int:
    """Return the requested position; else where the row was, or after the others."""
    if position is not None:
        return position
    if row.pk is not None and row.module == module:
        return int(row.position)
    others = type(row)._default_manager.filter(course=row.course, module=module)
    last = others.aggregate(last=Max("position"))["last"]
    return 0 if last is None else min(last + 1, SMALL_LIMIT)


def columns(row: Model) -> dict[str, Any]:
    """Return the values of a row, to see later whether they changed."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


WORDS_OF_A_KEY = 6
LONGEST_KEY = 60


def free_key(*, rows: QuerySet[Any], text: str, fallback: str) -> str:
    """Return a key that none of the rows has, made from the first words of a text."""
    words = slugify(text).split("-")
    key = "-".join(words[:WORDS_OF_A_KEY])[: LONGEST_KEY - 4].strip("-_") or fallback
    taken = set(rows.filter(key__startswith=key).values_list("key", flat=True))
    numbered = (f"{key}-{number}" for number in itertools.count(2))
    return key if key not in taken else next(one for one in numbered if one not in taken)
