"""From the texts of a form to the controls that a page shows, each with its errors."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from courses.errors import Problem
from courses.questions.base import QuestionType
from courses.questions.forms.control import HIDDEN, ONLY_ONE, RADIO, Control
from courses.questions.forms.fields import FormField, form_fields
from courses.questions.forms.filling import text_of
from courses.questions.forms.names import (
    PRESENT,
    ROOT,
    ROW_NAME,
    Fields,
    only_one_name,
    rows_by_list,
)
from courses.questions.presentation import (
    CHOICE,
    FLAG,
    GROUP,
    KEY,
    LINE,
    NAMED_ROWS,
    NUMBER,
    PICK,
    PICTURE,
    ROWS,
    TEXT,
    WHOLE,
)

_ONE_LINE = (LINE, NUMBER, WHOLE)


def controls(
    question_type: QuestionType[Any],
    fields: Fields,
    problems: Iterable[Problem] = (),
    *,
    pictures: Sequence[str] = (),
) -> Control:
    """Return the tree of a type's form. The paths of `problems` are names of the form.

    What belongs to no control that is shown is an error of the one around it.
    """
    maker = _ControlMaker(question_type, fields, pictures)
    messages: dict[str, list[str]] = {}
    known = maker.names()
    for problem in problems:
        name = problem.path
        while name not in known and "." in name:
            name = name.rpartition(".")[0]
        messages.setdefault(name if name in known else ROOT, []).append(problem.message)
    maker.messages = messages
    return maker.root()


def words(question_type: QuestionType[Any], path: str) -> str:
    """Return what a person calls the place of a path of the data: `options.1.feedback` is
    “Option 2: Reason for the learner”."""
    found: list[str] = []
    shown = form_fields(question_type.Data)
    field: FormField | None = None
    for part in path.split(".") if path else ():
        if field is not None and field.widget in (ROWS, NAMED_ROWS):
            is_inner, field = not field.name, field.entry
            name = str(int(part) + 1) if part.isdecimal() else f"“{part}”"
            found[len(found) if is_inner else -1 :] = [f"{field.ui.label} {name}"]
            continue
        within = shown if field is None else field.fields if field.widget == GROUP else ()
        field = next((one for one in within if one.name == part), None)
        if field is None:
            break
        found.append(str(field.ui.label))
    return ": ".join(found)


class _ControlMaker:
    def __init__(
        self, question_type: QuestionType[Any], fields: Fields, pictures: Sequence[str]
    ) -> None:
        self.kind = question_type
        self.fields = fields
        self.rows = rows_by_list(fields)
        self.pictures = pictures
        self.messages: dict[str, list[str]] = {}

    def names(self) -> set[str]:
        """Return the names at which an error can be shown: not those of hidden controls."""
        return {control.name for control in self.root().walk() if control.widget != HIDDEN}

    def root(self) -> Control:
        children = self._record(form_fields(self.kind.Data), ROOT, "")
        errors = tuple(self.messages.get(ROOT, ()))
        return Control(name=ROOT, widget=GROUP, errors=errors, children=children)

    def _record(
        self, shown: tuple[FormField, ...], name: str, where: str, skip: str = ""
    ) -> tuple[Control, ...]:
        return tuple(
            self._control(field, f"{name}.{field.name}", where)
            for field in shown
            if field.name != skip
        )

    def _control(self, field: FormField, name: str, where: str) -> Control:
        if field.widget in (ROWS, NAMED_ROWS):
            return self._list(field, name, where)
        words = _joined(where, field.ui.label)
        if field.widget == GROUP:
            children = self._record(field.fields, name, words)
            return self._made(field, name, words, widget=GROUP, children=children)
        return self._input(field, name, words)

    def _made(self, field: FormField, name: str, words: str, **more: Any) -> Control:
        values = {
            "label": str(field.ui.label),
            "help": str(field.ui.help),
            "mark": str(field.ui.mark),
            "is_required": field.is_required and not field.is_optional,
            "is_advanced": field.ui.is_advanced,
            "errors": tuple(self.messages.get(name, ())),
        }
        return Control(name=name, words=words, **{**values, **more})

    def _list(self, field: FormField, name: str, where: str) -> Control:
        item = str(field.entry.ui.label)
        numbers = self.rows.get(name, [])
        rows = tuple(
            replace(
                self._row(field, f"{name}.{row}", _joined(where, f"{item} {number}"), number),
                is_first=number == 1,
                is_last=number == len(numbers),
            )
            for number, row in enumerate(numbers, 1)
        )
        words = _joined(where, field.ui.label)
        return self._made(field, name, words, widget=field.widget, item=item, children=rows)

    def _row(self, field: FormField, name: str, where: str, number: int) -> Control:
        entry = field.entry
        if entry.widget == GROUP:
            children = self._record(entry.fields, name, where, skip=self._by_radio(field, name))
            children = (*self._radio(field, name, where), *children)
        else:
            children = (self._input(entry, name, where),)
            if entry.widget in (ROWS, NAMED_ROWS):
                children = (self._list(entry, name, where),)
        if field.widget == NAMED_ROWS:
            children = (self._row_name(name, where), *children)
        label = f"{entry.ui.label} {number}"
        has_own_errors = entry.widget == GROUP  # else they stand at its only input
        return self._made(
            entry,
            name,
            where,
            widget=GROUP,
            label=label,
            number=number,
            children=children,
            **({} if has_own_errors else {"errors": ()}),
        )

    def _by_radio(self, field: FormField, row: str) -> str:
        """Return the flag of a row that is chosen once for all rows, or ""."""
        flag = field.ui.only_one
        return "" if f"{row}.{flag}{PRESENT}" in self.fields else flag

    def _radio(self, field: FormField, row: str, where: str) -> tuple[Control, ...]:
        flag = self._by_radio(field, row)
        if not flag:
            return ()
        rows, _dot, number = row.rpartition(".")
        name = only_one_name(rows, flag)
        label = next(str(one.ui.label) for one in field.entry.fields if one.name == flag)
        return (
            Control(
                name=name,
                widget=ONLY_ONE,
                label=label,
                words=_joined(where, label),
                value=number,
                is_on=self.fields.get(name) == number,
            ),
        )

    def _row_name(self, row: str, where: str) -> Control:
        name = f"{row}{ROW_NAME}"
        return Control(
            name=name,
            widget=LINE,
            label=_("Name"),
            words=_joined(where, _("Name")),
            value=self.fields.get(name, ""),
            is_required=True,
            errors=tuple(self.messages.get(name, ())),
        )

    def _input(self, field: FormField, name: str, words: str) -> Control:
        value = self.fields.get(name, "")
        widget = field.widget
        if widget == KEY:
            widget = HIDDEN if field.ui.generated else LINE
        elif widget == CHOICE and field.kind is bool:
            widget = RADIO
        elif widget in _ONE_LINE and ("\n" in value or "\r" in value):
            widget = TEXT  # A box of one line would lose the break.
        if widget == FLAG:
            is_on = name in self.fields
            return self._made(field, name, words, widget=widget, is_on=is_on)
        return self._made(
            field,
            name,
            words,
            widget=widget,
            value=value,
            is_filled=bool(value)
            and not field.ui.generated
            and value not in (field.ui.initial, text_of(field.default)),
            choices=self._choices(field, value, is_radio=widget == RADIO),
        )

    def _choices(
        self, field: FormField, value: str, *, is_radio: bool
    ) -> tuple[tuple[str, str], ...]:
        if field.widget not in (CHOICE, PICK, PICTURE):
            return ()
        found = [(key, str(label)) for key, label in field.ui.choices]
        if field.widget == PICK:
            found = self._picked_from(field.ui.choices_from)
        elif field.widget == PICTURE:
            if not self.pictures:
                return ()
            found = [(name, name) for name in self.pictures]
        if value and value not in dict(found):
            found.append((value, value))
        has_start = bool(field.ui.initial) or is_radio
        return tuple(found if has_start else [("", _("Choose …")), *found])

    def _picked_from(self, name: str) -> list[tuple[str, str]]:
        """Return the keys of the rows of a list with their texts, or else numbers."""
        fields = form_fields(self.kind.Data)
        field = next((one for one in fields if one.name == name), None)
        if field is None or field.widget != ROWS or field.entry.widget != GROUP:
            return []
        inner = field.entry.fields
        key = next((one.name for one in inner if one.ui.generated), "key")
        text = next((one.name for one in inner if one.kind is str and one.name != key), key)
        found = []
        for number, row in enumerate(self.rows.get(f"{ROOT}.{name}", ()), 1):
            place = f"{ROOT}.{name}.{row}"
            shown = self.fields.get(f"{place}.{text}", "").strip()
            found.append(
                (self.fields.get(f"{place}.{key}", ""), shown or f"{field.entry.ui.label} {number}")
            )
        return found


def _joined(where: str, label: Any) -> str:
    return f"{where}: {label}" if where else str(label)
