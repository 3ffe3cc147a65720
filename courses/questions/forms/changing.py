"""Adding, dropping and moving the rows of a form: from texts to texts, nothing is stored."""

import dataclasses
import re
from typing import Any

from courses.questions.base import QuestionType
from courses.questions.forms.fields import FormField, form_fields
from courses.questions.forms.filling import fill, fill_field, with_keys
from courses.questions.forms.names import (
    ROOT,
    ROW_NAME,
    Fields,
    is_within,
    only_one_name,
    rows_by_list,
)
from courses.questions.forms.reading import read
from courses.questions.presentation import GROUP, NAMED_ROWS, ROWS

ROWS_LIMIT = 100
"""Rows that a list may have in a form."""


def change(question_type: QuestionType[Any], fields: Fields, action: str) -> dict[str, str]:
    """Return the texts after `add:<list>`, `drop:<row>`, `up:<row>` or `down:<row>`.

    What names nothing of this form changes nothing.
    """
    verb, _colon, name = action.partition(":")
    if verb == "add":
        return _add(question_type, fields, name)
    rows, _dot, number = name.rpartition(".")
    numbers = rows_by_list(fields).get(rows, [])
    if not re.fullmatch(r"\d{1,4}", number, re.ASCII) or int(number) not in numbers:
        return dict(fields)
    field = find(question_type, rows)
    flag = field.ui.only_one if field is not None else ""
    one = only_one_name(rows, flag) if flag else ""
    if verb == "drop":
        return _drop(fields, name, one)
    place = numbers.index(int(number)) + {"up": -1, "down": 1}.get(verb, 0)
    if place < 0 or place >= len(numbers):
        return dict(fields)
    return _swap(fields, rows, number, str(numbers[place]), one)


def with_named_rows(question_type: QuestionType[Any], fields: Fields) -> dict[str, str]:
    """Return the texts with a row for each that a text of the question names and the form lacks."""
    filled = dict(fields)
    for rows, key in question_type.named_rows(read(question_type, fields).value):
        name = f"{ROOT}.{rows}"
        field = find(question_type, name)
        if field is None:
            continue
        ending = ROW_NAME if field.widget == NAMED_ROWS else f".{_key_of(field)}"
        numbers = rows_by_list(filled).get(name, [])
        if any(filled.get(f"{name}.{number}{ending}") == key for number in numbers):
            continue
        filled = _add(question_type, filled, name)
        new = rows_by_list(filled).get(name, [])
        if len(new) > len(numbers):
            filled[f"{name}.{new[-1]}{ending}"] = key
    return filled


def with_marks(question_type: QuestionType[Any], fields: Fields) -> dict[str, str]:
    """Return the texts after what a text of the question marks was put where it belongs."""
    reading = read(question_type, fields)
    value = question_type.marked(reading.value)
    if reading.problems or value == reading.value:
        return dict(fields)
    return fill(question_type, value)


def _key_of(field: FormField) -> str:
    within = field.entry.fields if field.entry.widget == GROUP else ()
    return next((one.name for one in within if one.ui.generated), "key")


def find(question_type: QuestionType[Any], name: str) -> FormField | None:
    """Return the field of a name of the form, or None."""
    root, *parts = name.split(".")
    if root != ROOT:
        return None
    shown = form_fields(question_type.Data)
    field: FormField | None = None
    for part in parts:
        if field is not None and field.widget in (ROWS, NAMED_ROWS):
            field = field.entry
        else:
            within = shown if field is None else field.fields if field.widget == GROUP else ()
            field = next((one for one in within if one.name == part), None)
            if field is None:
                return None
    return field


def _add(question_type: QuestionType[Any], fields: Fields, name: str) -> dict[str, str]:
    field = find(question_type, name)
    numbers = rows_by_list(fields).get(name, [])
    if field is None or field.widget not in (ROWS, NAMED_ROWS) or len(numbers) >= ROWS_LIMIT:
        return dict(fields)
    row = f"{name}.{numbers[-1] + 1 if numbers else 0}"
    new = fill_field(field.entry, dataclasses.MISSING, row)
    if field.widget == NAMED_ROWS:
        new[f"{row}{ROW_NAME}"] = ""
    flag = f"{row}.{field.ui.only_one}"
    if field.ui.only_one and not any(
        f"{name}.{n}.{field.ui.only_one}~present" in fields for n in numbers
    ):
        new = {key: text for key, text in new.items() if not is_within(key, flag)}
    return with_keys(question_type, {**fields, **new})


def _drop(fields: Fields, row: str, one: str) -> dict[str, str]:
    kept = {name: text for name, text in fields.items() if not is_within(name, row)}
    if one and kept.get(one) == row.rpartition(".")[2]:
        del kept[one]
    return kept


def _swap(fields: Fields, rows: str, here: str, there: str, one: str) -> dict[str, str]:
    other = {here: there, there: here}
    moved = {}
    for name, text in fields.items():
        for number, new in other.items():
            row = f"{rows}.{number}"
            if is_within(name, row):
                moved[f"{rows}.{new}{name[len(row) :]}"] = text
                break
        else:
            moved[name] = other.get(text, text) if one and name == one else text
    return moved
