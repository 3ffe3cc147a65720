"""Notices to learners: written with what they are about, listed, marked as read.

A notice of a corrected result tells a score. It is shown when that score may be shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from courses.domain.reveal import visibility
from courses.errors import NotFound
from courses.models import Enrolment, Notice, Result
from courses.prepared import PreparedQuery, UserKey

Kind = Notice.Kind
BATCH = 500
LISTED = 50
"""A list holds the newest; nobody reads more."""


@dataclass(frozen=True)
class NewNotice:
    """What one learner is to read.

    Facts of `regraded`: `regrade` and `line_item` (their uuids), `quiz` (its key), `questions`
    (titles), `is_undo`, and percent and verdict before and after. Facts of `report_answered`:
    `question` (its title) and `answer`; with `line_item` it waits until that score is shown.
    """

    enrolment: Enrolment
    kind: str
    data: dict[str, Any]


def write(*, messages: Iterable[NewNotice], now: datetime) -> list[Notice]:
    """Store a notice for each message."""
    rows = [
        Notice(enrolment=one.enrolment, kind=one.kind, data=one.data, created_at=now)
        for one in messages
    ]
    return Notice.objects.bulk_create(rows, batch_size=BATCH)


def of_learner(*, enrolments: Sequence[Enrolment], now: datetime) -> list[Notice]:
    """Return the newest notices that may be shown now. As many queries for many as for one."""
    rows = Notice.objects.filter(enrolment__in=enrolments)
    found = list(rows.select_related("enrolment__course").order_by("-pk")[:LISTED])
    return shown(notices=found, now=now)


def unread(*, enrolments: Sequence[Enrolment], now: datetime) -> list[Notice]:
    """Return those that one person has not read, of these enrolments of theirs."""
    own = {one.pk: one.user_id for one in enrolments}
    found = [row for user in set(own.values()) for row in _UNREAD.all(user)]
    return shown(notices=[row for row in found if row.enrolment_id in own][:LISTED], now=now)


def _unread_of(user_id: int) -> QuerySet[Notice]:
    rows = Notice.objects.filter(enrolment__user=user_id, read_at=None)
    return rows.select_related("enrolment__course").order_by("-pk")


_UNREAD = PreparedQuery(_unread_of, UserKey)


def shown(*, notices: Sequence[Notice], now: datetime) -> list[Notice]:
    """Return those of the notices whose score the learner may see now."""
    columns = {one.data["line_item"] for one in notices if one.data.get("line_item")}
    if not columns:
        return list(notices)
    results = Result.objects.filter(
        line_item__uuid__in=columns, enrolment__in={one.enrolment_id for one in notices}
    ).select_related("line_item", *visibility.RESULT_PATHS)
    visible = {
        (row.enrolment_id, str(row.line_item.uuid))
        for row in visibility.shown_results(results=results, now=now)
    }
    return [
        one
        for one in notices
        if not one.data.get("line_item") or (one.enrolment_id, one.data["line_item"]) in visible
    ]


def mark_read(*, uuid: UUID, enrolments: Sequence[Enrolment], now: datetime) -> Notice:
    """Mark one of these learners' notices as read. Idempotent. Raises NotFound.

    One that may not be shown yet is not found.
    """
    rows = Notice.objects.filter(enrolment__in=enrolments, uuid=uuid)
    found = shown(notices=list(rows.select_related("enrolment__course")), now=now)
    if not found:
        raise NotFound
    if found[0].read_at is None:
        rows.filter(read_at=None).update(read_at=now)
        found[0].refresh_from_db(fields=["read_at"])
    return found[0]
