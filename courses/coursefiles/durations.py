"""Durations: seconds in a record, minutes and seconds in the words of its file."""

import dataclasses
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from courses.coursefiles.rules import MINUTES_LIMIT, SMALL_LIMIT, FieldRule, rule, rules_of
from courses.questions.data import dump

T = TypeVar("T")

_MINUTE = 60


def duration(*names: str, default: int | None, **more: Any) -> Any:
    """Declare a field in seconds that files call by these names: minutes and seconds, or seconds.

    With the default None it is at least a second, and minutes are fewer. The most is what whole
    minutes and fewer than 60 seconds can say.
    """
    minutes = SMALL_LIMIT if default is None else MINUTES_LIMIT
    most = minutes * _MINUTE + _MINUTE - 1 if len(names) > 1 else MINUTES_LIMIT
    least = 1 if default is None else 0
    return rule(file_names=names, least=least, most=most, default=default, **more)


def file_kind(kind: Any) -> Any:
    """Return the kind of record that a file holds: each duration under the file's names."""
    return _file_kind(kind) if _durations(kind) else kind


def from_file(kind: type[T], read: Any) -> T:
    """Return the record of what was read as `file_kind(kind)`."""
    durations = _durations(cast(Any, kind))
    if not durations:
        return cast(T, read)
    values = {}
    for field in dataclasses.fields(cast(Any, kind)):
        if field.name not in durations:
            values[field.name] = getattr(read, field.name)
            continue
        *minutes, seconds = (getattr(read, name) or 0 for name in durations[field.name].file_names)
        values[field.name] = sum(minutes) * _MINUTE + seconds or field.default
    return kind(**values)


def file_values(record: Any) -> dict[str, Any]:
    """Return a record as plain values in the file's words; defaults are left out."""
    durations = _durations(cast(Any, type(record)))
    values: dict[str, Any] = {}
    for name, value in dump(record).items():
        if name not in durations:
            values[name] = value
            continue
        names = durations[name].file_names
        amounts = divmod(value, _MINUTE) if len(names) > 1 else (value,)
        values |= {part: amount for part, amount in zip(names, amounts, strict=True) if amount}
    return values


@cache
def _durations(kind: type) -> dict[str, FieldRule]:
    return {name: rule for name, rule in rules_of(kind).items() if rule.file_names}


@cache
def _file_kind(kind: type) -> type:
    specs: list[tuple[str, Any, Any]] = []
    hints = get_type_hints(kind)
    for one in dataclasses.fields(kind):
        if one.name in _durations(kind):
            specs += _parts(_durations(kind)[one.name], one.default)
        else:
            copied: Any = dataclasses.field(default=one.default, metadata=one.metadata)
            specs.append((one.name, hints[one.name], copied))
    return dataclasses.make_dataclass(kind.__name__, specs, frozen=True, kw_only=True)


def _parts(rule_: FieldRule, default: Any) -> list[tuple[str, Any, Any]]:
    """Return the fields of a duration in a file; its minutes may be null where there is none."""
    *minutes, seconds = rule_.file_names
    kind, form = (int | None, "natural") if default is None else (int, "not_negative")
    return [
        *((name, kind, rule(form=form, default=default)) for name in minutes),
        (seconds, int, rule(form="not_negative", default=0)),
    ]
