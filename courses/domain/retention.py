"""What is forgotten when it has been kept long enough; the relay does a little in every round.

Learning records are never forgotten here: they go with the person (`personal_data.erase`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.apps import apps
from django.core.cache import cache
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Coalesce

from courses.conf import settings
from courses.domain import (
    idempotency,
    jobs,
    launches,
    learning_mails,
    sign_ins,
    stored_files,
    tokens,
    trials,
)
from courses.domain.authoring import working_copies
from courses.models import Delivery, DeliveryTry, Event

AT_ONCE = 200
_DAY_S = 24 * 60 * 60


_purges: list[Callable[..., int]] = []


def register(purge: Callable[..., int]) -> None:
    """Let `purge(now=…)` of an optional app delete a batch in every round; it returns how many."""
    if purge not in _purges:
        _purges.append(purge)


def purge(*, now: datetime) -> int:
    """Delete one batch of each kind; return how many rows. Few queries when nothing is old."""
    count = idempotency.purge(now=now) + tokens.purge(now=now) + launches.purge(now=now)
    count += working_copies.purge(now=now) + trials.purge(now=now)
    count += jobs.purge(now=now) + learning_mails.purge(now=now)
    count += sum(one(now=now) for one in _purges)
    return count + _deliveries(now) + _events(now)


def purge_sign_ins(*, now: datetime) -> int:
    """Delete old sign-ins and ended sessions, a batch at a time; return how many."""
    return sign_ins.purge(now=now) + _sessions(now)


def purge_files(*, now: datetime) -> int:
    """Delete a batch of unused files; look for new ones once a day. Returns how many."""
    if cache.add("cx_courses_unused_files", "looked", _DAY_S):
        stored_files.mark_unused(now=now)
    return stored_files.purge(now=now)


def _sessions(now: datetime) -> int:
    """Delete sessions that have ended, where they are stored in the database."""
    if not apps.is_installed("django.contrib.sessions"):
        return 0
    rows = apps.get_model("sessions", "Session").objects.filter(expire_date__lt=now)
    old = list(rows.order_by("expire_date").values_list("pk", flat=True)[:AT_ONCE])
    if old:
        rows.filter(pk__in=old).delete()
    return len(old)


def _deliveries(now: datetime) -> int:
    """Delete old finished deliveries with their log, the oldest rows first."""
    limit = _limit(settings.DELIVERIES_KEPT_DAYS, now)
    if limit is None:
        return 0
    over = Coalesce("delivered_at", "next_try_at")
    rows = Delivery.objects.order_by("pk").values_list("pk", "state", over)
    old = [
        pk
        for pk, state, moment in rows[:AT_ONCE]
        if state != Delivery.State.PENDING and moment <= limit
    ]
    if old:
        DeliveryTry.objects.filter(delivery__in=old).delete()
        # One that was asked for again meanwhile stays.
        Delivery.objects.filter(pk__in=old).exclude(state=Delivery.State.PENDING).delete()
    return len(old)


def _events(now: datetime) -> int:
    """Delete old numbered events without deliveries.

    The last number stays: the next event must get a higher one, or readers overlooked it.
    """
    limit = _limit(settings.EVENTS_KEPT_DAYS, now)
    first = Event.objects.order_by("pk").values_list("occurred_at", flat=True).first()
    if limit is None or first is None or first > limit:
        return 0
    awaited = Exists(Delivery.objects.filter(event=OuterRef("pk")))
    rows = Event.objects.order_by("pk").values_list("pk", awaited, "occurred_at", "position")
    last = Event.objects.aggregate(last=Max("position"))["last"]
    old = [
        pk
        for pk, is_awaited, occurred_at, position in rows[:AT_ONCE]
        if not is_awaited and occurred_at <= limit and position not in (None, last)
    ]
    if old:
        Event.objects.filter(pk__in=old).delete()
    return len(old)


def _limit(days: int | None, now: datetime) -> datetime | None:
    """Return the moment before which rows are deleted; None deletes nothing."""
    return None if days is None else now - timedelta(days=days)
