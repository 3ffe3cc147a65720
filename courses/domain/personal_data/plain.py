"""Values of rows as plain JSON."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Model


def values(row: Model, *names: str) -> dict[str, Any]:
    """These fields of a row."""
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    """A value as JSON holds it; exact numbers as text."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | Fraction | UUID) else value
