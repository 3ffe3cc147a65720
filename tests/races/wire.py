"""A bad line between a client and the site: it loses, doubles and delays what is sent."""

import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from tests.races.wsgi_client import Answer, WsgiClient

LOST, LATE, TWICE, UNHEARD = 0.08, 0.2, 0.3, 0.42
"""Of all requests, in this order: not arrived; a copy arrives later; sent twice; answer lost."""
MOST_TRIES = 500


@dataclass(frozen=True)
class Ask:
    """One request; sent again it is the same, key and all."""

    kind: str
    method: str
    path: str
    body: Any = None
    key: str | None = None
    position: int = 0


@dataclass(frozen=True)
class Sent:
    """What the site got and answered, and when: also where the client never got the answer."""

    ask: Ask
    answer: Answer
    began: float
    ended: float


@dataclass
class Wire:
    """One for all clients. `log` is what the site did in truth."""

    wsgi: WsgiClient
    log: list[Sent] = field(default_factory=list)
    late: "deque[Ask]" = field(default_factory=deque)

    def deliver(self, ask: Ask, source: random.Random) -> Answer:
        """Ask until an answer arrives, as a careful client does."""
        for _try in range(MOST_TRIES):
            luck = source.random()
            if luck < LOST:
                continue
            if luck < LATE:
                self.late.append(ask)
            answer = self._send(ask)
            if LATE <= luck < TWICE:
                self._send(ask)
            if answer.code == "in_flight":
                time.sleep(source.uniform(0.002, 0.02))
            elif not TWICE <= luck < UNHEARD:
                return answer
        raise AssertionError(f"never answered: {ask}")

    def bring_late_ones(self, source: random.Random) -> None:
        """Some of what was delayed arrives now, sent by the present caller."""
        while self.late and source.random() < 0.5:
            try:
                self._send(self.late.popleft())
            except IndexError:
                return

    def bring_the_rest(self) -> None:
        while self.late:
            self._send(self.late.popleft())

    def _send(self, ask: Ask) -> Answer:
        began = time.monotonic()
        answer = self.wsgi.call(ask.method, ask.path, ask.body, ask.key)
        self.log.append(Sent(ask, answer, began, time.monotonic()))
        return answer
