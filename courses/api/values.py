"""Serializer bases and fields: times in UTC, exact numbers rounded once."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from typing import Any, TypeAlias, get_type_hints

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import ISO_8601, serializers

from courses.models.fields import FractionField

PLACES = 6

AnyField: TypeAlias = serializers.Field[Any, Any, Any, Any]


class UtcTime(serializers.DateTimeField):
    """ISO 8601 in UTC, whatever the time zone of the site or the reader and the host's formats."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("format", ISO_8601)
        kwargs.setdefault("input_formats", [ISO_8601])
        kwargs.setdefault("default_timezone", dt.UTC)
        super().__init__(**kwargs)


class Day(serializers.DateField):
    """A date in ISO 8601, whatever the host's formats."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("format", ISO_8601)
        kwargs.setdefault("input_formats", [ISO_8601])
        super().__init__(**kwargs)


class RoundedNumber(serializers.FloatField):
    """An exact fraction or decimal as a JSON number of at most six places."""

    def to_representation(self, value: Any) -> Any:
        return round(float(value), PLACES)


class Exact(serializers.DecimalField):
    """A decimal that is stored as it was sent: a JSON number, also in answers."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["coerce_to_string"] = False
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> Any:
        return None if value is None else float(value)


class Keys(serializers.ListField):
    """The keys of the rows that a relation or a list holds, in its order."""

    child = serializers.CharField()

    def to_representation(self, value: Any) -> list[str]:
        return [row.key for row in (value.all() if hasattr(value, "all") else value)]


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Facts(serializers.JSONField):
    """A JSON object whose fields depend on something else, such as the type of a question."""


@extend_schema_field({"$ref": "#/components/schemas/QuestionResponse"})
class ResponseValue(serializers.JSONField):
    """A response to a question; its fields are those that the question's type declares."""


class StrictSerializer(serializers.Serializer[Any]):
    """Validate requests and serialize answers; it never saves. Unknown fields are refused."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                text = _("There is no such field.")
                raise serializers.ValidationError({name: [text] for name in unknown})
        return super().to_internal_value(data)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """Return the values of the fields, as the framework does, with fewer steps for each."""
        is_object = not isinstance(instance, Mapping)
        found = {}
        for name, attribute, as_it_is, field in self._readers:
            try:
                value = getattr(instance, attribute) if attribute and is_object else _UNREAD
            except (AttributeError, ObjectDoesNotExist):
                value = _UNREAD  # a default, null or a fault: the framework decides
            if value is _UNREAD or callable(value):
                try:
                    value = field.get_attribute(instance)
                except serializers.SkipField:
                    continue
            if value is None or type(value) is as_it_is:
                found[name] = value
            else:
                found[name] = field.to_representation(value)
        return found

    @cached_property
    def _readers(self) -> list[tuple[str, str | None, type | None, AnyField]]:
        """(name, the attribute where it is one, the type whose values stay as they are, field)."""
        return [
            (
                str(field.field_name),
                field.source_attrs[0] if _reads_one_attribute(field) else None,
                _AS_THEY_ARE.get(type(field)),
                field,
            )
            for field in self._readable_fields
        ]

    @classmethod
    def validated(cls, data: Any) -> dict[str, Any]:
        """Return the validated values. Raises ValidationError."""
        return dict(_validator(cls, get_language()).run_validation(data))

    @classmethod
    def serialize(cls, value: Any) -> dict[str, Any]:
        """Serialize a value, as `cls(value).data` does."""
        return dict(_shared(cls).to_representation(value))

    @classmethod
    def serialize_all(cls, values: Iterable[Any]) -> list[dict[str, Any]]:
        """Serialize each of the values, as `cls(values, many=True).data` does."""
        return [_shared(cls).to_representation(value) for value in values]

    @classmethod
    def field_names(cls) -> list[str]:
        """Return the names of its fields."""
        return list(_shared(cls).fields)


_UNREAD = object()
_AS_THEY_ARE: dict[type, type] = {
    serializers.CharField: str,
    serializers.IntegerField: int,
    serializers.BooleanField: bool,
}
"""Field → the type whose values it answers unchanged."""


def _reads_one_attribute(field: AnyField) -> bool:
    is_ordinary = type(field).get_attribute is serializers.Field.get_attribute
    return is_ordinary and len(field.source_attrs) == 1


class StrictModelSerializer(StrictSerializer, serializers.ModelSerializer[Any]):
    """An answer whose `Meta.fields` are columns, relations and properties of `Meta.model`.

    `id` is the row's uuid; a relation to one row is its key, or its uuid where it has no key. What
    columns declare for forms (limits, defaults, help for the admin) is left out. Declared fields
    need not be named again: they come behind the others.
    """

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DateTimeField: UtcTime,
        models.DateField: Day,
        models.DecimalField: RoundedNumber,
        models.SlugField: serializers.CharField,
        FractionField: RoundedNumber,
    }

    def get_field_names(self, declared_fields: Any, info: Any) -> list[str]:
        return list(dict.fromkeys([*self.Meta.fields, *declared_fields]))

    def get_extra_kwargs(self) -> dict[str, Any]:
        found = super().get_extra_kwargs()
        return {**found, "id": {"source": "uuid", **found.get("id", {})}}

    def get_uniqueness_extra_kwargs(self, _names: Any, _declared: Any, extra: Any) -> Any:
        return extra, {}

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        kind, kwargs = super().build_standard_field(field_name, model_field)
        found: dict[str, Any] = {"allow_null": True} if model_field.null else {}
        if "choices" in kwargs:
            blank = [""] if model_field.blank else []
            found["choices"] = [*blank, *(value for value, _label in model_field.flatchoices)]
        return kind, found

    def build_relational_field(self, field_name: str, relation_info: Any) -> Any:
        related = {field.name for field in relation_info.related_model._meta.fields}
        name, kind = ("key", _BY_HINT[str]) if "key" in related else ("uuid", serializers.UUIDField)
        null = {"allow_null": True} if relation_info.model_field.null else {}
        return kind, {"source": f"{field_name}.{name}", **null}

    def build_property_field(self, field_name: str, model_class: Any) -> Any:
        return _BY_HINT[get_type_hints(getattr(model_class, field_name).fget)["return"]], {}


_BY_HINT = {
    bool: serializers.BooleanField,
    int: serializers.IntegerField,
    str: serializers.CharField,
}


@cache
def _shared(serializer: type[StrictSerializer]) -> StrictSerializer:
    """Return one instance for all requests: a new one would copy and bind all fields."""
    return serializer()


@cache
def _validator(serializer: type[StrictSerializer], _language: str | None) -> StrictSerializer:
    """Return one instance for all requests in a language.

    The framework's fields keep the message of a limit in the language in which it was first shown.
    """
    return serializer()
