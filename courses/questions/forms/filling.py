"""From data to the texts of a form; a new question begins with empty rows."""

import dataclasses
import itertools
import json
import string
from collections.abc import Iterator, Mapping
from typing import Any

from courses.questions.base import QuestionType
from courses.questions.forms.fields import FormField, form_fields
from courses.questions.forms.names import (
    PRESENT,
    ROOT,
    ROW_NAME,
    Fields,
    only_one_name,
    rows_by_list,
)
from courses.questions.presentation import FLAG, GROUP, JSON, NAMED_ROWS, ROWS

_LETTERS = string.ascii_lowercase


def fill(question_type: QuestionType[Any], value: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a form for data as plain JSON; `{}` gives those of a new question.

    Data that does not fit the type, say of an older one, is shown as far as it does.
    """
    fields: dict[str, str] = {}
    _fill_record(form_fields(question_type.Data), value, ROOT, fields)
    return with_keys(question_type, fields)


def fill_field(field: FormField, value: Any, name: str) -> dict[str, str]:
    """Return the texts of one field; of a new one where the value is MISSING."""
    fields: dict[str, str] = {}
    _fill(field, value, name, fields)
    return fields


def with_keys(question_type: QuestionType[Any], fields: Fields) -> dict[str, str]:
    """Return the same texts with a key for every row that needs one and has none."""
    filled = dict(fields)
    rows = rows_by_list(filled)
    for field in form_fields(question_type.Data):
        _give_keys(field, f"{ROOT}.{field.name}", rows, filled)
    return filled


def text_of(value: Any) -> str:
    """Return a plain value as a control shows it."""
    if value is None or value is dataclasses.MISSING:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fill_record(
    shown: tuple[FormField, ...], value: Any, name: str, fields: dict[str, str]
) -> None:
    known = value if isinstance(value, Mapping) else {}
    for field in shown:
        _fill(field, known.get(field.name, field.default), f"{name}.{field.name}", fields)


def _fill(field: FormField, value: Any, name: str, fields: dict[str, str]) -> None:
    if field.widget == GROUP:
        _fill_record(field.fields, value, name, fields)
    elif field.widget == ROWS:
        _fill_rows(field, value, name, fields)
    elif field.widget == NAMED_ROWS:
        for row, (key, part) in enumerate(value.items() if isinstance(value, Mapping) else ()):
            fields[f"{name}.{row}{ROW_NAME}"] = str(key)
            _fill(field.entry, part, f"{name}.{row}", fields)
    elif field.widget == FLAG:
        fields[f"{name}{PRESENT}"] = "1"
        if value is True:
            fields[name] = "1"
    elif field.widget == JSON:
        is_empty = value is dataclasses.MISSING or (value is None and field.default is None)
        fields[name] = "" if is_empty else json.dumps(value, ensure_ascii=False, indent=2)
    else:
        fields[name] = text_of(value) if value is not dataclasses.MISSING else field.ui.initial


def _fill_rows(field: FormField, value: Any, name: str, fields: dict[str, str]) -> None:
    if value is dataclasses.MISSING:
        value = [dataclasses.MISSING] * field.ui.least
    parts = value if isinstance(value, list | tuple) else ()
    for row, part in enumerate(parts):
        _fill(field.entry, part, f"{name}.{row}", fields)
    flag = field.ui.only_one
    chosen = [row for row in range(len(parts)) if f"{name}.{row}.{flag}" in fields]
    if flag and len(chosen) <= 1:  # With more, each row keeps a box of its own.
        for row in range(len(parts)):
            fields.pop(f"{name}.{row}.{flag}", None)
            fields.pop(f"{name}.{row}.{flag}{PRESENT}", None)
        fields.update({only_one_name(name, flag): str(row) for row in chosen})


def _give_keys(
    field: FormField, name: str, rows: Mapping[str, list[int]], fields: dict[str, str]
) -> None:
    if field.widget == GROUP:
        for inner in field.fields:
            _give_keys(inner, f"{name}.{inner.name}", rows, fields)
    elif field.widget in (ROWS, NAMED_ROWS) and name in rows:
        entry, places = field.entry, [f"{name}.{row}" for row in rows[name]]
        for key in entry.fields if entry.widget == GROUP else ():
            if key.ui.generated:
                _number([f"{place}.{key.name}" for place in places], key.ui.generated, fields)
        for place in places:
            _give_keys(entry, place, rows, fields)


def _number(names: list[str], first: str, fields: dict[str, str]) -> None:
    taken = {fields.get(name, "") for name in names}
    free = (key for key in _keys(first) if key not in taken)
    for name in names:
        if not fields.get(name, "").strip():
            fields[name] = next(free)


def _keys(first: str) -> Iterator[str]:
    """Yield a, b … z, aa, ab …, or 1, 2, 3 …, or x1, x2, x3 …"""
    prefix = first.rstrip("0123456789")
    if prefix != first:
        number = int(first.removeprefix(prefix))
        yield from (f"{prefix}{place}" for place in itertools.count(number))
    for length in itertools.count(1):
        yield from map("".join, itertools.product(_LETTERS, repeat=length))
