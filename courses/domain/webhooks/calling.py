"""Endpoints called side by side, each in order, so that a slow one keeps no other waiting.

The threads know no database: what they need is read before, what came of it is reported.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue

from courses.conf import settings
from courses.domain import deliveries
from courses.domain.webhooks.messages import Letter, Outcome, letters, send
from courses.domain.webhooks.outcomes import REST_AFTER, give_back
from courses.models import Delivery, WebhookEndpoint
from courses.models.webhook import WEBHOOK

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Report:
    """A call that was made."""

    endpoint: WebhookEndpoint
    delivery: Delivery
    outcome: Outcome


@dataclass
class _Share:
    """What one endpoint gets in this round; calls that are made leave the list."""

    endpoint: WebhookEndpoint
    left: list[Letter]


def is_for_endpoint(delivery: Delivery) -> bool:
    return delivery.subscriber.startswith(WEBHOOK)


@contextmanager
def calling(
    *, held: Sequence[Delivery], clock: Clock, until: datetime
) -> Iterator[Iterator[Report]]:
    """Begin to call; gives the reports as they come, until all is done or given back."""
    shares = _shares(held, clock())
    reports: SimpleQueue[Report | _Share] = SimpleQueue()
    with ThreadPoolExecutor(settings.RELAY_THREADS, thread_name_prefix="webhook") as pool:
        for share in shares:
            pool.submit(_serve, share, clock, until, reports)
        yield _drain(reports, len(shares), clock)


def _serve(
    share: _Share, clock: Clock, until: datetime, reports: "SimpleQueue[Report | _Share]"
) -> None:
    """Call until the time is over, nothing is left, or the endpoint should be left alone.

    One call without an answer ends the share: it may have cost the whole time limit, and others
    may be waiting for the thread.
    """
    failures = share.endpoint.failures
    try:
        while share.left and clock() < until:
            letter = share.left.pop(0)
            outcome = send(letter, now=clock())
            reports.put(Report(share.endpoint, letter.delivery, outcome))
            failures = 0 if outcome.is_accepted else failures + 1
            is_silent = outcome.status is None
            if failures >= REST_AFTER or is_silent or outcome.is_gone or outcome.retry_after_s:
                break
    finally:
        reports.put(share)


def _drain(reports: "SimpleQueue[Report | _Share]", running: int, clock: Clock) -> Iterator[Report]:
    while running:
        report = reports.get()
        if isinstance(report, Report):
            yield report
            continue
        running -= 1
        rows = [letter.delivery for letter in report.left]
        give_back(endpoint=report.endpoint, rows=rows, now=clock())


def _shares(held: Sequence[Delivery], now: datetime) -> list[_Share]:
    by_name: dict[str, list[Delivery]] = {}
    for delivery in held:
        by_name.setdefault(delivery.subscriber, []).append(delivery)
    uuids = [name.removeprefix(WEBHOOK) for name in by_name]
    endpoints = WebhookEndpoint.objects.filter(uuid__in=uuids) if uuids else []
    known = {endpoint.subscriber: endpoint for endpoint in endpoints}
    for name in by_name.keys() - known.keys():
        deliveries.give_up(by_name[name], answer="The endpoint is not there any more.")
    return [
        _Share(known[name], letters(endpoint=known[name], deliveries=rows, now=now))
        for name, rows in by_name.items()
        if name in known
    ]
