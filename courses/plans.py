"""Statements that PostgreSQL plans for their values each time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections


@contextmanager
def planned_for_values(using: str) -> Iterator[None]:
    """Have the statements inside planned anew, for the values that they are sent with.

    A statement that is often executed gets a plan for any values. Such a plan uses no index that
    holds the rows of one state alone, and expects one row where there are 50,000.
    """
    with connections[using].execute_wrapper(_unprepared):
        yield


def _unprepared(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    driver = context["connection"].connection
    threshold = getattr(driver, "prepare_threshold", None)
    if threshold is None:
        return execute(sql, params, many, context)
    driver.prepare_threshold = None
    try:
        return execute(sql, params, many, context)
    finally:
        driver.prepare_threshold = threshold
