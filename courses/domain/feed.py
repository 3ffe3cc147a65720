"""All events in the order in which they could be seen, so that a reader overlooks none.

A transaction draws the keys of its events before it ends, so that an event with a lower key may
become visible after one with a higher key. What is visible is therefore numbered afterwards, by
one process at a time; readers go by that number. The same step creates their webhook deliveries.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Q, QuerySet

from courses.domain import events, webhooks
from courses.models import ApiClient, Course, Event, ExternalIdentity

BATCH = 500
GAP = 10_000_000
"""More events than any site records between a backup and its loss."""
_LOCK = 0x63785F66656564
"""The name of the lock in PostgreSQL ("cx_feed" in ASCII)."""


def number(*, now: datetime, is_waiting: bool = True) -> int:
    """Give numbers to events that have become visible; create their deliveries, return how many.

    Called by the relay and by each reader of the feed. Without `is_waiting` it returns 0 where
    another process numbers events at this moment. One query when there is nothing.
    """
    if not Event.objects.filter(position=None).exists():
        return 0
    with transaction.atomic():
        if not _alone(is_waiting=is_waiting):
            return 0
        unnumbered = Event.objects.filter(position=None).select_related("enrolment", "course")
        rows = list(unnumbered.order_by("pk")[:BATCH])
        last = Event.objects.aggregate(last=Max("position"))["last"] or 0
        for position, row in enumerate(rows, start=last + 1):
            row.position = position
        Event.objects.bulk_update(rows, ["position"])
        webhooks.create_deliveries(rows=rows, now=now)
    return len(rows)


def events_for(*, client: ApiClient, courses: QuerySet[Course], after: int = 0) -> QuerySet[Event]:
    """Return what the client may read after that position, in order.

    These are events of its learners in these courses, of the courses themselves, and of its own
    endpoints.
    """
    learners = ExternalIdentity.objects.filter(client=client).values("user")
    of_courses = Q(course__in=courses) & (Q(enrolment=None) | Q(enrolment__user__in=learners))
    of_client = Q(type__in=events.FOR_ONE_CLIENT, data__client=str(client.uuid))
    rows = Event.objects.filter(of_courses | of_client, position__gt=after)
    return rows.select_related("course", "enrolment__section").order_by("position")


def last_position() -> int:
    """Return the last position of the feed; 0 when it is empty."""
    return Event.objects.aggregate(last=Max("position"))["last"] or 0


def hold_end(*, now: datetime) -> None:
    """Add an event at the end of the feed that is never deleted, before others are deleted.

    Else a later event got the number of one that was taken out, and readers overlooked it. Must
    run inside the transaction that takes them out.
    """
    Event.objects.create(type=events.PERSON_ERASED, occurred_at=now)
    while number(now=now):
        pass


def leave_gap(*, now: datetime) -> None:
    """Go on far above every position that may have been read: the database is an earlier one.

    Events that have no position yet get theirs after the gap. Must run inside a transaction.
    """
    _alone(is_waiting=True)
    position = last_position() + GAP
    Event.objects.create(type=events.RECORDS_RESTORED, occurred_at=now, position=position)


def _alone(*, is_waiting: bool) -> bool:
    """Let nobody else number events until the transaction ends. SQLite has one writer anyway.

    Returns False, if it does not wait, where another process does so at this moment.
    """
    if connection.vendor != "postgresql":
        return True
    call = "pg_advisory_xact_lock" if is_waiting else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}(%s)", [_LOCK])
        return is_waiting or bool(cursor.fetchone()[0])
