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

    def __init__(self, *, min_value: int, max_value: int, **kwargs: Any) -> None:
        self.least, self.most = min_value, max_value
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        is_number = data.isascii() and data.isdigit() and len(data) <= len(str(self.most))
        if not (is_number and self.least <= int(data) <= self.most):
            self.fail("invalid", least=self.least, most=self.most)
        return int(data)


class YesNo(serializers.BooleanField):
    """`true` or `false`, and nothing else."""

    TRUE_VALUES = {"true"}
    FALSE_VALUES = {"false"}


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
        detail: Any = error.detail
        found = [Problem(name, str(texts[0])) for name, texts in detail.items()]
        raise Invalid(problems=found) from None


def first_message(error: serializers.ValidationError) -> str:
    """Return the first message of a field's error."""
    messages: Any = error.detail
    return str(messages[0])


def refused(name: str, message: Any) -> Invalid:
    """Return the refusal of a query parameter."""
    return Invalid(problems=[Problem(name, str(message))])
