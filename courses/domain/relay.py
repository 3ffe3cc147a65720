"""What runs beside the web: closes what has run out, and carries events to their subscribers.

A delivery is held under a lease while it is sent, outside any transaction. A relay that dies loses
its lease and another takes over, so every event arrives at least once; several relays may run.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from courses.conf import settings
from courses.domain import attempts
from courses.models import Attempt, Delivery, Event

BATCH = 50
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=6)


@dataclass(frozen=True)
class Round:
    """What one round did."""

    closed: int
    delivered: int
    failed: int

    @property
    def was_idle(self) -> bool:
        return not (self.closed or self.delivered or self.failed)


@dataclass(frozen=True)
class Backlog:
    """Deliveries that should have been sent by now; attempts that should have been closed."""

    due: int
    oldest_seconds: float | None
    dead: int
    expired_attempts: int


def run_once(*, clock: Callable[[], datetime], jitter: Random) -> Round:
    """One round: close expired attempts, send what is due. `clock` tells the time, aware."""
    closed = attempts.close_expired(now=clock())
    delivered = failed = 0
    for delivery in claim(now=clock()):
        if _send(delivery, clock, jitter):
            delivered += 1
        else:
            failed += 1
    return Round(closed, delivered, failed)


def backlog(*, now: datetime) -> Backlog:
    """How far behind the relay is; for /readyz and the admin. Four queries at most."""
    due = Delivery.objects.filter(state=Delivery.State.PENDING, next_try_at__lte=now)
    oldest = due.order_by("next_try_at").values_list("next_try_at", flat=True).first()
    return Backlog(
        due=due.count(),
        oldest_seconds=(now - oldest).total_seconds() if oldest else None,
        dead=Delivery.objects.filter(state=Delivery.State.DEAD).count(),
        expired_attempts=_overdue(now),
    )


def redeliver(*, deliveries: QuerySet[Delivery], now: datetime) -> int:
    """Send these again from the next round on, with all their tries; how many will be.

    Those that a relay holds at this moment are left to it.
    """
    free = Q(locked_until=None) | Q(locked_until__lte=now)
    return Delivery.objects.filter(free, pk__in=deliveries.values("pk")).update(
        state=Delivery.State.PENDING, tries=0, next_try_at=now, locked_until=None, delivered_at=None
    )


@transaction.atomic
def claim(*, now: datetime) -> list[Delivery]:
    """Take up to a batch of due deliveries under a lease, in the order of their events.

    An event waits while an earlier one of the same learner to the same subscriber is not done.
    """
    earlier = Delivery.objects.filter(
        subscriber=OuterRef("subscriber"),
        event__enrolment=OuterRef("event__enrolment"),
        state=Delivery.State.PENDING,
        event__lt=OuterRef("event"),
    )
    free = Q(locked_until=None) | Q(locked_until__lte=now)
    due = (
        Delivery.objects.filter(free, state=Delivery.State.PENDING, next_try_at__lte=now)
        .filter(~Exists(earlier))
        .order_by("event_id")
    )
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    taken = list(due.select_related("event__course", "event__enrolment__user")[:BATCH])
    lease = now + timedelta(seconds=settings.RELAY_LEASE_S)
    ids = [delivery.pk for delivery in taken]
    Delivery.objects.filter(pk__in=ids).update(locked_until=lease, tries=F("tries") + 1)
    for delivery in taken:
        delivery.tries += 1
    return taken


def _send(delivery: Delivery, clock: Callable[[], datetime], jitter: Random) -> bool:
    try:
        _subscriber(delivery.subscriber)(delivery.event)
    except Exception as error:  # a subscriber may fail in any way; none may stop the relay
        _failed(delivery, error, clock(), jitter)
        return False
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.DONE, delivered_at=clock(), locked_until=None, last_answer=""
    )
    return True


def _subscriber(name: str) -> Callable[[Event], object]:
    deliver: Callable[[Event], object] = import_string(settings.SUBSCRIBERS[name])
    return deliver


def _failed(delivery: Delivery, error: Exception, now: datetime, jitter: Random) -> None:
    is_dead = delivery.tries >= settings.RELAY_MAX_TRIES
    wait = min(FIRST_RETRY * 2 ** min(delivery.tries - 1, 20), LONGEST_RETRY)
    Delivery.objects.filter(pk=delivery.pk).update(
        state=Delivery.State.DEAD if is_dead else Delivery.State.PENDING,
        next_try_at=now + wait * (0.5 + jitter.random()),
        locked_until=None,
        last_answer=f"{type(error).__name__}: {error}"[:2000],
    )


def _overdue(now: datetime) -> int:
    return Attempt.objects.open().filter(deadline_at__lt=now - timedelta(minutes=5)).count()
