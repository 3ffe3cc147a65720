"""Items of an attempt, read with everything that saving a response to them needs."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from courses.domain import item_views
from courses.domain.attempts import limits
from courses.errors import NotFound
from courses.models import Attempt, AttemptItem
from courses.prepared import PreparedQuery, SmallInteger, UserKey

_LAST_POSITION = 32767


def at(attempt: Attempt, *, position: int, now: datetime) -> AttemptItem:
    """Return the item at this position, with its question. Raises NotFound."""
    found = None
    if 0 <= position <= _LAST_POSITION:
        found = _AT.first(*_given(attempt, now), position)
    return _of(attempt, found)


def asking(attempt: Attempt, *, question: str, now: datetime) -> AttemptItem:
    """Return the item that asks the question with this key. Raises NotFound."""
    rows = _shown(*_given(attempt, now))
    return _of(attempt, rows.filter(version__question__key=question).first())


def asking_id(attempt: Attempt, *, question_id: int, now: datetime) -> AttemptItem | None:
    """Return the item that asks this question, if there is one yet."""
    return _shown(*_given(attempt, now)).filter(version__question_id=question_id).first()


def with_versions(attempt: Attempt, *, now: datetime) -> list[AttemptItem]:
    """Return all items in their order with their versions, but without questions and stimuli."""
    found = _ALL.all(*_given(attempt, now))
    for item in found:
        item.attempt = attempt
    return found


def _of(attempt: Attempt, item: AttemptItem | None) -> AttemptItem:
    if item is None:
        raise NotFound
    item.attempt = attempt
    return item


def _given(attempt: Attempt, now: datetime) -> tuple[int, Any, datetime]:
    return attempt.pk, attempt.enrolment.user_id, now - limits.HOUR


def _to_save(attempt_id: int, user_id: Any, since: datetime) -> QuerySet[AttemptItem]:
    rows = AttemptItem.objects.filter(attempt=attempt_id).select_related("version")
    rows = limits.with_sums(rows, attempt_id=attempt_id, user_id=user_id, since=since)
    return rows.order_by("position")


def _shown(attempt_id: int, user_id: Any, since: datetime) -> QuerySet[AttemptItem]:
    rows = _to_save(attempt_id, user_id, since)
    return rows.select_related(*item_views.QUESTION_PATHS)


def _shown_at(
    attempt_id: int, user_id: Any, since: datetime, position: int
) -> QuerySet[AttemptItem]:
    return _shown(attempt_id, user_id, since).filter(position=position)


_AT = PreparedQuery(_shown_at, int, UserKey, datetime, SmallInteger)
_ALL = PreparedQuery(_to_save, int, UserKey, datetime)
