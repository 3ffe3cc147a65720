"""Measure whole journeys: `python -m bench [--databases sqlite,postgres] [--learners 1,4,16]`.

Prints journeys per second, p50/p95 and server CPU per step, and the floor measured in the same run.
`python -m bench api` measures the API.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

from bench import api, journey
from bench.server import Server, database, environment, prepare, serving

WARM_JOURNEYS = 24
"""A running site has drawn its questions before; see docs/decisions/0010."""
CPU_JOURNEYS = 8
FLOOR_CALLS = 60
FLOORS = {"lesson": ("read", 6), "save": ("write", 8)}


def main() -> None:
    if sys.argv[1:2] == ["api"]:
        api.main(sys.argv[2:])
        return
    options = _options()
    for engine in options.databases.split(","):
        for stored in map(int, options.stored.split(",")):
            with database(engine) as url, tempfile.TemporaryDirectory() as folder:
                env = environment(Path(folder), url)
                prepare(env)
                seed = [sys.executable, "-m", "bench.seed", "96", str(stored)]
                subprocess.run(seed, env=env, check=True)
                print(f"\n# {engine}, {stored} stored attempts")
                with serving(env) as server:
                    _cpu(server)
                    for count in map(int, options.learners.split(",")):
                        _load(server, count, options.journeys)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--learners", default="1,4,16")
    parser.add_argument("--journeys", type=int, default=16, help="journeys per load")
    parser.add_argument("--stored", default="0,100000", help="attempts in the tables beforehand")
    return parser.parse_args()


def _cpu(server: Server) -> None:
    """Print the server's CPU time per step with one learner, and the floor's."""
    spent: dict[str, list[float]] = defaultdict(list)
    last = server.cpu_ms()

    def watch(step: str, _seconds: float) -> None:
        nonlocal last
        now = server.cpu_ms()
        spent[step].append(now - last)
        last = now

    names = iter([f"bench-{number}" for number in range(WARM_JOURNEYS + CPU_JOURNEYS)])
    for _number in range(WARM_JOURNEYS):
        journey.walk(journey.Browser(server.port, lambda *_: None), next(names))
    last = server.cpu_ms()
    for name in names:
        journey.walk(journey.Browser(server.port, watch), name)
    floors = {step: _floor(server, *floor) for step, floor in FLOORS.items()}
    print("CPU ms of the server per step (median), one learner:")
    for step, values in spent.items():
        note = ""
        if step in floors:
            ratio = statistics.median(values) / floors[step]
            note = f"  floor {floors[step]:5.1f}, ratio {ratio:.1f}"
        print(f"  {step:14}{statistics.median(values):7.1f}{note}")
    total = sum(sum(values) for step, values in spent.items() if step != "sign in") / CPU_JOURNEYS
    print(f"  whole journey without the password hash {total:.0f} ms")


def _floor(server: Server, kind: str, queries: int) -> float:
    """Return the CPU ms of the bare view with this many queries."""
    browser = journey.Browser(server.port, lambda *_: None)
    before = server.cpu_ms()
    for _number in range(FLOOR_CALLS):
        if kind == "read":
            browser.get("floor", f"/floor/read/{queries}/")
        else:
            browser.post("floor", f"/floor/write/{queries}/", {})
    return (server.cpu_ms() - before) / FLOOR_CALLS


def _load(server: Server, learners: int, journeys: int) -> None:
    """Run that many learners at once; print each step's times and whole journeys per second."""
    times: dict[str, list[float]] = defaultdict(list)
    lock = threading.Lock()
    names = iter([f"bench-{number % 48 + 48}" for number in range(max(journeys, learners))])

    def watch(step: str, seconds: float) -> None:
        with lock:
            times[step].append(seconds * 1000)

    def work() -> None:
        while True:
            with lock:
                name = next(names, None)
            if name is None:
                return
            journey.walk(journey.Browser(server.port, watch), name)

    threads = [threading.Thread(target=work) for _number in range(learners)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    done = len(times["review"])
    print(f"{learners} learners: {done / seconds:.2f} journeys/s; ms p50/p95 per step:")
    shown = [f"{step} {_quantiles(values)}" for step, values in times.items()]
    print("  " + ", ".join(shown))


def _quantiles(values: list[float]) -> str:
    ordered = sorted(values)
    return f"{ordered[len(ordered) // 2]:.0f}/{ordered[int(len(ordered) * 0.95)]:.0f}"


if __name__ == "__main__":
    main()
