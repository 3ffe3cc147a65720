"""Line items made in a platform's gradebook: plain data and the calls, without the database."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from courses.domain import outgoing
from courses.lti import access_tokens, service_calls
from courses.lti import vocabulary as words
from courses.lti.score_models import GradebookColumn

MEDIA_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LIST_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
TAG = "cx-quiz"
"""What our line items are called among the others of a course."""
MOST_PAGES, ON_A_PAGE = 200, 100
"""Pages of a list of line items that are read, and how many we wish to have on one."""
_LONGEST_LABEL = 100
_LONGEST_URL = 2000


@dataclass(frozen=True)
class ColumnCall:
    """One line item that is to be made, unless the platform has it already."""

    link: int
    """The key of the LtiLink."""
    container: str
    resource_id: str
    label: str
    review: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """The member `submissionReview`, where the platform opens work from its gradebook."""

    @property
    def body(self) -> bytes:
        found = {
            "label": self.label[:_LONGEST_LABEL],
            "scoreMaximum": 100,
            "resourceId": self.resource_id,
            "tag": TAG,
            **self.review,
        }
        return json.dumps(found, ensure_ascii=False).encode()


@dataclass(frozen=True)
class ColumnAnswer:
    """What came of it: the address of the line item, or why there is none."""

    call: ColumnCall
    line_item: str = ""
    answer: outgoing.Answer | None = None
    end: str = ""
    """Why the list cannot be read to its end, a `Problem`: there may be a column already."""

    @property
    def problem(self) -> str:
        """Why there will be none, however often the platform is asked, a `Problem`; "" if not."""
        if self.end:
            return self.end
        is_refused = self.answer is not None and self.answer.status in {400, 403, 404, 405, 422}
        return GradebookColumn.Problem.REFUSED if is_refused else ""

    @property
    def text(self) -> str:
        """The same in words, for the log of deliveries."""
        return str(GradebookColumn.Problem(self.problem).label) if self.problem else ""


def make(*, key: access_tokens.AccessKey, call: ColumnCall) -> ColumnAnswer:
    """Return the line item that there is for this quiz, else make one.

    A relay that was killed after it had made one finds it again by its resource id and tag; a
    copied course brings its own along. Where the list of the platform cannot be read to its end,
    none is made: the gradebook could then have two for the same quiz.

    Raises TokenRefused, outgoing.CallRefused and outgoing.CallFailed.
    """
    found, answer, end = _find(key, call)
    if end:
        return ColumnAnswer(call, answer=answer, end=end)
    if found or answer.status != 200:  # noqa: PLR2004 (HTTP's own number)
        return ColumnAnswer(call, found, answer)
    headers = {"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE}
    answer = service_calls.with_token(
        key=key,
        scope=words.LINE_ITEM_SCOPE,
        send=lambda token: outgoing.post(
            call.container, body=call.body, headers={**token, **headers}
        ),
    )
    made = _json(answer) if answer.status in {200, 201} else None
    return ColumnAnswer(call, _address(made), answer)


def _find(key: access_tokens.AccessKey, call: ColumnCall) -> tuple[str, outgoing.Answer, str]:
    """Return the address of our line item, the last answer, and why the list has no end.

    Platforms may ignore the filter. A list that leads back, or on and on, is read no further, nor
    is one that goes on at another site: that gets no token of ours.
    """
    parts = urlsplit(call.container)
    wanted = {"resource_id": call.resource_id, "tag": TAG, "limit": str(ON_A_PAGE)}
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *wanted.items()])
    url = urlunsplit(parts._replace(query=query))
    seen: set[str] = set()
    while True:
        seen.add(url)
        answer = service_calls.get(key=key, scope=words.LINE_ITEM_SCOPE, url=url, accept=LIST_TYPE)
        if answer.is_cut:
            return "", answer, GradebookColumn.Problem.TOO_LONG
        rows = _json(answer) if answer.status == 200 else None  # noqa: PLR2004
        for row in rows if isinstance(rows, list) else ():
            if (
                isinstance(row, dict)
                and row.get("resourceId") == call.resource_id
                and row.get("tag") == TAG
            ):
                return _address(row), answer, ""
        named = service_calls.links(header=answer.headers.get("link", ""), url=url)
        if "next" not in named:
            return "", answer, ""
        if not service_calls.is_beside(named["next"], url):
            return "", answer, GradebookColumn.Problem.ELSEWHERE
        url = named["next"]
        if url in seen:
            return "", answer, GradebookColumn.Problem.LEADS_BACK
        if len(seen) >= MOST_PAGES:
            return "", answer, GradebookColumn.Problem.TOO_LONG


def _json(answer: outgoing.Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _address(row: Any) -> str:
    found = row.get("id") if isinstance(row, dict) else None
    return found if isinstance(found, str) and len(found) <= _LONGEST_URL else ""
