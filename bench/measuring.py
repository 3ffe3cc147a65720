"""Rounds of walks through a site, and what they cost it: step by step, or with many at once."""

import json
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.accounting import children_of
from bench.client import Client, Reply
from bench.server import Server

SETTLE_SECONDS = 0.002
"""The server writes its log and ends its transaction after it has answered."""
MOST_CALLS = 1000
"""Until every worker has answered once; an idle one need not be next."""

Cost = dict[str, float]
"""Milliseconds of CPU by group of processes: application, database, proxy."""


class Walk(Protocol):
    """Makes one journey with a client of its own, as the learner `name`."""

    def __call__(self, server: Server, name: str, **client: Any) -> None: ...


@dataclass
class Costs:
    """What was measured of one site and one kind of walk with one learner at a time."""

    steps: dict[str, list[Cost]] = field(default_factory=lambda: defaultdict(list))
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    journeys: list[Cost] = field(default_factory=list)

    def of(self, step: str, group: str) -> float:
        return statistics.median(cost.get(group, 0.0) for cost in self.steps[step])

    def whole(self, step: str) -> float:
        return statistics.median(sum(cost.values()) for cost in self.steps[step])

    def times(self, step: str) -> float:
        """Return how often a journey makes the step."""
        return len(self.steps[step]) / len(self.journeys)

    def journey(self) -> float:
        return statistics.median(sum(cost.values()) for cost in self.journeys)

    def journey_of(self, group: str) -> float:
        return statistics.median(cost.get(group, 0.0) for cost in self.journeys)


@dataclass(frozen=True)
class Load:
    """What a number of walks with several learners at once cost, all together."""

    journeys: int
    seconds: float
    server: Cost
    driver: float

    @property
    def each(self) -> float:
        return sum(self.server.values()) / self.journeys

    @property
    def per_second(self) -> float:
        return self.journeys / self.seconds


def step_by_step(server: Server, walk: Walk, names: Iterator[str], count: int, into: Costs) -> None:
    """Make so many walks one after the other; note what each step costs."""
    for _number in range(count):
        whole: Cost = defaultdict(float)
        last = server.meter.read()

        def watch(step: str, seconds: float, whole: Cost = whole) -> None:
            nonlocal last
            time.sleep(SETTLE_SECONDS)
            now = server.meter.read()
            cost = {group: now[group] - last[group] for group in now}
            into.steps[step].append(cost)
            into.waits[step].append(seconds * 1000)
            for group, value in cost.items():
                whole[group] += value
            last = now

        walk(server, next(names), watch=watch)
        into.journeys.append(dict(whole))


def at_once(server: Server, walk: Walk, names: Iterator[str], *, learners: int, count: int) -> Load:
    """Make so many walks, `learners` of them at a time."""
    wanted = iter([next(names) for _number in range(count)])
    lock = threading.Lock()
    failures: list[BaseException] = []

    def work() -> None:
        while True:
            with lock:
                name = next(wanted, None)
            if name is None or failures:
                return
            try:
                walk(server, name)
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=work) for _number in range(learners)]
    before, driver, start = server.meter.read(), time.process_time(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, driver = time.perf_counter() - start, time.process_time() - driver
    if failures:
        raise failures[0]
    return Load(count, seconds, server.meter.since(before), driver * 1000)


def learn(server: Server, walk: Walk, names: Iterator[str]) -> None:
    """Walk once and note the queries and the bytes of each step, for its floor."""

    def note(step: str, reply: Reply) -> None:
        server.pages[step] = reply.queries
        (server.folder / "pages" / slug(step)).write_bytes(reply.body)

    walk(server, next(names), on_reply=note)


def floor_walk(server: Server, _name: str, **client: Any) -> None:
    """Ask for the floors of all steps."""
    with Client(server, **client) as caller:
        for step, queries in server.pages.items():
            caller.read(step, f"/floor/read/{slug(step)}/{queries}/")


def slug(step: str) -> str:
    return step.replace(" ", "-").replace(",", "")


Counts = dict[int, dict[str, list[int]]]
"""Process → cache → hits, misses and size."""


def cache_counts(server: Server) -> Counts:
    """Return the counts of every cache in each worker that answers."""
    workers = set(children_of(server.meter.roots["application"]))
    found: Counts = {}
    for _number in range(MOST_CALLS):
        with Client(server) as caller:
            answer = json.loads(caller.read("caches", "/floor/caches/").body)
        found[answer["process"]] = answer["caches"]
        if found.keys() == workers:
            break
    return found


def hit_rates(before: Counts, after: Counts) -> str:
    """Return a line with the share of hits of each cache that was asked since `before`.

    Of the workers that answered both times: another one may have missed its turn.
    """
    total: dict[str, list[int]] = {}
    for process in before.keys() & after.keys():
        for name, (hits, misses, _size) in after[process].items():
            old = before[process].get(name, [0, 0, 0])
            sums = total.setdefault(name, [0, 0])
            sums[0] += hits - old[0]
            sums[1] += misses - old[1]
    return ", ".join(
        f"{name} {100 * hits / (hits + misses):.0f} % of {hits + misses}"
        for name, (hits, misses) in sorted(total.items())
        if hits + misses
    )
