"""Columns that Django does not have."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses import sealing

MAX_LENGTH = 80
"""Characters of `numerator/denominator`; a sum of 100 items' thirds and sevenths fits easily."""


if TYPE_CHECKING:
    _Column = models.CharField[Fraction | str | None, Any]
else:
    _Column = models.CharField


class FractionField(_Column):
    """An exact number, stored as `numerator/denominator`; a `Fraction` in Python.

    Marks are added and compared exactly and rounded once, for display. The column is text, so
    rows are not sorted or summed by it: a rounded companion column does that.
    """

    description = _("Exact fraction")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_LENGTH)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_context: Any) -> Any:
        return None if value is None else Fraction(value)

    def to_python(self, value: Any) -> Fraction | None:
        if value is None or isinstance(value, Fraction):
            return value
        try:
            return Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            raise ValidationError(_("Enter a number or a fraction such as 2/3.")) from None

    def get_prep_value(self, value: Any) -> str | None:
        fraction = self.to_python(value)
        return None if fraction is None else f"{fraction.numerator}/{fraction.denominator}"

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj)) or ""


class SealedSecretsField(models.JSONField):
    """A list of `{"secret": text, …}` whose texts are sealed in the table and clear in Python.

    What cannot be opened, as SECRET_KEY has changed, stays sealed: it signs nothing that anybody
    would accept.
    """

    description = _("Sealed secrets")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, list):
            value = [{**one, "secret": sealing.seal(one["secret"])} for one in value]
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        found = super().from_db_value(value, expression, connection)
        if not isinstance(found, list):
            return found
        return [{**one, "secret": _opened(one["secret"])} for one in found]


def _opened(text: str) -> str:
    try:
        return sealing.open_sealed(text)
    except sealing.Unreadable:
        return text
