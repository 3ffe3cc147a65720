"""How values look outside: times in UTC, exact numbers rounded once, texts within limits."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import ISO_8601, serializers

PLACES = 6


class Moment(serializers.DateTimeField):
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


class Number(serializers.FloatField):
    """An exact fraction or decimal as a JSON number of at most six places."""

    def to_representation(self, value: Fraction | Decimal) -> float:
        return round(float(value), PLACES)


class Exact(serializers.DecimalField):
    """A decimal that is stored as it was sent: a JSON number, also in answers."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["coerce_to_string"] = False
        super().__init__(**kwargs)

    def to_representation(self, value: Any) -> float | None:
        return None if value is None else float(value)


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Facts(serializers.JSONField):
    """A JSON object whose fields depend on something else, such as the type of a question."""


@extend_schema_field({"$ref": "#/components/schemas/QuestionResponse"})
class ResponseValue(serializers.JSONField):
    """A response to a question; its fields are those that the question's type declares."""


class StrictSerializer(serializers.Serializer):
    """What is sent and said; nothing here saves. Unknown fields are refused, not ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                text = _("There is no such field.")
                raise serializers.ValidationError({name: [text] for name in unknown})
        return super().to_internal_value(data)

    @classmethod
    def validated(cls, data: Any) -> dict[str, Any]:
        """The values that were sent. Raises ValidationError."""
        serializer = cls(data=data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    @classmethod
    def serialize(cls, value: Any) -> dict[str, Any]:
        """The value as JSON has it, as `cls(value).data` gives it."""
        return dict(_shared(cls).to_representation(value))

    @classmethod
    def serialize_all(cls, values: Iterable[Any]) -> list[dict[str, Any]]:
        """Each of the values as JSON has it, as `cls(values, many=True).data` gives them."""
        return [_shared(cls).to_representation(value) for value in values]

    @classmethod
    def field_names(cls) -> list[str]:
        """The names of its fields."""
        return list(_shared(cls).fields)


@cache
def _shared(serializer: type[StrictSerializer]) -> StrictSerializer:
    """One for all answers: each new one would copy and bind all fields and those within them."""
    return serializer()
