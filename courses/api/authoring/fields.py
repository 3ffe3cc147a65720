"""The kinds of fields that authors fill in."""

import datetime as dt
from copy import deepcopy
from typing import Any

from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import SkipField, empty

from courses.api.values import Moment, StrictSerializer
from courses.coursefiles.rules import KEY as KEY_FORM
from courses.coursefiles.rules import SMALL_LIMIT

MOST_NAMES = 100
_EARLIEST, _LATEST = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (1970, 2200))

Whole = serializers.IntegerField
Truth = serializers.BooleanField
Choice = serializers.ChoiceField


class Text(serializers.CharField):
    """Kept to the letter: what was written comes back with its blanks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Told(serializers.JSONField):
    """What is only read. It may be sent back as it was read, and changes nothing."""

    def __init__(self, **kwargs: Any) -> None:
        text = "Only read: it may be sent back, and changes nothing."
        super().__init__(**{"required": False, "help_text": text, **kwargs})

    def run_validation(self, data: Any = empty) -> Any:
        raise SkipField


def answered(
    serializer: type[StrictSerializer], name: str, **more: serializers.Field
) -> type[StrictSerializer]:
    """A serializer of answers with the fields of `serializer`, each with its value."""
    fields = {key: _answered(field) for key, field in serializer().fields.items()}
    return type(name, (StrictSerializer,), {**fields, **more})


def _answered(field: Any) -> serializers.Field:
    if isinstance(field, serializers.ListSerializer):
        inner = type(field.child)
        return answered(inner, f"Authored{inner.__name__}")(many=True)
    given = {key: deepcopy(value) for key, value in field._kwargs.items() if key != "default"}
    if isinstance(field, StrictSerializer):
        inner = type(field)
        return answered(inner, f"Authored{inner.__name__}")(**given)
    return type(field)(*field._args, **given)


def new_key(form: Any = KEY_FORM, most: int = 60) -> serializers.Field:
    forms = [RegexValidator(rf"^{form.pattern}\Z")]
    return Text(max_length=most, validators=forms, help_text="Chosen once; it never changes.")


def name(most: int = 80, **more: Any) -> Text:
    """The key of something else in the course."""
    return Text(max_length=most, **more)


def names(most: int = 80) -> serializers.Field:
    return serializers.ListField(child=name(most), default=list, max_length=MOST_NAMES)


def no_name(most: int = 80, **more: Any) -> Text:
    return name(most, allow_null=True, default=None, **more)


def place() -> serializers.Field:
    text = "Left out: behind the others, or where it was."
    return Whole(min_value=0, max_value=SMALL_LIMIT, required=False, help_text=text)


def within_reason(value: dt.datetime) -> None:
    """Far enough from the ends of the calendar to reckon with."""
    if not _EARLIEST <= value <= _LATEST:
        raise serializers.ValidationError(_("A time between 1970 and 2200 is expected."))


def when(help_text: str) -> serializers.Field:
    checks = [within_reason]
    return Moment(allow_null=True, default=None, validators=checks, help_text=help_text)
