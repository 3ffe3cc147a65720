"""What differs between two states of one thing: field by field, and a text line by line. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

SAME, REMOVED, ADDED = "same", "removed", "added"


@dataclass(frozen=True)
class DiffLine:
    """A line of a text; `kind` is same, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True)
class FieldDifference:
    """A field with another value; `path` as course files name it, `data.options.0.text`."""

    path: str
    lines: tuple[DiffLine, ...]


def differences(
    before: Mapping[str, Any], *, after: Mapping[str, Any]
) -> tuple[FieldDifference, ...]:
    """Return the fields whose values differ, in the order of their paths.

    A position is left out: the order of things has a history of its own.
    """
    old, new = dict(_leaves(before, "")), dict(_leaves(after, ""))
    paths = [path for path in {**old, **new} if old.get(path, "") != new.get(path, "")]
    return tuple(
        FieldDifference(path, diff_lines(old.get(path, ""), after=new.get(path, "")))
        for path in paths
        if path != "position"
    )


def diff_lines(before: str, *, after: str) -> tuple[DiffLine, ...]:
    """Return the lines of both texts, each as same, removed or added."""
    old, new = before.split("\n") if before else [], after.split("\n") if after else []
    found: list[DiffLine] = []
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for step, i1, i2, j1, j2 in matcher.get_opcodes():
        if step == "equal":
            found += [DiffLine(SAME, line) for line in old[i1:i2]]
            continue
        found += [DiffLine(REMOVED, line) for line in old[i1:i2]]
        found += [DiffLine(ADDED, line) for line in new[j1:j2]]
    return tuple(found)


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
