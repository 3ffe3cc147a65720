"""Measure the memory of the web server's workers after so many journeys: resident, and private.

Private is what a worker shares with no other process; it is what one worker more costs.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

from bench import journey, sites
from bench.measuring import at_once
from bench.server import Server

KB = 1024
SHOWN = {"Rss": ("Rss",), "private": ("Private_Clean", "Private_Dirty"), "Pss": ("Pss",)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench memory", description=__doc__)
    sites.add_options(parser)
    parser.set_defaults(databases="sqlite", journeys=300)
    options = parser.parse_args()
    with sites.opened(options, ("bench.seed", str(options.journeys))) as servers:
        for server in servers:
            print(f"# {server.name}")
            _print(server, "just started")
            names = iter([journey.learner(number) for number in range(options.journeys)])
            load = at_once(server, journey.with_form, names, learners=4, count=options.journeys)
            _print(server, f"after {options.journeys} journeys")
            print(f"{load.each:.0f} ms of CPU a journey")


def _print(server: Server, when: str) -> None:
    master = server.meter.roots["application"]
    for name, pid in (("master", master), *(("worker", one) for one in _children(master))):
        sizes = _sizes(pid)
        shown = ", ".join(f"{word} {size:.0f} MiB" for word, size in sizes.items())
        print(f"{when}: {name} {shown}")


def _children(pid: int) -> Iterator[int]:
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        yield from map(int, path.read_text().split())


def _sizes(pid: int) -> dict[str, float]:
    """Return the sizes of a process in MiB by their names."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    found = {name: int(rest.split()[0]) for name, _, rest in (one.partition(":") for one in lines)}
    return {word: sum(found[name] for name in names) / KB for word, names in SHOWN.items()}


if __name__ == "__main__":
    main()
