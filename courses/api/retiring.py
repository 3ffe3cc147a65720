"""How the API takes leave of an operation: announced in every answer, long before it goes."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.http import http_date


@dataclass(frozen=True)
class Retiring:
    """An operation that platforms should leave: since when, until when it answers, and for what.

    Said in every answer (RFC 9745, RFC 8594) and in the description. Within `/v1/` nothing is
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
