"""Query parameters that an operation takes beside the filters and pages of its list."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.request import Request

from courses.api.values import StrictSerializer
from courses.errors import Invalid, Problem


class WholeNumber(serializers.IntegerField):
    """A number from `min_value` to `max_value`, in plain digits."""

    default_error_messages = {
        "invalid": gettext_lazy("A number from {least} to {most} is expected.")
    }

    def to_internal_value(self, data: Any) -> int:
        is_number = data.isascii() and data.isdigit() and len(data) <= len(str(self.max_value))
        if not (is_number and self.min_value <= int(data) <= self.max_value):
            self.fail("invalid", least=self.min_value, most=self.max_value)
        return int(data)


class YesNo(serializers.BooleanField):
    """`true` or `false`, and nothing else."""

    TRUE_VALUES = frozenset({"true"})
    FALSE_VALUES = frozenset({"false"})


def read(
    request: Request, serializer: type[StrictSerializer] | None, others: Collection[str]
) -> dict[str, Any]:
    """Return the values of the serializer's parameters; an empty one counts as not given.

    Raises Invalid, also for parameters that are neither its own nor among the others.
    """
    own = set(serializer.field_names()) if serializer else set()
    if unknown := set(request.query_params) - own - set(others):
        text = str(_("There is no such parameter."))
        raise Invalid(problems=[Problem(name, text) for name in sorted(unknown)])
    if serializer is None:
        return {}
    given = {k: text for k, text in request.query_params.items() if text and k in own}
    try:
        return serializer.validated(given)
    except serializers.ValidationError as error:
        found = [Problem(name, str(texts[0])) for name, texts in error.detail.items()]
        raise Invalid(problems=found) from None


def refused(name: str, message: Any) -> Invalid:
    """Return the refusal of a query parameter."""
    return Invalid(problems=[Problem(name, str(message))])
