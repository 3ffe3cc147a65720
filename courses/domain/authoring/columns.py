"""Values between records of course files and columns of the same name."""

from functools import cache
from typing import Any, TypeVar

from django.db.models import Model

from courses.coursefiles.records import python_value, record_of
from courses.coursefiles.rules import rules_of

T = TypeVar("T")


def column_names(*, model: Any, kind: Any) -> tuple[str, ...]:
    """Return the columns that such a record fills: all but the key and what names other rows."""
    return _column_names(model, kind)


def fill(*, row: Model, record: Any) -> None:
    """Give the columns of a row the values of a record. Saves nothing."""
    for name in column_names(model=type(row), kind=type(record)):
        setattr(row, name, python_value(record, name))


def to_record(row: Model, *, kind: type[T], **written: Any) -> T:
    """Return a row as a record of this kind; `written` is what its columns do not hold."""
    names = (*column_names(model=type(row), kind=kind), *({"key"} & rules_of(kind).keys()))
    return record_of(kind, {name: getattr(row, name) for name in names}, **written)


@cache
def _column_names(model: type[Model], kind: type) -> tuple[str, ...]:
    columns = {column.name for column in model._meta.concrete_fields if not column.is_relation}
    return tuple(name for name in rules_of(kind) if name in columns - {"key"})
