"""Which call a thread makes next: many endpoints at once, several calls to one that accepts them.

The events of one learner are a chain: one is sent when the one before it has been accepted. An
endpoint gets one call at first and one more at a time for each that it accepts, up to a limit;
after a failure one again. Nothing here uses the database.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush
from threading import Condition, Lock
from time import monotonic

from courses.domain.webhooks.messages import CallOutcome, Sendable
from courses.domain.webhooks.outcomes import PAUSE_AFTER, CallReport
from courses.models import Delivery, WebhookEndpoint

Clock = Callable[[], datetime]
RECORDED_AT_ONCE = 200
RECORDED_AFTER_S = 0.5
"""Reports that are recorded together, and how long the first of them waits: what a relay that is
killed in between sends again."""

Chain = deque[Sendable]


class EndpointQueue:
    """What one endpoint gets in this run."""

    def __init__(self, endpoint: WebhookEndpoint, messages: Iterable[Sendable]) -> None:
        self.endpoint = endpoint
        self.failures = endpoint.failures
        self.at_once = 1
        self.under_way = 0
        self.is_over = False
        self._waiting = [(chain[0].delivery.event_id, chain) for chain in _chains(messages)]
        heapify(self._waiting)

    @property
    def is_ready(self) -> bool:
        return bool(self._waiting) and not self.is_over and self.under_way < self.at_once

    @property
    def has_ended(self) -> bool:
        return not self.under_way and (self.is_over or not self._waiting)

    @property
    def unsent(self) -> list[Delivery]:
        return [message.delivery for _key, chain in self._waiting for message in chain]

    def begin(self) -> Chain:
        """Return the chain whose first message, the oldest of all, is sent now."""
        self.under_way += 1
        return heappop(self._waiting)[1]

    def end(self, chain: Chain, outcome: CallOutcome, most_at_once: int) -> CallReport:
        """Note how the call for the chain's first message went.

        One call without an answer ends the run: it may have cost the whole time limit, and others
        may be waiting for the thread.
        """
        self.under_way -= 1
        sent = chain.popleft()
        if outcome.is_accepted:
            self.failures = 0
            self.at_once = min(self.at_once + 1, most_at_once)
            if chain:
                heappush(self._waiting, (chain[0].delivery.event_id, chain))
            return CallReport(self.endpoint, sent.delivery, outcome)
        self.failures += 1
        self.at_once = 1
        is_silent = outcome.status is None
        if self.failures >= PAUSE_AFTER or is_silent or outcome.is_gone or outcome.retry_after_s:
            self.is_over = True
        later = tuple(message.delivery for message in chain)
        return CallReport(self.endpoint, sent.delivery, outcome, later)


@dataclass(frozen=True)
class CallNews:
    """Calls that were made since the last time, in their order, and endpoints that are done."""

    reports: list[CallReport]
    ended: list[EndpointQueue]


class CallQueues:
    """The queues of a run, shared by the threads that call and the one that records."""

    def __init__(
        self, queues: Sequence[EndpointQueue], *, clock: Clock, until: datetime, most_at_once: int
    ) -> None:
        self._clock = clock
        self._until = until
        self._most_at_once = most_at_once
        self._open = deque(queue for queue in queues if not queue.has_ended)
        self._reports: list[CallReport] = []
        self._ended: list[EndpointQueue] = []
        self._threads = 0
        lock = Lock()
        self._may_call = Condition(lock)
        self._may_record = Condition(lock)

    def join(self) -> None:
        """Count a thread that is going to call."""
        with self._may_call:
            self._threads += 1

    def leave(self) -> None:
        """Count a thread no more; with the last one everything has ended, whatever stopped it."""
        with self._may_call:
            self._threads -= 1
            if not self._threads:
                self._ended.extend(self._open)
                self._open.clear()
                self._may_record.notify()

    def take(self) -> tuple[EndpointQueue, Chain] | None:
        """Wait until a call may be made; return whose and which. None when all have ended."""
        with self._may_call:
            while True:
                if self._clock() >= self._until:
                    self._stop()
                for _number in range(len(self._open)):
                    queue = self._open[0]
                    self._open.rotate(-1)
                    if queue.is_ready:
                        return queue, queue.begin()
                if not self._open:
                    return None
                self._may_call.wait()

    def finish(self, queue: EndpointQueue, chain: Chain, outcome: CallOutcome) -> None:
        """Note the outcome of a call that was taken."""
        with self._may_call:
            self._reports.append(queue.end(chain, outcome, self._most_at_once))
            if queue.has_ended:
                self._end(queue)
            elif queue.is_ready:
                self._may_call.notify()
            if len(self._reports) >= RECORDED_AT_ONCE:
                self._may_record.notify()

    def news(self) -> CallNews | None:
        """Return what has been done; wait for enough to record together. None after the last."""
        with self._may_record:
            end = monotonic() + RECORDED_AFTER_S
            while self._threads and not self._ended and len(self._reports) < RECORDED_AT_ONCE:
                left = end - monotonic()
                if left <= 0 and self._reports:
                    break
                if left <= 0:
                    end, left = end + RECORDED_AFTER_S, RECORDED_AFTER_S
                self._may_record.wait(left)
            reports, self._reports = self._reports, []
            ended, self._ended = self._ended, []
        return CallNews(reports, ended) if reports or ended else None

    def _stop(self) -> None:
        for queue in list(self._open):
            queue.is_over = True
            if queue.has_ended:
                self._end(queue)

    def _end(self, queue: EndpointQueue) -> None:
        self._open.remove(queue)
        self._ended.append(queue)
        self._may_record.notify()
        if not self._open:
            self._may_call.notify_all()


def _chains(messages: Iterable[Sendable]) -> list[Chain]:
    """Return them by learner, in their order; one that is about no learner is alone."""
    chains: dict[tuple[str, int], Chain] = {}
    for message in messages:
        event = message.delivery.event
        about = ("event", event.pk) if event.enrolment_id is None else ("of", event.enrolment_id)
        chains.setdefault(about, deque()).append(message)
    return list(chains.values())
