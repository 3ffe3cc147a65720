"""The relay beside the web server: close what has expired, deliver events to their subscribers.

A delivery is held under a lease while it is sent, outside any transaction. A relay that dies loses
its lease and another takes over, so every event arrives at least once; several relays may run.
Endpoints are called in parallel, in threads without a database; outcomes are stored as they come
in, those of half a second together.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils.module_loading import import_string

from courses.conf import settings
from courses.domain import (
    attempts,
    completion,
    deliveries,
    enrolments,
    feed,
    jobs,
    result_release,
    retention,
    search,
    webhooks,
)
from courses.domain.analysis import noting
from courses.domain.authoring import likeness, schedule, working_copies
from courses.domain.learning_mails import weekly
from courses.models import Attempt, Delivery, Event, WebhookEndpoint

Clock = Callable[[], datetime]
SHARE = timedelta(seconds=20)
"""How long one subscriber may be served in a run. With the time limit of the last call it is
well below the lease, and it is what a slow receiver may cost the others."""


@dataclass(frozen=True)
class RelayRun:
    """What one run of the relay did."""

    closed: int
    delivered: int
    failed: int
    numbered: int = 0
    shown: int = 0
    completed: int = 0
    published: int = 0
    worked: int = 0
    ended: int = 0

    @property
    def was_idle(self) -> bool:
        return not any(vars(self).values())


@dataclass(frozen=True)
class Backlog:
    """Deliveries that should have been sent by now; attempts that should have been closed."""

    due: int
    oldest_seconds: float | None
    dead: int
    expired_attempts: int
    unnumbered: int = 0
    disabled: int = 0
    """Endpoints that were disabled for failing."""


def run_once(*, clock: Clock, jitter: Random) -> RelayRun:
    """Close and end what is due, show results, complete, publish, send, compare, index, delete.

    `clock` returns the time, aware.
    """
    closed = attempts.close_expired(now=clock())
    ended = enrolments.end_due(now=clock())
    shown = result_release.release_due(now=clock())
    completed = completion.complete_due(now=clock())
    published = working_copies.publish_due(now=clock()) + schedule.publish_due(now=clock())
    numbered = feed.number(now=clock(), is_waiting=False)
    held = deliveries.claim(now=clock())
    remote = [one for one in held if webhooks.is_for_endpoint(one)]
    local = [one for one in held if not webhooks.is_for_endpoint(one)]
    until = clock() + min(SHARE, timedelta(seconds=settings.RELAY_LEASE_S) / 3)
    with webhooks.sending(held=remote, clock=clock, until=until) as reports:
        sent = _notify_each(local, clock, jitter, until)
        for together in reports:
            webhooks.record_outcomes(reports=together, now=clock(), jitter=jitter)
            sent += [report.outcome.is_accepted for report in together]
    weekly.queue_due(now=clock())
    likeness.compare_some()
    search.refresh_due()
    noting.note_changes(now=clock())
    retention.purge(now=clock())
    retention.purge_sign_ins(now=clock())
    retention.purge_files(now=clock())
    delivered = sum(sent)
    failed = len(sent) - delivered
    worked = _work(clock)
    return RelayRun(closed, delivered, failed, numbered, shown, completed, published, worked, ended)


def backlog(*, now: datetime) -> Backlog:
    """Return how far behind the relay is: for /readyz, metrics, admin. At most seven queries.

    Events that are not numbered count as late only where an endpoint waits for them.
    """
    due = Delivery.objects.filter(state=Delivery.State.PENDING, next_try_at__lte=now)
    oldest = due.order_by("next_try_at").values_list("next_try_at", flat=True).first()
    off = WebhookEndpoint.objects.exclude(disabled_at=None)
    unnumbered = Event.objects.filter(position=None)
    if WebhookEndpoint.objects.filter(disabled_at=None).exists():
        first = unnumbered.order_by("pk").values_list("occurred_at", flat=True).first()
        oldest = min((one for one in (oldest, first) if one is not None), default=None)
    return Backlog(
        due=due.count(),
        oldest_seconds=(now - oldest).total_seconds() if oldest else None,
        dead=Delivery.objects.filter(state=Delivery.State.DEAD).count(),
        expired_attempts=_overdue(now),
        unnumbered=unnumbered.count(),
        disabled=off.exclude(disabled_reason=WebhookEndpoint.Because.BY_HAND).count(),
    )


def _work(clock: Clock) -> int:
    """Work in the background for a slice; return how many steps. Remind an engine of the host."""
    if settings.TASKS_BACKEND is None:
        return jobs.work(clock=clock, until=clock() + jobs.SLICE)
    jobs.announce_lost(now=clock())
    return 0


def _notify_each(
    local: Sequence[Delivery], clock: Clock, jitter: Random, until: datetime
) -> list[bool]:
    """Call the subscribers that live in this process, for as long as a run lasts."""
    sent: list[bool] = []
    left = deque(local)
    while left:
        if clock() >= until:
            deliveries.release(left, not_before=clock())
            break
        delivery = left.popleft()
        error = _error_of(delivery)
        sent.append(error is None)
        if error is None:
            deliveries.mark_delivered([delivery], now=clock())
            continue
        later = [one for one in left if _has_same_learner(one, delivery)]
        left = deque(one for one in left if not _has_same_learner(one, delivery))
        deliveries.mark_failed(
            delivery, answer=error, now=clock(), jitter=jitter, not_before=None, later=later
        )
    return sent


def _error_of(delivery: Delivery) -> str | None:
    """Call its subscriber; return what went wrong."""
    try:
        _subscriber(delivery.subscriber)(delivery.event)
    except Exception as error:  # a subscriber may fail in any way; none may stop the relay
        return f"{type(error).__name__}: {error}"
    return None


def _has_same_learner(one: Delivery, other: Delivery) -> bool:
    learner = one.event.enrolment_id
    is_same = learner is not None and learner == other.event.enrolment_id
    return is_same and one.subscriber == other.subscriber


def _subscriber(name: str) -> Callable[[Event], object]:
    deliver: Callable[[Event], object] = import_string(settings.SUBSCRIBERS[name])
    return deliver


def _overdue(now: datetime) -> int:
    rows = Attempt.objects.open().without_trials()
    return rows.filter(deadline_at__lt=now - timedelta(minutes=5)).count()
