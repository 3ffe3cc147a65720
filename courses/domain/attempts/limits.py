"""How much one learner may store: more than anybody writes by hand, and an end to it.

Responses are never overwritten, so every change of a long text is stored once more.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from courses.errors import TooMuch
from courses.models import AttemptItem, Response

REVISIONS = 200
"""Of one item."""
ATTEMPT_BYTES = 2_000_000
HOUR_BYTES = 5_000_000
"""Of one learner, in all attempts together."""
HOUR = timedelta(hours=1)
WAIT_S = 600


def size_of(value: Any) -> int:
    """Bytes of a response as it is sent: compact JSON in UTF-8."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def check(*, item: AttemptItem, size: int, by: Any, now: datetime) -> None:
    """Raises TooMuch when another response of this size is beyond a limit. At most two queries."""
    if item.revision >= REVISIONS:
        limit = {"limit": REVISIONS}
        raise TooMuch(
            _(
                "You have changed this response %(limit)d times, and no further change can be "
                "stored. What was stored last counts; go on with the next question."
            )
            % limit
        )
    rows = Response.objects.order_by()
    recent = _sum(rows.filter(by=by, received_at__gt=now - HOUR)) + size
    if recent > HOUR_BYTES:
        raise TooMuch(
            _(
                "You have stored as much as one person may in an hour (5 MB). Keep a copy of this "
                "response, wait some minutes, and save it again."
            ),
            retry_after=WAIT_S,
        )
    if recent <= ATTEMPT_BYTES and item.attempt.started_at > now - HOUR:
        return  # all of the attempt is of this hour
    if _sum(rows.filter(item__attempt=item.attempt)) + size > ATTEMPT_BYTES:
        raise TooMuch(
            _(
                "This attempt holds as much text as can be stored (2 MB). What was stored last "
                "counts: hand it in, or begin the checks of the lesson again."
            )
        )


def _sum(rows: Any) -> int:
    return int(rows.aggregate(size=Sum("size"))["size"] or 0)
