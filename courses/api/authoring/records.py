"""Fields of serializers, made from the rules of a record."""

import dataclasses
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from django.core.validators import RegexValidator
from rest_framework import serializers

from courses.api.authoring.fields import (
    MOST_NAMES,
    Text,
    Truth,
    Whole,
    WordChoice,
    keys,
    no_key,
    when,
)
from courses.api.values import AnyField, Day, Exact, StrictSerializer
from courses.coursefiles.rules import SMALL_LIMIT, FieldRule

Serializer = TypeVar("Serializer", bound=type[StrictSerializer])

_SHARE = r"^[0-9]{1,9}(\.[0-9]{1,9}|/[1-9][0-9]{0,8})?\Z"


def fields_of(record: type, *, exclude: Sequence[str] = ()) -> Callable[[Serializer], Serializer]:
    """Give a serializer the fields of a kind of record, in their order.

    A declared field of the same name takes the place of the one that the rule would give; others
    that the class declares come first.
    """

    def decorate(serializer: Serializer) -> Serializer:
        declared = serializer._declared_fields
        made = {
            one.name: declared.get(one.name) or field_of(one)
            for one in dataclasses.fields(record)
            if one.name not in exclude
        }
        others = {name: field for name, field in declared.items() if name not in made}
        serializer._declared_fields = others | made
        return serializer

    return decorate


def field_of(one: "dataclasses.Field[Any]") -> AnyField:
    """Return the serializer's field for a field of a record. Nothing chosen is null."""
    rule: FieldRule = one.metadata.get("rule", FieldRule())
    more: dict[str, Any] = {"help_text": rule.help_text} if rule.help_text else {}
    make: Callable[..., AnyField] | None = _BY_FORM.get(rule.form)
    if make is not None:
        return make(one, more)
    if one.default is None or (rule.one_of and one.default == ""):
        more |= {"allow_null": True, "default": None}
    elif one.default is not dataclasses.MISSING:
        more["default"] = one.default or (list if one.default == () else one.default)
    if rule.one_of:
        return WordChoice(choices=rule.one_of, **more)
    if rule.most:
        return Whole(min_value=rule.least, max_value=rule.most, **more)
    if isinstance(one.default, bool):
        return Truth(**more)
    if one.default == ():
        return serializers.ListField(
            child=Text(max_length=rule.limit), max_length=MOST_NAMES, **more
        )
    blank = {"allow_blank": True} if one.default == "" else {}
    return Text(max_length=rule.limit, **blank, **more)


def _key(one: Any, more: Any, most: int = 80) -> AnyField:
    return keys(most) if one.default == () else no_key(most, **more)


def _natural(one: Any, more: Any) -> AnyField:
    none: dict[str, Any] = {"allow_null": True, "default": None} if one.default is None else {}
    return Whole(min_value=1, max_value=SMALL_LIMIT, **none, **more)


def _exact(one: Any, more: Any, *, digits: int, places: int, **bounds: Any) -> AnyField:
    default = f"{Decimal(one.default):.{places}f}"
    return Exact(max_digits=digits, decimal_places=places, default=default, **bounds, **more)


def _shares(_one: Any, more: Any) -> AnyField:
    child = Text(validators=[RegexValidator(_SHARE)])
    return serializers.ListField(child=child, default=list, max_length=MOST_NAMES, **more)


_BY_FORM: dict[str, Any] = {
    "key": _key,
    "objective": lambda one, more: _key(one, more, most=40),
    "natural": _natural,
    "share": _shares,
    "moment": lambda _one, more: when(**more),
    "date": lambda _one, more: Day(allow_null=True, default=None, **more),
    "percent": lambda one, more: _exact(one, more, digits=5, places=2, min_value=0, max_value=100),
    "points": lambda one, more: _exact(one, more, digits=7, places=3, min_value=Decimal("0.001")),
}
"""Fields by the names of forms; a field without one follows its rule and its default."""
