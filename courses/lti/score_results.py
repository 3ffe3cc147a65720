"""What a platform's gradebook has at a line item: its results, read page by page.

Uses no database and changes nothing.
"""

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.utils.translation import gettext_lazy as _

from courses.domain import outgoing
from courses.errors import CoursesError
from courses.lti import access_tokens, service_calls
from courses.lti import vocabulary as words

MEDIA_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
LASTS_S = 20.0
"""So long somebody may wait for all columns together."""
_PAGE = 200
_MOST_PAGES = 200
_LONGEST_ID = 255
_OK, _UNAUTHORIZED, _FORBIDDEN = 200, 401, 403


class ResultsUnread(CoursesError):
    """The results of a column could not be read."""

    code = "results_unread"
    default = _("The platform could not be reached.")


@dataclass(frozen=True)
class PlatformResult:
    """A cell of the platform's gradebook; None where it has no number."""

    given: float | None
    most: float

    @property
    def share(self) -> float | None:
        return None if self.given is None or not self.most else self.given / self.most


def read(*, key: access_tokens.AccessKey, line_item: str, ends: float) -> dict[str, PlatformResult]:
    """Return the platform's id of a person → what is in their cell.

    `ends` is a time of the monotonic clock. Opens no transaction. Raises ResultsUnread.
    """
    found: dict[str, PlatformResult] = {}
    url: str | None = results_address(line_item)
    for _page in range(_MOST_PAGES):
        if url is None:
            return found
        if time.monotonic() > ends:
            raise ResultsUnread(_("The platform answers too slowly to read all of its results."))
        answer = _get(key, url)
        found.update(_rows(answer))
        url = _next(answer, url)
    raise ResultsUnread(_("The platform's list of results does not end."))


def results_address(line_item: str) -> str:
    """Return where results are: `/results` ends the path, before a query such as Moodle's."""
    parts = urlsplit(line_item)
    joint = "&" if parts.query else ""
    query = f"{parts.query}{joint}{urlencode({'limit': _PAGE})}"
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/results", query=query))


def _get(key: access_tokens.AccessKey, url: str) -> outgoing.Answer:
    try:
        answer = service_calls.get(key=key, scope=words.RESULT_SCOPE, url=url, accept=MEDIA_TYPE)
    except access_tokens.TokenRefused as error:
        raise ResultsUnread(_NOT_ALLOWED) from error
    except (outgoing.CallRefused, outgoing.CallFailed) as error:
        raise ResultsUnread from error
    if answer.status in (_UNAUTHORIZED, _FORBIDDEN):
        raise ResultsUnread(_NOT_ALLOWED)
    return answer


def _rows(answer: outgoing.Answer) -> Iterator[tuple[str, PlatformResult]]:
    try:
        body = json.loads(answer.body) if answer.status == _OK and not answer.is_cut else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, list):
        text = _("The platform answered with something that is no list (status %(status)d).")
        raise ResultsUnread(text % {"status": answer.status})
    for row in body:
        user = row.get("userId") if isinstance(row, dict) else None
        if isinstance(user, str | int) and not isinstance(user, bool):
            most = _number(row.get("resultMaximum"))
            # Without a maximum it is 1 (AGS 2.0, 3.3.6).
            result = PlatformResult(_number(row.get("resultScore")), 1.0 if most is None else most)
            yield str(user)[:_LONGEST_ID], result


def _next(answer: outgoing.Answer, url: str) -> str | None:
    """Return the next page's address. Another site gets no token of ours: raises ResultsUnread."""
    named = service_calls.links(header=answer.headers.get("link", ""), url=url)
    following = named.get("next")
    if following is not None and not service_calls.is_beside(following, url):
        raise ResultsUnread(_("The platform's list of results goes on at another site."))
    return following


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or abs(value) > _LARGEST:
        return None
    return float(value)


_LARGEST = 10**9
_NOT_ALLOWED = _("The platform does not let this site read its results.")
