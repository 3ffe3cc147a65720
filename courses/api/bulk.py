"""Many rows in one request: each has its own report, and none stops another."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.response import Response

from courses.api import problems
from courses.api.values import StrictSerializer
from courses.errors import CoursesError

MOST_AT_ONCE = 200
MOST_ERRORS = 10
"""Errors that the report of one row lists."""


def rows_of(help_text: str) -> serializers.ListField:
    """Return the field of a request that holds the rows; each is validated on its own."""
    return serializers.ListField(
        child=serializers.JSONField(), min_length=1, max_length=MOST_AT_ONCE, help_text=help_text
    )


def reported(
    request: Mapping[str, list[Any]], item: type[StrictSerializer], act: Callable[..., Any]
) -> Response:
    """Answer with the `BulkReport` of what `act` makes of the values of each row.

    `request` holds the rows by their name, `item` reads one; a refusal points at its own row.
    """
    [(name, rows)] = request.items()

    def done(row: Any) -> dict[str, Any]:
        return dict(act(**item.validated(row)))

    results = [
        {"index": index, **_named(row), **_report(name, index, row, done)}
        for index, row in enumerate(rows)
    ]
    return Response({"results": results})


def _named(row: Any) -> dict[str, str]:
    external_id = row.get("external_id") if isinstance(row, dict) else None
    return {"external_id": external_id} if isinstance(external_id, str) else {}


def _report(
    name: str, index: int, row: Any, act: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    try:
        with transaction.atomic():
            return act(row)
    except serializers.ValidationError as error:
        places = problems.pointed(error.detail, name, str(index))
        return {"status": 400, "errors": problems.listed(places, most=MOST_ERRORS)["errors"]}
    except CoursesError as error:
        status = problems.TITLES[problems.code_of(error)][0]
        found = [{"pointer": problems.pointer(name, str(index)), "message": str(error.message)}]
        return {"status": status, **problems.listed(found)}
