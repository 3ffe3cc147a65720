"""Send to many endpoints in parallel, to each learner's in order; a slow one delays no other.

The threads use no database: what they need is read before, and they report each outcome.
"""

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta

from courses.conf import settings
from courses.domain import deliveries
from courses.domain.webhooks.calls import CallQueues, Clock, EndpointQueue
from courses.domain.webhooks.messages import Sendable, messages_for
from courses.domain.webhooks.outcomes import CallReport, release_unsent
from courses.domain.webhooks.senders import find_sender
from courses.models import Delivery, WebhookEndpoint
from courses.models.webhook import WEBHOOK

_log = logging.getLogger(__name__)
_AFTER_ERROR = timedelta(minutes=1)


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
            calls.finish(queue, chain, chain[0].call(now=clock()))
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
        EndpointQueue(known[name], _messages(known[name], rows, now))
        for name, rows in by_name.items()
        if name in known
    ]


def _messages(
    endpoint: WebhookEndpoint, rows: Sequence[Delivery], now: datetime
) -> Sequence[Sendable]:
    if not endpoint.sender:
        return messages_for(endpoint=endpoint, deliveries=rows, now=now)
    sender = find_sender(endpoint=endpoint)
    if sender is None:
        deliveries.mark_dead(rows, answer="The app that sends to this endpoint is not installed.")
        return []
    try:
        return sender.messages(endpoint=endpoint, deliveries=rows, now=now)
    except Exception:  # an app may fail in any way; none may stop the relay
        _log.exception("What is sent to %s could not be prepared.", endpoint)
        deliveries.release(rows, not_before=now + _AFTER_ERROR)
        return []
