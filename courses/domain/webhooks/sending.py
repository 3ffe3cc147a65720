"""Send to many endpoints in parallel, to each in order, so that a slow one delays no other.

The threads use no database: what they need is read before, and they report each outcome.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue

from courses.conf import settings
from courses.domain import deliveries
from courses.domain.webhooks.messages import Message, messages_for, send
from courses.domain.webhooks.outcomes import PAUSE_AFTER, CallReport, release_unsent
from courses.models import Delivery, WebhookEndpoint
from courses.models.webhook import WEBHOOK

Clock = Callable[[], datetime]
RECORDED_AT_ONCE = 200
"""Reports that are recorded together at most: what a relay that is killed here sends again."""


@dataclass
class _Batch:
    """What one endpoint gets in this run; messages that were sent leave the list."""

    endpoint: WebhookEndpoint
    unsent: list[Message]


def is_for_endpoint(delivery: Delivery) -> bool:
    return delivery.subscriber.startswith(WEBHOOK)


@contextmanager
def sending(
    *, held: Sequence[Delivery], clock: Clock, until: datetime
) -> Iterator[Iterator[list[CallReport]]]:
    """Begin to send; yield the reports as they come, until all is sent or released.

    Those that are there at the same moment come together, to be recorded together.
    """
    batches = _batches(held, clock())
    reports: SimpleQueue[CallReport | _Batch] = SimpleQueue()
    with ThreadPoolExecutor(settings.RELAY_THREADS, thread_name_prefix="webhook") as pool:
        for batch in batches:
            pool.submit(_send_batch, batch, clock, until, reports)
        yield _collect(reports, len(batches), clock)


def _send_batch(
    batch: _Batch, clock: Clock, until: datetime, reports: "SimpleQueue[CallReport | _Batch]"
) -> None:
    """Send until the time is over, nothing is left, or the endpoint should be paused.

    One call without an answer ends the batch: it may have cost the whole time limit, and others
    may be waiting for the thread.
    """
    failures = batch.endpoint.failures
    try:
        while batch.unsent and clock() < until:
            message = batch.unsent.pop(0)
            outcome = send(message, now=clock())
            reports.put(CallReport(batch.endpoint, message.delivery, outcome))
            failures = 0 if outcome.is_accepted else failures + 1
            is_silent = outcome.status is None
            if failures >= PAUSE_AFTER or is_silent or outcome.is_gone or outcome.retry_after_s:
                break
    finally:
        reports.put(batch)


def _collect(
    reports: "SimpleQueue[CallReport | _Batch]", running: int, clock: Clock
) -> Iterator[list[CallReport]]:
    while running:
        together = _waiting(reports)
        calls = [one for one in together if isinstance(one, CallReport)]
        if calls:
            yield calls
        for ended in (one for one in together if isinstance(one, _Batch)):
            running -= 1
            rows = [message.delivery for message in ended.unsent]
            release_unsent(endpoint=ended.endpoint, rows=rows, now=clock())


def _waiting(reports: "SimpleQueue[CallReport | _Batch]") -> list[CallReport | _Batch]:
    """Wait for a report; return it with those that are there already."""
    together = [reports.get()]
    with suppress(Empty):
        while len(together) < RECORDED_AT_ONCE:
            together.append(reports.get_nowait())
    return together


def _batches(held: Sequence[Delivery], now: datetime) -> list[_Batch]:
    by_name: dict[str, list[Delivery]] = {}
    for delivery in held:
        by_name.setdefault(delivery.subscriber, []).append(delivery)
    uuids = [name.removeprefix(WEBHOOK) for name in by_name]
    endpoints = WebhookEndpoint.objects.filter(uuid__in=uuids) if uuids else []
    known = {endpoint.subscriber: endpoint for endpoint in endpoints}
    for name in by_name.keys() - known.keys():
        deliveries.mark_dead(by_name[name], answer="The endpoint is not there any more.")
    return [
        _Batch(known[name], messages_for(endpoint=known[name], deliveries=rows, now=now))
        for name, rows in by_name.items()
        if name in known
    ]
