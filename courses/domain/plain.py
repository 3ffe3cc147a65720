"""Values of rows as plain JSON, spelled as in the answers of the API."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Model

PLACES = 6
"""Decimal places of an exact number outside."""


def values(row: Model, *names: str) -> dict[str, Any]:
    """Return these fields of a row."""
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: times in UTC with `Z`, exact numbers rounded once."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | Fraction):
        return round(float(value), PLACES)
    return str(value) if isinstance(value, UUID) else value
