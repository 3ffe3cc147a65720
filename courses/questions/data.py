"""Author data as frozen dataclasses: strict reading from JSON or YAML values, and back.

A type declares its `Data` with ordinary annotations; `load` refuses unknown and missing fields and
wrong kinds with a dotted path, `dump` gives the shortest plain value that loads to the same data.
Kinds understood: str, int, bool, Any, Expression, nested dataclasses, `X | None`, `tuple[X, ...]`
and `dict[str, X]`.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NewType, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Invalid, Problem
from courses.questions.presentation import MARKDOWN, ui

Expression = NewType("Expression", str)
"""A number or an arithmetic expression, kept as the author wrote it (see `expressions.py`)."""

T = TypeVar("T")


class DataError(Invalid):
    """The author's data is not what the type expects; `problems` carry paths."""

    code = "invalid_data"


@dataclasses.dataclass(frozen=True, kw_only=True)
class BaseData:
    """What every question has. Texts are Markdown source."""

    stem: str = dataclasses.field(metadata=ui(gettext_lazy("Question"), widget=MARKDOWN))
    explanation: str = dataclasses.field(
        default="",
        metadata=ui(
            gettext_lazy("Explanation for everybody"),
            help=gettext_lazy("Shown after the answer, whatever it was."),
            widget=MARKDOWN,
            place=8,
        ),
    )
    hints: tuple[str, ...] = dataclasses.field(
        default=(),
        metadata=ui(
            gettext_lazy("Hints"),
            help=gettext_lazy("Shown one by one in quizzes that allow several tries."),
            item=gettext_lazy("Hint"),
            widget=MARKDOWN,
            place=9,
        ),
    )


def load(kind: type[T], value: Any) -> T:
    """Return `value` (plain JSON) as a `kind`. Raises DataError with every problem found."""
    problems: list[Problem] = []
    loaded = _load(kind, value, "", problems)
    if problems:
        raise DataError(problems=problems)
    return typing.cast(T, loaded)


def dump(value: Any) -> Any:
    """Return `value` as plain JSON; fields that hold their default are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: dump(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != _default(field)
        }
    if isinstance(value, tuple):
        return [dump(part) for part in value]
    if isinstance(value, dict):
        return {key: dump(part) for key, part in value.items()}
    return value


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _load(kind: Any, value: Any, path: str, problems: list[Problem]) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        inner = [arm for arm in typing.get_args(kind) if arm is not type(None)]
        return _load(inner[0], value, path, problems)
    if origin is tuple:
        return _load_list(typing.get_args(kind)[0], value, path, problems)
    if origin is dict:
        return _load_dict(typing.get_args(kind)[1], value, path, problems)
    if dataclasses.is_dataclass(kind):
        return _load_record(typing.cast(type, kind), value, path, problems)
    return _load_plain(kind, value, path, problems)


def _load_list(kind: Any, value: Any, path: str, problems: list[Problem]) -> tuple[Any, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        problems.append(Problem(path, _("A list is expected here.")))
        return ()
    return tuple(
        _load(kind, part, f"{path}.{index}" if path else str(index), problems)
        for index, part in enumerate(value)
    )


def _load_dict(kind: Any, value: Any, path: str, problems: list[Problem]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        problems.append(Problem(path, _("A mapping of names to values is expected here.")))
        return {}
    return {
        str(key): _load(kind, part, f"{path}.{key}" if path else str(key), problems)
        for key, part in value.items()
    }


def _load_record(kind: type, value: Any, path: str, problems: list[Problem]) -> Any:
    if not isinstance(value, Mapping):
        problems.append(Problem(path, _("A mapping of fields is expected here.")))
        return None
    before = len(problems)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    dot = f"{path}." if path else ""
    for name in value:
        if name not in fields:
            known = ", ".join(fields)
            message = _("Unknown field; known here: %(known)s.") % {"known": known}
            problems.append(Problem(f"{dot}{name}", message))
    arguments = {}
    for name, field in fields.items():
        if name in value:
            arguments[name] = _load(_hints(kind)[name], value[name], f"{dot}{name}", problems)
        elif _default(field) is dataclasses.MISSING:
            problems.append(Problem(f"{dot}{name}", _("This field is required.")))
    return kind(**arguments) if len(problems) == before else None


def _load_plain(kind: Any, value: Any, path: str, problems: list[Problem]) -> Any:
    if kind is Any:
        return value
    if kind is Expression:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return Expression(str(value))
        problems.append(Problem(path, _("A number or an expression is expected here.")))
    elif kind is bool or kind is int:
        if type(value) is kind:
            return value
        name = _("yes or no (true or false)") if kind is bool else _("a whole number")
        problems.append(Problem(path, _("Expected here: %(kind)s.") % {"kind": name}))
    elif isinstance(value, str):
        return value
    else:
        problems.append(Problem(path, _("A text is expected here; put it in quotes.")))
    return None
