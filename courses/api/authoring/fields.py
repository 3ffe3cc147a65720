"""The kinds of fields that authors fill in."""

import datetime as dt
from copy import deepcopy
from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from courses.api.values import AnyField, StrictSerializer, UtcTime
from courses.coursefiles.rules import KEY as KEY_FORM
from courses.coursefiles.rules import SMALL_LIMIT

MOST_NAMES = 100
NEW_STATUS = ("draft", "ready")
_EARLIEST, _LATEST = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (1970, 2200))

Whole = serializers.IntegerField
Truth = serializers.BooleanField


class Text(serializers.CharField):
    """A text that is stored as it was sent, with its leading and trailing blanks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class WordChoice(serializers.ChoiceField):
    """One of some words; null where a column is empty."""

    def to_representation(self, value: Any) -> Any:
        return super().to_representation(value) or None


class Key(Text):
    """The key of another row of the course."""

    def to_representation(self, value: Any) -> str:
        return str(value.key)


class KeyList(serializers.ListField):
    """Keys of other rows: of a relation in their order, of a list as it stands."""

    def to_representation(self, value: Any) -> list[str]:
        return sorted(row.key for row in value.all()) if hasattr(value, "all") else list(value)


class ReadOnly(serializers.JSONField):
    """What is only read. It may be sent back as it was read, and changes nothing."""

    def __init__(self, **kwargs: Any) -> None:
        text = "Only read: it may be sent back, and changes nothing."
        super().__init__(**{"required": False, "help_text": text, **kwargs})

    def run_validation(self, data: Any = empty) -> Any:
        raise SkipField


def answered(
    serializer: type[StrictSerializer], name: str, **more: AnyField
) -> type[StrictSerializer]:
    """Return a serializer of answers: the fields of `serializer`, none with a default."""
    fields = {key: _answered(field) for key, field in serializer().fields.items()}
    found = {"get_attribute": serializer.get_attribute}
    return type(name, (StrictSerializer,), {**fields, **more, **found})


def changes(
    serializer: type[StrictSerializer], answer: type[StrictSerializer], name: str
) -> type[StrictSerializer]:
    """Return a serializer of changes: what else an answer holds may be sent back with them."""
    others = [key for key in answer.field_names() if key not in serializer.field_names()]
    return type(name, (serializer,), {key: ReadOnly() for key in others})


def _answered(field: Any) -> AnyField:
    if isinstance(field, serializers.ListSerializer):
        inner: Any = type(field.child)
        return answered(inner, f"Authored{inner.__name__}")(many=True)
    given = {key: deepcopy(value) for key, value in field._kwargs.items() if key != "default"}
    if isinstance(field, StrictSerializer):
        inner = type(field)
        return answered(inner, f"Authored{inner.__name__}")(**given)
    copy: AnyField = type(field)(*field._args, **given)
    return copy


def new_key(form: Any = KEY_FORM, most: int = 60) -> AnyField:
    forms = [RegexValidator(rf"^{form.pattern}\Z")]
    return Text(max_length=most, validators=forms, help_text="Chosen once; it never changes.")


def no_key(most: int = 80, **more: Any) -> AnyField:
    return Key(max_length=most, allow_null=True, default=None, **more)


def keys(most: int = 80) -> AnyField:
    return KeyList(child=Text(max_length=most), default=list, max_length=MOST_NAMES)


def place() -> AnyField:
    text = "Left out: behind the others, or where it was."
    return Whole(min_value=0, max_value=SMALL_LIMIT, required=False, help_text=text)


def within_reason(value: dt.datetime) -> None:
    """Refuse what is too near the ends of the calendar to calculate with."""
    if not _EARLIEST <= value <= _LATEST:
        raise serializers.ValidationError(_("A time between 1970 and 2200 is expected."))


def when(**more: Any) -> AnyField:
    return UtcTime(allow_null=True, default=None, validators=[within_reason], **more)
