"""Measure whole journeys of twelve pages, and the floor of each page in the same run.

Every database (and a site beside it) is measured in turns. CPU is that of application, database and
proxy as the kernel accounts it, all threads and ended processes included; medians. The password is
hashed by MD5 and the site's own hash is stated apart. The database does not wait for the disk.
"""

import argparse
import statistics
from collections.abc import Iterator

from bench import journey, sites
from bench.browser import Browser
from bench.measuring import (
    Costs,
    Load,
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
    """One site, its unused learners, and what was measured of it."""

    def __init__(self, server: Server, variants: list[journey.Variant]) -> None:
        self.server = server
        self.names: Iterator[str] = iter(f"bench-{number}" for number in range(10**6))
        self.walks = {
            one: (lambda browser, name, one=one: journey.walk(browser, name, one))
            for one in variants
        }
        self.costs = {one: Costs() for one in variants}
        self.floor = Costs()
        self.loads: dict[tuple[str, int], list[Load]] = {}

    def warm_up(self, count: int, learners: int) -> None:
        for walk in self.walks.values():
            at_once(self.server, walk, self.names, learners=learners, count=count)
            learn(self.server, walk, self.names)
        self.caches = cache_counts(self.server)

    def steps(self, count: int) -> None:
        for variant, walk in self.walks.items():
            step_by_step(self.server, walk, self.names, count, self.costs[variant])
        step_by_step(self.server, floor_walk(self.server), self.names, count, self.floor)

    def load(self, learners: int, count: int) -> None:
        for variant, walk in self.walks.items():
            done = at_once(self.server, walk, self.names, learners=learners, count=count)
            self.loads.setdefault((variant, learners), []).append(done)

    def hash_ms(self) -> float:
        spent = []
        for _number in range(HASHES):
            before = self.server.cpu_ms()
            with Browser(self.server) as browser:
                browser.get("hash", "/floor/hash/", text="argon2")
            spent.append(self.server.cpu_ms() - before)
        return statistics.median(spent)


def main(arguments: list[str]) -> None:
    options = _options(arguments)
    variants = options.variants.split(",")
    several = [int(one) for one in options.learners.split(",") if int(one) > 1]
    needed = (
        2 * options.warm
        + 2 * 10
        + options.rounds
        * len(variants)
        * (2 * options.journeys + sum(max(options.journeys, 2 * count) for count in several))
    )
    with sites.opened(options, ["bench.seed", str(needed)]) as servers:
        runs = [Run(server, variants) for server in servers]
        for run in runs:
            run.warm_up(options.warm, max(several, default=1))
        for _round in range(options.rounds):
            for run in runs:
                run.steps(options.journeys)
            for learners in several:
                for run in runs:
                    run.load(learners, max(options.journeys, 2 * learners))
        for run in runs:
            report(run)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench journey", description=__doc__)
    sites.add_options(parser)
    parser.add_argument("--learners", default="1,4,16", help="at once")
    parser.add_argument("--variants", default="form,autosaves")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--journeys", type=int, default=8, help="of a round, at least")
    parser.add_argument("--warm", type=int, default=24, help="journeys before the first round")
    return parser.parse_args(arguments)


def report(run: Run) -> None:
    print(f"\n# {run.server.name}")
    for variant, costs in run.costs.items():
        groups = list(run.server.meter.roots)
        heads = "".join(f"{group:>12}" for group in groups)
        print(f"{variant}: ms of CPU a step{heads:>{12 * len(groups)}}     all   floor  ratio")
        for step in costs.steps:
            row = "".join(f"{costs.of(step, group):12.1f}" for group in groups)
            whole, floor = costs.whole(step), run.floor.whole(step)
            print(
                f"  {step:20}{row}{whole:8.1f}{floor:8.1f}{whole / floor:7.1f}"
                f"   wait {statistics.median(costs.waits[step]):.1f} ms, "
                f"{run.server.pages[step]} queries"
            )
        row = "".join(f"{costs.journey_of(group):12.1f}" for group in groups)
        print(f"  {'journey, one learner':20}{row}{costs.journey():8.1f}")
        for (kind, learners), loads in run.loads.items():
            if kind == variant:
                _report_load(learners, loads)
    print(f"  the password's own hash: {run.hash_ms():.0f} ms more a sign-in")
    print(f"  caches: {hit_rates(run.caches, cache_counts(run.server))}")


def _report_load(learners: int, loads: list[Load]) -> None:
    each = statistics.median(load.each for load in loads)
    speed = statistics.median(load.per_second for load in loads)
    driver = statistics.median(load.driver / load.journeys for load in loads)
    share = speed * each / (CORES * 1000)
    print(
        f"  journey, {learners:2} at once: {each:.1f} ms of CPU, {speed:.2f} a second = "
        f"{share:.0%} of {CORES} cores ÷ CPU; the driver used {driver:.1f} ms more"
    )
