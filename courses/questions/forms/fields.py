"""The fields of a type's `Data` as a form needs them: kind, default, and how they are shown."""

import dataclasses
import types
import typing
from functools import cache
from typing import Any

from courses.questions.data import Expression, dump
from courses.questions.presentation import (
    FLAG,
    GROUP,
    JSON,
    NAMED_ROWS,
    NUMBER,
    ROWS,
    TEXT,
    WHOLE,
    Ui,
)


@dataclasses.dataclass(frozen=True)
class FormField:
    """One field of a record, or one entry of a list, as a form needs it."""

    name: str
    kind: Any
    ui: Ui
    default: Any
    """As plain JSON; MISSING where the field is required."""
    is_optional: bool = False
    """May it be None?"""

    @property
    def is_required(self) -> bool:
        return self.default is dataclasses.MISSING

    @property
    def widget(self) -> str:
        """How it is entered; of a list, mapping or record whatever its metadata says."""
        origin = typing.get_origin(self.kind)
        if origin is tuple:
            return ROWS
        if origin is dict:
            return NAMED_ROWS
        if dataclasses.is_dataclass(self.kind):
            return GROUP
        defaults = {Expression: NUMBER, bool: FLAG, int: WHOLE, Any: JSON}
        return self.ui.widget or defaults.get(self.kind, TEXT)

    @property
    def entry(self) -> "FormField":
        """One entry of a list or mapping. Its metadata is that of the list."""
        kind = typing.get_args(self.kind)[-1 if self.widget == NAMED_ROWS else 0]
        label = self.ui.item or self.ui.label
        shown = Ui(label=label, widget=self.ui.widget, choices=self.ui.choices)
        return FormField(
            "", _without_none(kind), shown, dataclasses.MISSING, is_optional=_may_be_none(kind)
        )

    @property
    def fields(self) -> tuple["FormField", ...]:
        """The fields of a record in the order in which they are shown."""
        return form_fields(self.kind)


def form_fields(kind: Any) -> tuple[FormField, ...]:
    """Return the fields of a record in the order in which they are shown."""
    return _form_fields(kind)


@cache
def _form_fields(kind: type) -> tuple[FormField, ...]:
    hints = typing.get_type_hints(kind)
    found = [_form_field(field, hints[field.name]) for field in dataclasses.fields(kind)]
    return tuple(sorted(found, key=lambda field: field.ui.place))


def _form_field(field: "dataclasses.Field[Any]", kind: Any) -> FormField:
    shown = field.metadata.get("ui") or Ui(label=field.name.replace("_", " ").capitalize())
    return FormField(
        field.name, _without_none(kind), shown, _default(field), is_optional=_may_be_none(kind)
    )


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return dump(field.default_factory())
    return field.default if field.default is dataclasses.MISSING else dump(field.default)


def _may_be_none(kind: Any) -> bool:
    is_union = typing.get_origin(kind) in (typing.Union, types.UnionType)
    return is_union and type(None) in typing.get_args(kind)


def _without_none(kind: Any) -> Any:
    if not _may_be_none(kind):
        return kind
    return next(arm for arm in typing.get_args(kind) if arm is not type(None))
