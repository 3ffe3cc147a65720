"""A strict, safe part of YAML, with the line of every value.

Understood: mappings with text keys, lists, texts, whole numbers, decimals, true/false, null.
Refused: anchors and aliases, tags, several documents, duplicate keys, deep nesting. Dates, `yes`,
`12:30` and the like are texts: nothing changes its kind behind the author's back. The value is
built from parser events, so no YAML constructor ever runs.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

DEPTH_LIMIT = 24
VALUES_LIMIT = 100_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False}
_BOOLEANS["FALSE"] = False
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,2})?")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Document:
    """A value, and where its parts are: `lines["2.options.0.text"]` is a line of the file."""

    value: Any
    lines: Mapping[str, int]
    problems: tuple[tuple[int, str], ...] = ()

    def line(self, path: str) -> int:
        """Return the line of the value at `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path, 1)


def parse(text: str, *, first_line: int = 1) -> Document:
    """Return the document in `text`.

    With mistakes in `problems`, its value is what could be read.
    """
    builder = _Builder(first_line)
    try:
        value = builder.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        builder.note(mark, _("This is not YAML: %(problem)s.") % {"problem": error.problem})
        value = None
    except yaml.YAMLError as error:
        message = str(error).splitlines()[0]
        builder.note(None, _("This is not YAML: %(problem)s.") % {"problem": message})
        value = None
    except _TooMuchError as error:
        builder.note(error.mark, str(error))
        value = None
    return Document(value, builder.lines, tuple(builder.problems))


def plain_kind(text: str) -> Any:
    """Return the value of an unquoted scalar."""
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text) and not text.lstrip("+-").isdigit():
        return float(text)
    return text


class _TooMuchError(Exception):
    def __init__(self, message: str, mark: Any) -> None:
        self.mark = mark
        super().__init__(message)


class _Builder:
    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.lines: dict[str, int] = {}
        self.problems: list[tuple[int, str]] = []
        self._count = 0

    def note(self, mark: Any, message: str) -> None:
        line = self.first_line + (mark.line if mark is not None else 0)
        self.problems.append((line, message))

    def document(self, events: Iterator[Any]) -> Any:
        value, documents = None, 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.note(event.start_mark, _("A file must contain only one YAML document."))
                    return value
            elif isinstance(event, yaml.NodeEvent):
                value = self._value(event, events, "", 0)
        return value

    def _value(self, event: Any, events: Iterator[Any], path: str, depth: int) -> Any:
        self._count += 1
        if depth > DEPTH_LIMIT or self._count > VALUES_LIMIT:
            raise _TooMuchError(_("This is nested too deeply, or too long."), event.start_mark)
        self.lines[path] = self.first_line + event.start_mark.line
        if isinstance(event, yaml.AliasEvent):
            self.note(event.start_mark, _("Aliases (*name) are not used in course files."))
            return None
        if event.anchor is not None:
            self.note(event.start_mark, _("Anchors (&name) are not used in course files."))
        if event.tag is not None:
            self.note(event.start_mark, _("Tags (!name) are not used in course files."))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(events, path, depth)
        return self._mapping(events, path, depth)

    def _scalar(self, event: Any) -> Any:
        if UNSTORABLE.search(event.value):
            self.note(event.start_mark, _("This text contains characters that cannot be stored."))
            return ""
        return event.value if event.style in ("'", '"', "|", ">") else plain_kind(event.value)

    def _list(self, events: Iterator[Any], path: str, depth: int) -> list[Any]:
        values: list[Any] = []
        dot = f"{path}." if path else ""
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            values.append(self._value(event, events, f"{dot}{len(values)}", depth + 1))
        return values

    def _mapping(self, events: Iterator[Any], path: str, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        dot = f"{path}." if path else ""
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            name = self._key(event, events, depth)
            inner = f"{dot}{name}"
            first = self.lines.get(inner)
            value = self._value(next(events), events, inner, depth + 1)
            if name in values:
                message = _("“%(name)s” is given twice; first in line %(line)d.")
                self.note(event.start_mark, message % {"name": name, "line": first or 0})
            # A block of text starts on the line of its name.
            self.lines[inner] = self.first_line + event.start_mark.line
            values[name] = value
        return values

    def _key(self, event: Any, events: Iterator[Any], depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.tag is None:
            return str(event.value)
        self._value(event, events, "?", depth + 1)
        self.note(event.start_mark, _("A name is expected here."))
        return "?"
