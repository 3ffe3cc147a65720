"""What differs between two states of one thing: by field, and a text by line and word. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

SAME, REMOVED, ADDED = "same", "removed", "added"
MOST_WORDS = 1_500
"""Passages with more words and marks than this are not compared word by word: that takes long."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class DiffLine:
    """A line of a text; `kind` is same, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True)
class DiffPassage:
    """A passage of a text; `kind` is same, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldDifference:
    """A field with another value; `path` as course files name it, `data.options.0.text`."""

    path: str
    before: str
    after: str

    @property
    def lines(self) -> tuple[DiffLine, ...]:
        return diff_lines(self.before, after=self.after)


def differences(
    before: Mapping[str, Any], *, after: Mapping[str, Any]
) -> tuple[FieldDifference, ...]:
    """Return the fields whose values differ, in the order of their paths.

    A position is left out: the order of things has a history of its own.
    """
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    paths = [path for path in {**old, **new} if old.get(path, "") != new.get(path, "")]
    return tuple(
        FieldDifference(path, old.get(path, ""), new.get(path, ""))
        for path in paths
        if path != "position"
    )


def diff_lines(before: str, *, after: str) -> tuple[DiffLine, ...]:
    """Return the lines of both texts, each as same, removed or added."""
    old, new = before.split("\n") if before else [], after.split("\n") if after else []
    return tuple(DiffLine(kind, line) for kind, lines in _compared(old, new) for line in lines)


def diff_words(before: str, *, after: str) -> tuple[DiffPassage, ...]:
    """Return the passages of both texts: line by line, and word by word in lines that differ."""
    old, new = _LINE.findall(before), _LINE.findall(after)
    found: list[DiffPassage] = []
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for step, i1, i2, j1, j2 in matcher.get_opcodes():
        one, two = "".join(old[i1:i2]), "".join(new[j1:j2])
        words, others = _WORD.findall(one), _WORD.findall(two)
        if step == "replace" and len(words) + len(others) <= MOST_WORDS:
            parts = [(kind, "".join(few)) for kind, few in _compared(words, others)]
        else:
            parts = [(SAME, one)] if step == "equal" else [(REMOVED, one), (ADDED, two)]
        found += [DiffPassage(kind, text) for kind, text in parts if text]
    return tuple(_joined(found))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for step, i1, i2, j1, j2 in matcher.get_opcodes():
        if step == "equal":
            yield SAME, old[i1:i2]
        else:
            yield REMOVED, old[i1:i2]
            yield ADDED, new[j1:j2]


def _joined(passages: Iterable[DiffPassage]) -> Iterator[DiffPassage]:
    """Yield neighbours of one kind as one passage; a blank between two changes joins them."""
    rows = list(passages)
    blanks = [
        index
        for index in range(1, len(rows) - 1)
        if rows[index].kind == SAME and rows[index].text.isspace() and "\n" not in rows[index].text
    ]
    parts: list[tuple[str, str]] = []
    for index, one in enumerate(rows):
        kinds = (REMOVED, ADDED) if index in blanks else (one.kind,)
        parts += [(kind, one.text) for kind in kinds]
    run: dict[str, str] = {}
    for kind, text in parts:
        if (kind == SAME) != (SAME in run) and run:
            yield from _passages(run)
            run = {}
        run[kind] = run.get(kind, "") + text
    yield from _passages(run)


def _passages(run: Mapping[str, str]) -> Iterator[DiffPassage]:
    for kind in (SAME, REMOVED, ADDED):
        if run.get(kind):
            yield DiffPassage(kind, run[kind])


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield each single value with its path; a list of texts counts as a text with lines."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(one, dict | list) for one in value):
        for index, each in enumerate(value):
            yield from _leaves(each, f"{path}.{index}")
    elif isinstance(value, list):
        yield path, "\n".join(map(_text, value))
    else:
        yield path, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
