"""What an author can put into a text by a mark: found by its words, with the mark to write."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from courses import figures
from courses.coursefiles.file_kinds import kind_of
from courses.markup import plain
from courses.markup.parser import DECORATIVE
from courses.models import Asset, Course, Lesson, Module, Question, Reference, Term

CHECK, TERM, SOURCE, LESSON, FIGURE, FILE = "check", "term", "source", "lesson", "figure", "asset"
IN_LESSONS = (CHECK, TERM, SOURCE, LESSON, FIGURE, FILE)
IN_QUESTIONS = (TERM, SOURCE, LESSON, FILE)
FEW = 8
"""The most results of each kind; more words find fewer."""
SELECTION = "…"
"""In `around`: where the words that were selected go."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>$~^&|!#])")
_LONGEST = 160


@dataclass(frozen=True)
class Insertable:
    """Something that a text can name. A block stands in a paragraph of its own."""

    kind: str
    key: str
    title: str
    mark: str
    around: str = ""
    """The mark with other words to show; "" where it shows none."""
    is_block: bool = False


def find_insertable(
    *, course: Course, module: Module | None, kinds: Sequence[str], words: str
) -> list[Insertable]:
    """Return what has all the words in its key or name, a few of each kind. One query a kind."""
    return [one for kind in kinds for one in _find(kind, course, module, words.split()[:5])]


def insertable(*, course: Course, module: Module | None, kind: str, key: str) -> Insertable | None:
    """Return the one with this key, if it is there."""
    if kind == FIGURE:
        return _figure(key) if key in figures.modules() else None
    rows = _rows(kind, course, module)
    name = "name" if kind == FILE else "key"
    row = rows.filter(**{name: key}).first() if rows is not None and key.isprintable() else None
    return _of_row(kind, row) if row is not None else None


def picture_mark(*, name: str, text: str, is_decorative: bool = False) -> Insertable:
    """Return the mark that shows a file: a picture, a player or, of other files, a link."""
    kind = kind_of(name)
    if kind is None or kind.family == "document":
        shown = escape(text) or escape(name)
        return Insertable(FILE, name, name, f"[{shown}](asset:{name})")
    title = f' "{DECORATIVE}"' if is_decorative else ""
    shown = "" if is_decorative else escape(text)
    return Insertable(FILE, name, name, f"![{shown}](asset:{name}{title})", is_block=True)


def escape(text: str) -> str:
    """Return words that a text shows as they are, in one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def _find(
    kind: str, course: Course, module: Module | None, words: Sequence[str]
) -> Iterator[Insertable]:
    if kind == FIGURE:
        known = sorted(figures.modules())
        shown = [key for key in known if all(word.lower() in key for word in words)]
        yield from map(_figure, shown[:FEW])
        return
    rows = _rows(kind, course, module)
    if rows is None:
        return
    for word in words:
        looked = Q()
        for name in _LOOKED[kind]:
            looked |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(looked)
    yield from (_of_row(kind, row) for row in rows[:FEW])


_LOOKED = {
    CHECK: ("key", "ready_version__text"),
    TERM: ("key", "term"),
    SOURCE: ("key", "citation"),
    LESSON: ("key", "title"),
    FILE: ("name",),
}


def _rows(kind: str, course: Course, module: Module | None) -> QuerySet[Any] | None:
    """Return the rows that a text of the module may name; None without a module to look in."""
    if kind == TERM:
        return Term.objects.filter(course=course).order_by("term")
    if kind == SOURCE:
        return Reference.objects.filter(course=course).order_by("key")
    if kind == LESSON:
        rows = Lesson.objects.filter(module__course=course, is_archived=False)
        return rows.exclude(module__is_archived=True).order_by("module__position", "position")
    if module is None:
        return None
    if kind == FILE:
        return Asset.objects.filter(module=module).order_by("name")
    questions = Question.objects.filter(course=course, module=module, is_retired=False)
    return questions.exclude(ready_version=None).select_related("ready_version").order_by("key")


def _of_row(kind: str, row: Any) -> Insertable:
    if kind == TERM:
        mark = f"[[term:{row.key}]]"
        return Insertable(kind, row.key, row.term, mark, f"[[term:{row.key}|{SELECTION}]]")
    if kind == SOURCE:
        mark = f"[[source:{row.key}]]"
        title = plain(row.citation)[:_LONGEST]
        return Insertable(kind, row.key, title, mark, f"[[source:{row.key}|{SELECTION}]]")
    if kind == LESSON:
        mark = f"[{escape(row.title)}](lesson:{row.key})"
        return Insertable(kind, row.key, row.title, mark, f"[{SELECTION}](lesson:{row.key})")
    if kind == FILE:
        return Insertable(kind, row.name, row.name, "")
    title = row.ready_version.text.partition("\n")[0][:_LONGEST]
    return Insertable(kind, row.key, title or row.key, f"[[check:{row.key}]]", is_block=True)


def _figure(key: str) -> Insertable:
    return Insertable(FIGURE, key, key.replace("-", " "), f"[[figure:{key}]]", is_block=True)
