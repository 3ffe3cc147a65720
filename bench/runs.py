"""One site in a run: its kinds of journeys, what was measured of them, and the report."""

import statistics
from collections.abc import Callable, Iterator, Mapping

from bench.accounting import children_of, private_mb
from bench.client import Client
from bench.measuring import (
    Costs,
    Load,
    Walk,
    at_once,
    cache_counts,
    floor_walk,
    hit_rates,
    learn,
    step_by_step,
)
from bench.server import Server

CORES = 2
HASHES = 10


class Run:
    """One site, the walks through it, the learners left for them, and what was measured."""

    def __init__(
        self, server: Server, walks: Mapping[str, Walk], name: Callable[[int], str]
    ) -> None:
        self.server = server
        self.names: Iterator[str] = (name(number) for number in range(10**6))
        self.walks = walks
        self.costs = {kind: Costs() for kind in walks}
        self.floor = Costs()
        self.loads: dict[tuple[str, int], list[Load]] = {}

    def warm_up(self, count: int, learners: int) -> None:
        for walk in self.walks.values():
            at_once(self.server, walk, self.names, learners=learners, count=count)
            learn(self.server, walk, self.names)
        self.caches = cache_counts(self.server)

    def steps(self, count: int, counts: Mapping[str, int] | None = None) -> None:
        """Make so many journeys of each kind, or as many as `counts` says, and floors."""
        for kind, walk in self.walks.items():
            number = (counts or {}).get(kind, count)
            step_by_step(self.server, walk, self.names, number, self.costs[kind])
        step_by_step(self.server, floor_walk, iter([""] * count), count, self.floor)

    def load(self, learners: int, count: int) -> None:
        for kind, walk in self.walks.items():
            done = at_once(self.server, walk, self.names, learners=learners, count=count)
            self.loads.setdefault((kind, learners), []).append(done)

    def hash_ms(self) -> float:
        """Return what the site's own password hash costs; the measured one costs nothing."""
        spent = []
        for _number in range(HASHES):
            before = self.server.cpu_ms()
            with Client(self.server) as client:
                client.read("hash", "/floor/hash/", text="argon2")
            spent.append(self.server.cpu_ms() - before)
        return statistics.median(spent)

    def report(self) -> None:
        print(f"\n# {self.server.name}")
        for kind in self.walks:
            self._report_kind(kind)
        print(f"  caches: {hit_rates(self.caches, cache_counts(self.server))}")
        workers = children_of(self.server.meter.roots["application"])
        sizes = ", ".join(f"{private_mb(pid):.0f}" for pid in workers)
        print(f"  private memory of the workers, MB: {sizes}")

    def _report_kind(self, kind: str) -> None:
        costs, groups = self.costs[kind], list(self.server.meter.roots)
        heads = "".join(f"{group:>12}" for group in groups)
        print(f"{kind + ', ms of CPU':22}{heads}     all   floor  ratio  statements  wait")
        for step in costs.steps:
            row = "".join(f"{costs.of(step, group):12.1f}" for group in groups)
            whole, floor = costs.whole(step), self.floor.whole(step)
            wait, queries = statistics.median(costs.waits[step]), self.server.pages[step]
            print(
                f"  {step:20}{row}{whole:8.1f}{floor:8.1f}{whole / floor:7.1f}"
                f"{queries:12}{wait:6.0f}"
            )
        row = "".join(f"{costs.journey_of(group):12.1f}" for group in groups)
        whole = costs.journey()
        floor = sum(self.floor.whole(step) * costs.times(step) for step in costs.steps)
        print(f"  {'a journey, one alone':20}{row}{whole:8.1f}{floor:8.1f}{whole / floor:7.1f}")
        for (measured, learners), loads in self.loads.items():
            if measured == kind:
                _report_load(learners, loads)


def rounds(runs: list[Run], *, count: int, journeys: int, several: list[int]) -> None:
    """Measure the sites in turns, so that the machine treats them alike."""
    for _round in range(count):
        for run in runs:
            run.steps(journeys)
        for learners in several:
            for run in runs:
                run.load(learners, in_a_load(journeys, learners))


def in_a_load(journeys: int, learners: int) -> int:
    return max(journeys, 2 * learners)


def needed(*, kinds: int, warm: int, count: int, journeys: int, several: list[int]) -> int:
    """Return how many learners the rounds need, each for one journey."""
    each = journeys + sum(in_a_load(journeys, learners) for learners in several)
    return kinds * (warm + 1 + count * each)


def _report_load(learners: int, loads: list[Load]) -> None:
    each = statistics.median(load.each for load in loads)
    speed = statistics.median(load.per_second for load in loads)
    driver = statistics.median(load.driver / load.journeys for load in loads)
    share = speed * each / (CORES * 1000)
    print(
        f"  {learners:2} at once: {each:.1f} ms of CPU a journey, {speed:.2f} a second, which is "
        f"{share:.0%} of {CORES} cores ÷ CPU; the driver used {driver:.1f} ms more"
    )
