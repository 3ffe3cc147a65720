"""From the texts of a form to data, and from the paths of the data back to the texts."""

import dataclasses
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from courses.errors import Problem
from courses.questions.base import Json, QuestionType
from courses.questions.data import Expression
from courses.questions.forms.fields import FormField, form_fields
from courses.questions.forms.filling import text_of, with_keys
from courses.questions.forms.names import (
    PRESENT,
    ROOT,
    ROW_NAME,
    Fields,
    only_one_name,
    rows_by_list,
)
from courses.questions.presentation import FLAG, GROUP, JSON, NAMED_ROWS, ROWS

_WHOLE = re.compile(r"\s*[-+]?\d{1,18}\s*", re.ASCII)
MISSING = dataclasses.MISSING


@dataclasses.dataclass(frozen=True)
class Reading:
    """The data that a form holds, in the shortest form.

    `problems` are those that data cannot show, with names of the form as their paths. `places` says
    of every list and mapping of the data in which row of the form an entry stood.
    """

    value: Json
    problems: tuple[Problem, ...]
    places: Mapping[str, Mapping[str, str]]

    def name_of(self, path: str) -> str:
        """Return the name in the form of what stands at a path of the data (`options.1.text`)."""
        name, walked, rest = ROOT, "", path
        while rest:
            rows = self.places.get(walked, {})
            # A name of a mapping may hold dots.
            named = [key for key in rows if rest == key or rest.startswith(f"{key}.")]
            part = max(named, key=len) if named else rest.partition(".")[0]
            name = f"{name}.{rows.get(part, part)}"
            walked = f"{walked}.{part}" if walked else part
            rest = rest[len(part) + 1 :]
        return name


def read(question_type: QuestionType[Any], fields: Fields) -> Reading:
    """Return what a form holds as plain JSON for the type's `load`, which judges it.

    Rows in which nothing was entered are left out unless a text names them, and so is what holds
    its default.
    """
    shown, filled = form_fields(question_type.Data), with_keys(question_type, fields)
    reader = _FormReader(filled)
    value = reader.record(shown, ROOT, "")
    named = frozenset(question_type.named_rows(value))
    if named:
        reader = _FormReader(filled, named)
        value = reader.record(shown, ROOT, "")
    return Reading(value, tuple(reader.problems), reader.places)


class _FormReader:
    def __init__(self, fields: Fields, named: Collection[tuple[str, str]] = ()) -> None:
        self.fields = fields
        self.named = named
        self.rows = rows_by_list(fields)
        self.problems: list[Problem] = []
        self.places: dict[str, dict[str, str]] = {}

    def record(self, shown: tuple[FormField, ...], name: str, path: str) -> Json:
        value: Json = {}
        for field in shown:
            where = f"{path}.{field.name}" if path else field.name
            part = self.field(field, f"{name}.{field.name}", where)
            if part is not MISSING and (field.is_required or part != field.default):
                value[field.name] = part
        return value

    def field(self, field: FormField, name: str, path: str) -> Any:
        """Return the value of one field; MISSING where the form has none."""
        if field.widget == ROWS:
            return self._list(field, name, path)
        if field.widget == NAMED_ROWS:
            return self._mapping(field, name, path)
        if field.widget == GROUP:
            if field.is_optional and self._is_blank(field, name):
                return None
            return self.record(field.fields, name, path)
        value = self._plain(field, name)
        return None if value is MISSING and field.is_optional else value

    def _list(self, field: FormField, name: str, path: str) -> list[Any]:
        entry = field.entry
        values: list[Any] = []
        places = self.places.setdefault(path, {})
        for row in self.rows.get(name, ()):
            if self._is_blank_row(field, name, row) and not self._is_named(field, name, row):
                continue
            places[str(len(values))] = str(row)
            part = self.field(entry, f"{name}.{row}", f"{path}.{len(values)}")
            if (
                field.ui.only_one
                and f"{name}.{row}.{field.ui.only_one}{PRESENT}" not in self.fields
            ):
                part |= {field.ui.only_one: True} if self._is_the_one(field, name, row) else {}
            values.append("" if part is MISSING else part)
        return values

    def _mapping(self, field: FormField, name: str, path: str) -> Json:
        entry = field.entry
        values: Json = {}
        places = self.places.setdefault(path, {})
        for row in self.rows.get(name, ()):
            key = self.fields.get(f"{name}.{row}{ROW_NAME}", "")
            if not key and self._is_blank_row(field, name, row):
                continue
            if not key or key in values:
                message = _("This name is used twice.") if key else _("This needs a name.")
                self.problems.append(Problem(f"{name}.{row}{ROW_NAME}", message))
                continue
            places[key] = str(row)
            part = self.field(entry, f"{name}.{row}", f"{path}.{key}")
            values[key] = "" if part is MISSING else part
        return values

    def _plain(self, field: FormField, name: str) -> Any:
        text = self.fields.get(name)
        if field.widget == FLAG:
            is_known = f"{name}{PRESENT}" in self.fields
            return text is not None if is_known else MISSING
        if text is None:
            return MISSING
        if field.widget == JSON:
            return self._json(name, text)
        if field.kind is bool:
            return {"true": True, "false": False}.get(text, MISSING)
        if field.kind is int and _WHOLE.fullmatch(text):
            return int(text)
        may_be_empty = field.kind not in (int, Expression) and not field.is_optional
        return text if may_be_empty or text.strip() else MISSING

    def _json(self, name: str, text: str) -> Any:
        if not text.strip():
            return MISSING
        try:
            return json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            self.problems.append(Problem(name, _("This is not readable as JSON.")))
            return MISSING

    def _is_the_one(self, field: FormField, name: str, row: int) -> bool:
        return self.fields.get(only_one_name(name, field.ui.only_one)) == str(row)

    def _is_named(self, field: FormField, name: str, row: int) -> bool:
        if not self.named or field.entry.widget != GROUP:
            return False
        keys = [one.name for one in field.entry.fields if one.ui.generated]
        return any(
            (field.name, self.fields.get(f"{name}.{row}.{key}")) in self.named for key in keys
        )

    def _is_blank_row(self, field: FormField, name: str, row: int) -> bool:
        if field.ui.only_one and self._is_the_one(field, name, row):
            return False
        # A list of boxes has nothing but boxes.
        return field.entry.widget != FLAG and self._is_blank(field.entry, f"{name}.{row}")

    def _is_blank(self, field: FormField, name: str) -> bool:
        """Return whether it holds its initial value. Keys that the form gave out do not count."""
        if field.widget == GROUP:
            return all(
                self._is_blank(inner, f"{name}.{inner.name}")
                for inner in field.fields
                if not inner.ui.generated
            )
        if field.widget in (ROWS, NAMED_ROWS):
            return all(
                not self.fields.get(f"{name}.{row}{ROW_NAME}")
                and self._is_blank_row(field, name, row)
                for row in self.rows.get(name, ())
            )
        if field.widget == FLAG:
            begins = field.default is True
            return self._plain(field, name) in (begins, MISSING)
        text = self.fields.get(name, "").strip()
        return text in ("", text_of(field.default), field.ui.initial)


def _refuse(name: str) -> Any:
    raise ValueError(name)
