"""Deliveries: claimed under a lease, in order for each learner, retried, marked dead, sent again.

Nothing here sends; `relay` does. A relay that dies loses its lease and another takes over.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from courses.conf import settings
from courses.models import Delivery, WebhookEndpoint

BATCH = 200
"""Most deliveries to one subscriber that a relay holds at a time."""
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=12)


@transaction.atomic
def claim(*, now: datetime) -> list[Delivery]:
    """Take what is due under a lease: of each subscriber up to a batch, in the order of events.

    Every subscriber gets its own share, those that answer before those that fail, so that one with
    a long queue keeps nobody waiting.
    """
    taken = [row for name in _subscribers(now) for row in _share(name, now)]
    lease = now + timedelta(seconds=settings.RELAY_LEASE_S)
    ids = [delivery.pk for delivery in taken]
    Delivery.objects.filter(pk__in=ids).update(locked_until=lease, tries=F("tries") + 1)
    for delivery in taken:
        delivery.tries += 1
        delivery.locked_until = lease
    return taken


def mark_delivered(rows: Iterable[Delivery], *, now: datetime) -> None:
    """Record that they arrived."""
    for held in _held_together(rows):
        held.update(state=Delivery.State.DONE, delivered_at=now, locked_until=None, last_answer="")


def mark_failed(
    delivery: Delivery,
    *,
    answer: str,
    now: datetime,
    jitter: Random,
    not_before: datetime | None,
    later: Sequence[Delivery] = (),
) -> None:
    """Record that it did not arrive: retry later, or mark it dead after its last try.

    Later events of the same learner wait as long. `later` are those that were held too; they are
    released.
    """
    release(later, not_before=now)
    next_try_at = now + retry_delay(tries=delivery.tries, jitter=jitter)
    if not_before is not None:
        next_try_at = max(next_try_at, not_before)
    is_dead = delivery.tries >= settings.RELAY_MAX_TRIES
    count = _held(delivery).update(
        state=Delivery.State.DEAD if is_dead else Delivery.State.PENDING,
        next_try_at=next_try_at,
        locked_until=None,
        last_answer=answer[:2000],
    )
    if count and not is_dead and delivery.event.enrolment_id is not None:
        pending(subscriber=delivery.subscriber).filter(
            event__enrolment=delivery.event.enrolment_id,
            event__gt=delivery.event_id,
            next_try_at__lt=next_try_at,
        ).update(next_try_at=next_try_at)


def release(rows: Iterable[Delivery], *, not_before: datetime) -> None:
    """Release deliveries that were held and not tried; the claim does not count as a try."""
    for held in _held_together(rows):
        held.update(locked_until=None, tries=F("tries") - 1, next_try_at=not_before)


def mark_dead(rows: Iterable[Delivery], *, answer: str) -> None:
    """Record that they can never arrive."""
    for delivery in rows:
        _held(delivery).update(state=Delivery.State.DEAD, locked_until=None, last_answer=answer)


def retry_delay(*, tries: int, jitter: Random) -> timedelta:
    """Return how long to wait after that many tries: doubled each time, give or take a half."""
    factor: int = 2 ** min(tries - 1, 20)
    wait = min(FIRST_RETRY * factor, LONGEST_RETRY)
    return wait * (0.5 + jitter.random())


def pending(*, subscriber: str) -> QuerySet[Delivery]:
    """Return what a subscriber has still to get and no relay holds under a lease of any age."""
    return Delivery.objects.filter(
        subscriber=subscriber, state=Delivery.State.PENDING, locked_until=None
    )


def redeliver(*, deliveries: QuerySet[Delivery], now: datetime) -> int:
    """Send these again from the next run on, with all their tries; return how many.

    Those that a relay holds at this moment are left to it; those of a disabled endpoint are left
    alone.
    """
    off = WebhookEndpoint.objects.exclude(disabled_at=None)
    rows = Delivery.objects.filter(_free(now), pk__in=deliveries.values("pk"))
    return rows.exclude(subscriber__in=[one.subscriber for one in off]).update(
        state=Delivery.State.PENDING, tries=0, next_try_at=now, locked_until=None, delivered_at=None
    )


def _due(now: datetime) -> QuerySet[Delivery]:
    """Return unleased deliveries that are due, with no earlier open one of the same learner."""
    earlier = Delivery.objects.filter(
        subscriber=OuterRef("subscriber"),
        event__enrolment=OuterRef("event__enrolment"),
        state=Delivery.State.PENDING,
        event__lt=OuterRef("event"),
    )
    rows = Delivery.objects.filter(_free(now), state=Delivery.State.PENDING, next_try_at__lte=now)
    return rows.filter(~Exists(earlier))


def _subscribers(now: datetime) -> list[str]:
    """Return the subscribers with something due; failing ones come last, the longest at the end."""
    waiting = Delivery.objects.filter(
        _free(now), state=Delivery.State.PENDING, next_try_at__lte=now
    )
    names = set(waiting.order_by().values_list("subscriber", flat=True).distinct())
    failing = WebhookEndpoint.objects.filter(failures__gt=0)
    failures = {endpoint.subscriber: endpoint.failures for endpoint in failing}
    return sorted(names, key=lambda name: (failures.get(name, 0), name))


def _share(subscriber: str, now: datetime) -> list[Delivery]:
    rows = _due(now).filter(subscriber=subscriber).order_by("event_id")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    paths = "event__course", "event__enrolment__user", "event__enrolment__section"
    return list(rows.select_related(*paths)[:BATCH])


def _free(now: datetime) -> Q:
    return Q(locked_until=None) | Q(locked_until__lte=now)


def _held_together(rows: Iterable[Delivery]) -> Iterator[QuerySet[Delivery]]:
    """Yield the rows as far as their leases are still valid; those that were claimed together."""
    claims: dict[tuple[int, datetime | None], list[int]] = {}
    for row in rows:
        claims.setdefault((row.tries, row.locked_until), []).append(row.pk)
    for (tries, locked_until), ids in claims.items():
        yield Delivery.objects.filter(pk__in=ids, tries=tries, locked_until=locked_until)


def _held(delivery: Delivery) -> QuerySet[Delivery]:
    """Return the row, if the lease under which it was taken is still valid."""
    return Delivery.objects.filter(
        pk=delivery.pk, tries=delivery.tries, locked_until=delivery.locked_until
    )
