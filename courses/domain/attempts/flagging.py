"""Flagging a question, to come back to it before the attempt is handed in."""

from datetime import datetime

from django.db import transaction

from courses.domain import locks
from courses.domain.attempts import items
from courses.domain.attempts.closing import is_over
from courses.errors import Closed
from courses.models import Attempt, AttemptItem


@transaction.atomic
def flag(*, attempt: Attempt, position: int, is_flagged: bool, now: datetime) -> AttemptItem:
    """Flag the item for later, or remove the flag. Idempotent. Raises Closed."""
    locked = locks.attempt(pk=attempt.pk)
    if not locked.is_open or is_over(attempt=locked, now=now):
        raise Closed
    item = items.at(locked, now=now, position=position)
    item.is_flagged = is_flagged
    item.save(update_fields=["is_flagged"])
    return item
