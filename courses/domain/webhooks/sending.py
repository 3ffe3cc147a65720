"""Send to many endpoints in parallel, to each learner's in order; a slow one delays no other.

The threads use no database: what they need is read before, and they report each outcome.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from courses.conf import settings
from courses.domain import deliveries
from courses.domain.webhooks.calls import CallQueues, Clock, EndpointQueue
from courses.domain.webhooks.messages import messages_for, send
from courses.domain.webhooks.outcomes import CallReport, release_unsent
from courses.models import Delivery, WebhookEndpoint
from courses.models.webhook import WEBHOOK


def is_for_endpoint(delivery: Delivery) -> bool:
    return delivery.subscriber.startswith(WEBHOOK)


@contextmanager
def sending(
    *, held: Sequence[Delivery], clock: Clock, until: datetime
) -> Iterator[Iterator[list[CallReport]]]:
    """Begin to send; yield the reports as they come, until all is sent or released.

    Those of half a second come together, to be recorded together.
    """
    queues = _queues(held, clock())
    calls = CallQueues(
        queues, clock=clock, until=until, most_at_once=settings.RELAY_CALLS_PER_ENDPOINT
    )
    threads = min(settings.RELAY_THREADS, len(held)) if queues else 0
    with ThreadPoolExecutor(max(threads, 1), thread_name_prefix="webhook") as pool:
        for _number in range(threads):
            calls.join()
            pool.submit(_call, calls, clock)
        yield _collect(calls, clock)


def _call(calls: CallQueues, clock: Clock) -> None:
    """Make one call after another until there is none left."""
    try:
        while (taken := calls.take()) is not None:
            queue, chain = taken
            calls.finish(queue, chain, send(chain[0], now=clock()))
    finally:
        calls.leave()


def _collect(calls: CallQueues, clock: Clock) -> Iterator[list[CallReport]]:
    while (news := calls.news()) is not None:
        if news.reports:
            yield news.reports
        for queue in news.ended:
            if queue.unsent:
                release_unsent(endpoint=queue.endpoint, rows=queue.unsent, now=clock())


def _queues(held: Sequence[Delivery], now: datetime) -> list[EndpointQueue]:
    by_name: dict[str, list[Delivery]] = {}
    for delivery in held:
        by_name.setdefault(delivery.subscriber, []).append(delivery)
    uuids = [name.removeprefix(WEBHOOK) for name in by_name]
    endpoints = WebhookEndpoint.objects.filter(uuid__in=uuids) if uuids else []
    known = {endpoint.subscriber: endpoint for endpoint in endpoints}
    for name in by_name.keys() - known.keys():
        deliveries.mark_dead(by_name[name], answer="The endpoint is not there any more.")
    return [
        EndpointQueue(known[name], messages_for(endpoint=known[name], deliveries=rows, now=now))
        for name, rows in by_name.items()
        if name in known
    ]
