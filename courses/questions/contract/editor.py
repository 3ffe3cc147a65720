"""What an author's form must keep: nothing of a question is lost in it."""

import dataclasses
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from courses.errors import Problem
from courses.questions import forms, registry
from courses.questions.contract.cases import Cases
from courses.questions.forms.control import HIDDEN, ONLY_ONE, RADIO
from courses.questions.presentation import FLAG, GROUP, NAMED_ROWS, ROWS, WIDGETS, is_labelled

INPUTS = frozenset((*WIDGETS, RADIO, ONLY_ONE, HIDDEN))


def posted(root: forms.Control) -> dict[str, str]:
    """Return what a browser sends for the controls of a page that nobody has touched."""
    sent: dict[str, str] = {}
    for control in root.walk():
        if control.widget == FLAG:
            sent[f"{control.name}~present"] = "1"
        if control.widget in (FLAG, ONLY_ONE):
            sent.update({control.name: control.value or "1"} if control.is_on else {})
        elif control.widget in INPUTS:
            sent[control.name] = control.value
    return sent


def form_gives_back_the_data(cases: Cases) -> None:
    for drive in cases.drives():
        value = drive.type.dump(drive.data)
        root = forms.controls(drive.type, forms.fill(drive.type, value))
        reading = forms.read(drive.type, posted(root))
        assert reading.value == value
        assert reading.problems == ()
        assert {one.widget for one in root.walk()} <= INPUTS | {GROUP, ROWS, NAMED_ROWS}


def new_form_holds_nothing_and_can_be_filled(cases: Cases) -> None:
    kind = registry.get(cases.key)
    fields = forms.fill(kind, {})
    empty = forms.read(kind, fields).value
    assert not any(part for part in empty.values() if isinstance(part, list | dict | str))
    for control in forms.controls(kind, fields).walk():
        if control.widget in (ROWS, NAMED_ROWS):
            added = forms.change(kind, fields, f"add:{control.name}")
            row = forms.controls(kind, added)
            rows = next(one for one in row.walk() if one.name == control.name).children
            assert len(rows) == len(control.children) + 1
            assert forms.change(kind, added, f"drop:{rows[-1].name}") == fields


def error_of_every_field_stands_beside_it(cases: Cases) -> None:
    for drive in cases.drives():
        fields = forms.fill(drive.type, drive.type.dump(drive.data))
        reading = forms.read(drive.type, fields)
        paths = list(_paths(drive.type.dump(drive.data)))
        root = forms.controls(
            drive.type, fields, [Problem(reading.name_of(path), path) for path in paths]
        )
        found = [message for control in root.walk() for message in control.errors]
        assert sorted(found) == sorted(paths)
        assert root.errors == ()
        assert all(forms.words(drive.type, path) for path in paths)


def every_field_has_a_label(cases: Cases) -> None:
    """For types that ship; a host's type may leave labels to the names of its fields."""
    for record in _records(registry.get(cases.key).Data):
        for field in dataclasses.fields(record):
            assert is_labelled(field), f"{record.__name__}.{field.name}"


def _paths(value: Any, path: str = "") -> Iterator[str]:
    parts = value.items() if isinstance(value, Mapping) else enumerate(value)
    for name, part in parts:
        here = f"{path}.{name}" if path else str(name)
        yield here
        if isinstance(part, dict | list):
            yield from _paths(part, here)


def _records(kind: Any) -> Iterator[Any]:
    if dataclasses.is_dataclass(kind):
        yield kind
        for hint in typing.get_type_hints(kind).values():
            yield from _records(hint)
    for inner in typing.get_args(kind):
        yield from _records(inner)
