"""Records from Python's values, and back: both sides call a value by the same name.

A record holds what a file can hold: texts for dates and times, exact numbers as they are written,
tuples, and "" where nothing is named. Columns and requests have dates, decimals, lists and None.
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from courses.coursefiles.rules import rules_of
from courses.questions.data import Expression

T = TypeVar("T")
Convert = Callable[[Any], Any]


def record_of(kind: type[T], values: Mapping[str, Any], **written: Any) -> T:
    """Return a record of these values; what is no field of it is left out.

    `written` are values as the record has them already.
    """
    writers = _writers(cast(Any, kind)).items()
    found = {name: write(values[name]) for name, write in writers if name in values}
    return kind(**found, **written)


def canonical(record: T) -> T:
    """Return the record with numbers and times, also within it, in one way of writing them."""
    return record_of(type(record), {name: python_value(record, name) for name in vars(record)})


def python_value(record: Any, name: str) -> Any:
    """Return the value of a record's field as a column holds it."""
    value = getattr(record, name)
    read = _READ.get(rules_of(type(record))[name].form)
    if read is not None:
        return read(value)
    return list(value) if isinstance(value, tuple) else value


def number(value: Decimal | str) -> Expression:
    """Return an exact number in the one way in which records write it."""
    return Expression(f"{Decimal(value).normalize():f}")


def moment(value: datetime | None) -> str | None:
    """Return a time in the one way in which records write it: in UTC."""
    return value.astimezone(UTC).isoformat() if value else None


_WRITTEN: dict[str, Convert] = {
    "date": lambda day: day.isoformat() if day else None,
    "moment": moment,
    "percent": number,
    "points": number,
    "review": lambda table: {name: tuple(shown) for name, shown in (table or {}).items()} or None,
}
_READ: dict[str, Convert] = {
    "date": lambda text: date.fromisoformat(text) if text else None,
    "moment": lambda text: datetime.fromisoformat(text) if text else None,
    "percent": Decimal,
    "points": Decimal,
    "review": lambda table: {name: list(shown) for name, shown in (table or {}).items()},
}
"""How values of these forms are written and read; all others are the same on both sides."""


@cache
def _writers(kind: type) -> dict[str, Convert]:
    hints = get_type_hints(kind)
    return {name: _writer(hints[name], rule.form) for name, rule in rules_of(kind).items()}


def _writer(hint: Any, form: str = "") -> Convert:
    """Return the function that writes a value of this type and form into a record."""
    if form in _WRITTEN:
        return _WRITTEN[form]
    for inner in (hint, *get_args(hint)):
        if dataclasses.is_dataclass(inner) and get_origin(hint) is not tuple:
            return partial(_record, cast(type, inner))
    if get_origin(hint) is tuple:
        return partial(_tuple, _writer(get_args(hint)[0]))
    return (lambda value: value or "") if hint is str else (lambda value: value)


def _record(kind: type, value: Any) -> Any:
    if value is None:
        return None
    return canonical(value) if isinstance(value, kind) else record_of(kind, value)


def _tuple(write: Convert, values: Any) -> tuple[Any, ...]:
    return tuple(write(value) for value in values)
