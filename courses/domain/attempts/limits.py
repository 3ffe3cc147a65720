"""How much one learner may store: more than anybody writes by hand, and an end to it.

Responses are never overwritten, so every change of a long text is stored once more.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Func, QuerySet, Subquery
from django.db.models.functions import Coalesce
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
    """Return the bytes of a response as it is sent: compact JSON in UTF-8."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def with_sums(
    rows: "QuerySet[AttemptItem]", *, attempt_id: int, user_id: int, since: datetime
) -> "QuerySet[AttemptItem]":
    """Return items of an attempt with what is stored already, so that `check` needs no query.

    `since` is the beginning of the last hour.
    """
    responses = Response.objects.order_by()
    recent = responses.filter(by_id=user_id, received_at__gt=since)
    own = responses.filter(item__attempt=attempt_id)
    return rows.annotate(stored_in_hour=_sum(recent), stored_in_attempt=_sum(own))


def _sum(responses: Any) -> Any:
    total = responses.annotate(total=Func(F("size"), function="SUM")).values("total")
    return Coalesce(Subquery(total), 0)


def check(*, item: AttemptItem, size: int, user_id: int, now: datetime) -> None:
    """Raise TooMuch when another response of this size is beyond a limit.

    One query, or none for an item that was read `with_sums`.
    """
    if item.revision >= REVISIONS:
        limit = {"limit": REVISIONS}
        raise TooMuch(
            _(
                "You have changed this response %(limit)d times, and no further changes can be "
                "saved. The last saved version counts. Please continue with the next question."
            )
            % limit
        )
    if not hasattr(item, "stored_in_hour"):
        rows = AttemptItem.objects.filter(pk=item.pk)
        given = {"attempt_id": item.attempt_id, "user_id": user_id}
        item = with_sums(rows, **given, since=now - HOUR).get()
    if item.stored_in_hour + size > HOUR_BYTES:  # type: ignore[attr-defined]
        raise TooMuch(
            _(
                "You have reached the limit of 5 MB per hour. Keep a copy of this response, "
                "wait a few minutes, and save it again."
            ),
            retry_after=WAIT_S,
        )
    if item.stored_in_attempt + size > ATTEMPT_BYTES:  # type: ignore[attr-defined]
        raise TooMuch(
            _(
                "This attempt has reached the limit of 2 MB. The last saved responses count: "
                "submit the attempt, or start the checks of the lesson again."
            )
        )
