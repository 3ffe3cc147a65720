"""Where the files of a module are shown, and by which words for those who do not see them."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from courses.models import Lesson, Module, Question, QuestionVersion, Quiz, Stimulus, Term

ASSET = "asset:"
_NAME = r"asset:([\w.-]+\w)"
_NAMED = re.compile(_NAME)
_SHOWN = re.compile(r"!?\[((?:\\.|[^\]\\])*)\]\(" + _NAME)
_ESCAPED = re.compile(r"\\(.)")

Shown = tuple[str, str]
"""The name of a file, and the words in place of it."""


@dataclass(frozen=True)
class FileUse:
    """A lesson, question, term or other thing that shows a file, as it stands now or did before."""

    row: Any
    words: tuple[str, ...]
    """In place of the file, each once; none where it is decorative."""
    is_current: bool = True


def file_uses(*, module: Module) -> dict[str, list[FileUse]]:
    """Return the uses of each file of a module by its name. Six queries."""
    names = set(module.assets.values_list("name", flat=True))
    found: dict[str, list[FileUse]] = {name: [] for name in names}
    for row, shown, is_current in _uses(module, names):
        for name in dict.fromkeys(one for one, _words in shown):
            words = dict.fromkeys(text for one, text in shown if one == name and text)
            if name in found:
                found[name].append(FileUse(row, tuple(words), is_current))
    return found


def _uses(module: Module, names: Collection[str]) -> Iterator[tuple[Any, list[Shown], bool]]:
    lessons = Lesson.objects.filter(module=module, is_archived=False)
    course = module.course_id
    for rows, field in (
        (lessons.only("title", "body").order_by("position", "pk"), "body"),
        (Stimulus.objects.filter(course=course), "body"),
        (Term.objects.filter(course=course), "definition"),
        (Quiz.objects.standalone().filter(course=course, is_archived=False), "intro"),
    ):
        for row in rows.filter(**{f"{field}__contains": ASSET}):
            yield row, list(_in_text(getattr(row, field))), True
    yield from _in_questions(module, names)


def _in_questions(
    module: Module, names: Collection[str]
) -> Iterator[tuple[Question, list[Shown], bool]]:
    """Yield each question once as it stands, and once for its versions before."""
    versions = QuestionVersion.objects.filter(question__module=module).select_related("question")
    before: dict[Question, list[Shown]] = {}
    for version in versions.order_by("question__key", "number"):
        question = version.question
        shown = list(_in_data(version.data, names))
        is_ready = version.pk == question.ready_version_id
        if is_ready or version.status == QuestionVersion.Status.DRAFT:
            yield question, shown, True
        else:
            before.setdefault(question, []).extend(shown)
    yield from ((question, shown, False) for question, shown in before.items())


def _in_text(text: str) -> Iterator[Shown]:
    if ASSET not in text:
        return
    yield from ((name, "") for name in _NAMED.findall(text))
    for words, name in _SHOWN.findall(text):
        yield name, _ESCAPED.sub(r"\1", words).strip()


def _in_data(value: Any, names: Collection[str]) -> Iterator[Shown]:
    """Yield what the data of a question shows: in its texts, or by a name with `alt` beside it."""
    if isinstance(value, str):
        yield from _in_text(value)
    elif isinstance(value, list):
        yield from _each(value, names)
    elif isinstance(value, dict):
        named = (one for one in value.values() if isinstance(one, str) and one in names)
        yield from ((name, str(value.get("alt", ""))) for name in named)
        yield from _each(value.values(), names)


def _each(values: Iterable[Any], names: Collection[str]) -> Iterator[Shown]:
    for one in values:
        yield from _in_data(one, names)
