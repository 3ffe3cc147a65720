"""Deprecation of operations: announced in every answer, long before one goes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.http import http_date


@dataclass(frozen=True)
class Retiring:
    """The deprecation of an operation: since when, until when it answers, and what replaces it.

    It is in every answer (RFC 9745, RFC 8594) and in the description. Within `/v1/` nothing is
    taken away before `ends`, which is at least a year after `since`.
    """

    since: datetime
    ends: datetime | None
    instead: str
    """Where it is explained what to do instead."""

    def headers(self) -> dict[str, str]:
        found = {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Link": f'<{self.instead}>; rel="deprecation"',
        }
        if self.ends is not None:
            found["Sunset"] = http_date(self.ends.timestamp())
        return found


def retire(retiring: Retiring) -> Callable[[Any], Any]:
    """Announce the end of the operation that this handler answers; stands above all others."""

    def decorate(handler: Any) -> Any:
        handler.retiring = retiring
        return handler

    return decorate


def retiring_of(handler: Any) -> Retiring | None:
    """Return the deprecation of this handler's operation, None without one."""
    return getattr(handler, "retiring", None)
