"""Measure two hosts of one site against one with as many workers: `python -m bench hosts`.

The hosts are gunicorn on two addresses of this machine behind one nginx, with PostgreSQL, a Redis
or Valkey server for cache and sessions, and PgBouncer where it is installed; in turns.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import journey
from bench.accounting import Meter
from bench.measuring import Load, at_once
from bench.server import PRODUCTION, Server, database, environment, postmaster, prepare
from tests.programs import redis
from tests.wire import hosts

WORKERS = 2
"""In all, however many hosts they are on."""
OF_HOSTS = ("DATABASE_URL", "DATABASE_PGBOUNCER", "CACHE_URL", "SESSIONS", "WEB_THREADS")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench hosts", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--journeys", type=int, default=32, help="of a round")
    parser.add_argument("--learners", type=int, default=8, help="at once")
    options = parser.parse_args()
    program = redis.program()
    if program is None:
        sys.exit("No Redis or Valkey server was found.")
    with ExitStack() as stack:
        url = stack.enter_context(database("postgres"))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        env = environment(folder, url)
        prepare(env)
        wanted = options.rounds * 2 * options.journeys * 2
        subprocess.run([sys.executable, "-m", "bench.seed", str(wanted)], env=env, check=True)
        shared = stack.enter_context(hosts.sharing(env["DATABASE_URL"], program, folder))
        served = {**env, **PRODUCTION, **{name: shared[name] for name in OF_HOSTS}}
        names: Iterator[str] = iter(journey.learner(number) for number in range(wanted))
        loads: dict[int, list[Load]] = {1: [], 2: []}
        for number in range(options.rounds):
            for count, found in loads.items():
                place = folder / f"{number}-{count}"
                place.mkdir()
                workers = {"WEB_CONCURRENCY": str(WORKERS // count), "BENCH_PAGES": str(place)}
                with hosts.running({**served, **workers}, place, count=count) as running:
                    site = _server(running, env["DATABASE_URL"], place)
                    for _warm in range(2):  # the second one counts
                        load = at_once(
                            site,
                            journey.with_form,
                            names,
                            learners=options.learners,
                            count=options.journeys,
                        )
                    found.append(load)
    for count, found in loads.items():
        speed = statistics.median(load.per_second for load in found)
        each = statistics.median(load.each for load in found)
        print(f"{count} hosts: {speed:.2f} journeys a second, {each:.0f} ms of CPU each")
    ratio = [two.per_second / one.per_second for one, two in zip(loads[1], loads[2], strict=True)]
    print(f"two hosts ÷ one, at equal workers: {statistics.median(ratio):.2f}")


def _server(running: hosts.Hosts, url: str, folder: Path) -> Server:
    groups = {f"host {number}": one.pid for number, one in enumerate(running.processes)}
    groups |= {"database": postmaster(url), "proxy": running.proxy}
    return Server("hosts", running.port, running.env, folder, Meter(groups))


if __name__ == "__main__":
    main()
