"""Clients that act at the same moment: threads with connections of their own, behind a barrier."""

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from typing import Any

from django.db import connections
from django.utils import timezone, translation

from courses.errors import CoursesError
from tests.lengths import length

COUNT = int(os.environ.get("RACE_CLIENTS", "20"))
IS_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
PATIENCE_S = 60

Act = Callable[[], Any]
Prepare = Callable[[int], Act]


def rounds() -> int:
    """How often a race is run. SQLite lets one write at a time: there are fewer orders to meet."""
    short, long = (2, 10) if IS_POSTGRESQL else (1, 5)
    return length(short=short, long=long, variable="RACE_ROUNDS")


@dataclass(frozen=True)
class Call:
    """What one client got: a value, or a refusal in the domain's own words."""

    client: int
    value: Any = None
    refusal: CoursesError | None = None

    @property
    def is_acknowledged(self) -> bool:
        return self.refusal is None


class Clients:
    """`race` lets every client act at once and returns what each of them got.

    Anything but a value or a `CoursesError` (a locked database, a deadlock, a broken constraint)
    is raised: a learner would have seen it as an error page.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool = ThreadPoolExecutor(count)

    def race(self, prepare: Prepare) -> list[Call]:
        """`prepare(client)` loads what the client needs and returns what it then does."""
        barrier = Barrier(self.count)
        order = random.sample(range(self.count), self.count)
        jobs = [self._pool.submit(_act, prepare, client, barrier) for client in order]
        calls = [job.result(timeout=PATIENCE_S) for job in jobs]
        return sorted(calls, key=lambda call: call.client)

    def close(self) -> None:
        barrier = Barrier(self.count)

        def leave() -> None:
            barrier.wait(PATIENCE_S)
            connections.close_all()

        for job in [self._pool.submit(leave) for _ in range(self.count)]:
            job.result(timeout=PATIENCE_S)
        self._pool.shutdown()


def _act(prepare: Prepare, client: int, barrier: Barrier) -> Call:
    # A thread begins with the site's own language and zone, not with those of the test.
    with translation.override("en"), timezone.override("UTC"):
        try:
            act = prepare(client)
        except BaseException:
            barrier.abort()
            raise
        barrier.wait(PATIENCE_S)
        try:
            return Call(client, act())
        except CoursesError as refusal:
            return Call(client, refusal=refusal)


@contextmanager
def clients(count: int = COUNT) -> Iterator[Clients]:
    together = Clients(count)
    try:
        yield together
    finally:
        together.close()


def acknowledged(calls: list[Call]) -> list[Any]:
    return [call.value for call in calls if call.is_acknowledged]


def refusals(calls: list[Call]) -> set[str]:
    return {type(call.refusal).__name__ for call in calls if call.refusal is not None}
