"""Deliveries: claimed under a lease, in order for each learner, retried, marked dead, sent again.

Nothing here sends; `relay` does. A relay that dies loses its lease and another takes over.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, When, prefetch_related_objects

from courses.conf import settings
from courses.models import Delivery, WebhookEndpoint
from courses.models.webhook import WEBHOOK

BATCH = 200
"""Most deliveries to one subscriber that a relay holds at a time."""
OF_ONE_LEARNER = 25
"""Of them about one learner, if there are enough others: they are sent one after the other."""
SEEN = 5 * BATCH
"""Among how many a relay chooses."""
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=12)


@transaction.atomic
def claim(*, now: datetime) -> list[Delivery]:
    """Take what is due under a lease: of each subscriber up to a batch, in the order of events.

    Every subscriber gets its own share, those that answer before those that fail, so that one with
    a long queue keeps nobody waiting. Several events of a learner may be taken: the later ones are
    to be sent when the earlier ones have arrived, and else released. The claim of a relay that died
    is no try: relays that are killed again and again must not use up the tries.
    """
    taken = [row for name in _subscribers() for row in _share(name, now)]
    # Many events are of few learners and courses, which are read once.
    prefetch_related_objects(taken, "event__course", "event__enrolment__section")
    local = [row for row in taken if not row.subscriber.startswith(WEBHOOK)]
    prefetch_related_objects(local, "event__enrolment__user")
    lease = now + timedelta(seconds=settings.RELAY_LEASE_S)
    ids = [delivery.pk for delivery in taken]
    more = Case(When(locked_until=None, then=1), default=0)
    Delivery.objects.filter(pk__in=ids).update(locked_until=lease, tries=F("tries") + more)
    for delivery in taken:
        delivery.tries += delivery.locked_until is None
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


def _subscribers() -> list[str]:
    """Return the subscribers with something pending; failing ones last, the longest at the end.

    Each name is found in the index by the one before it: a long backlog is not read for it.
    """
    rows = Delivery.objects.filter(state=Delivery.State.PENDING).order_by("subscriber")
    found = rows.values_list("subscriber", flat=True)
    names: list[str] = []
    name = found.first()
    while name is not None:
        names.append(name)
        name = found.filter(subscriber__gt=name).first()
    failing = WebhookEndpoint.objects.filter(failures__gt=0) if names else ()
    failures = {endpoint.subscriber: endpoint.failures for endpoint in failing}
    return sorted(names, key=lambda name: (failures.get(name, 0), name))


def _share(subscriber: str, now: datetime) -> list[Delivery]:
    """Return some that are due, locked; none of a learner of whom an earlier one is not here.

    What another relay claims at this moment is skipped, and pending for the last query, so that
    the later events of its learners are left to it.
    """
    waiting = Delivery.objects.filter(subscriber=subscriber, state=Delivery.State.PENDING)
    chosen = waiting.filter(_due(now), pk__in=_choice(waiting, now)).order_by("event_id")
    if connection.features.has_select_for_update_skip_locked:
        chosen = chosen.select_for_update(skip_locked=True, of=("self",))
    rows = list(chosen.select_related("event"))
    learners = {row.event.enrolment_id for row in rows} - {None}
    if not learners:
        return rows
    others = waiting.filter(event__lt=rows[-1].event_id, event__enrolment__in=learners)
    others = others.exclude(pk__in=[row.pk for row in rows]).order_by("-event_id")
    first_of: dict[int | None, int] = dict(others.values_list("event__enrolment", "event_id"))
    return [
        row for row in rows if row.event_id < first_of.get(row.event.enrolment_id, row.event_id + 1)
    ]


def _choice(waiting: QuerySet[Delivery], now: datetime) -> list[int]:
    """Return the keys of up to a batch of what is due: the oldest, of few learners.

    Several events of each, so that the other learners are left to other relays, whose learners are
    passed over.
    """
    due = waiting.filter(_due(now)).order_by("event_id")
    rows = list(due.values_list("pk", "event__enrolment", "event_id")[:SEEN])
    if len(rows) <= BATCH:
        return [pk for pk, _learner, _event in rows]
    held = waiting.exclude(_due(now)).filter(event__lt=rows[-1][2]).order_by("event_id")
    passed_over = set(held.values_list("event__enrolment", flat=True)[:SEEN]) - {None}
    of_each: dict[object, list[int]] = {}
    for pk, learner, _event in rows:
        if learner not in passed_over:
            of_each.setdefault(("", pk) if learner is None else learner, []).append(pk)
    most_of_one = max(OF_ONE_LEARNER, BATCH // max(len(of_each), 1))
    chosen: list[int] = []
    for keys in of_each.values():
        chosen += keys[: min(most_of_one, BATCH - len(chosen))]
    return chosen


def _due(now: datetime) -> Q:
    return _free(now) & Q(next_try_at__lte=now)


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
