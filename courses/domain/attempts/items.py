"""Items of an attempt, read with everything that saving a response to them needs."""

from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from courses.domain import item_views
from courses.domain.attempts import limits
from courses.errors import NotFound
from courses.models import Attempt, AttemptItem, Response
from courses.prepared import PreparedQuery, SmallInteger, UserKey

_LAST_POSITION = 32767


def at(attempt: Attempt, *, position: int, now: datetime, key: str = "") -> AttemptItem:
    """Return the item at this position, with its question and the response that has this key.

    See `sent_before`. Raises NotFound.
    """
    found = None
    if 0 <= position <= _LAST_POSITION:
        found = _AT.first(*_given(attempt, now), position, key)
    return _of(attempt, found)


def sent_before(item: AttemptItem, *, key: str | None) -> Response | None:
    """Return what a request with the same key stored; no query for an item read `at` its place."""
    if key is None or not item.revision:
        return None
    if not hasattr(item, "same_key_revision"):
        return item.responses.filter(idempotency_key=key).first()
    if item.same_key_revision is None:
        return None
    return Response(
        item=item,
        idempotency_key=key,
        revision=item.same_key_revision,
        value=item.same_key_value,  # type: ignore[attr-defined]
        received_at=item.same_key_received_at,  # type: ignore[attr-defined]
    )


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
    attempt_id: int, user_id: Any, since: datetime, position: int, key: str
) -> QuerySet[AttemptItem]:
    same_key = FilteredRelation("responses", condition=Q(responses__idempotency_key=key))
    rows = _shown(attempt_id, user_id, since).filter(position=position)
    return rows.annotate(same_key=same_key).annotate(
        same_key_revision=F("same_key__revision"),
        same_key_value=F("same_key__value"),
        same_key_received_at=F("same_key__received_at"),
    )


_AT = PreparedQuery(_shown_at, int, UserKey, datetime, SmallInteger, str)
_ALL = PreparedQuery(_to_save, int, UserKey, datetime)
