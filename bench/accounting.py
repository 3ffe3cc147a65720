"""CPU time of running programs as the kernel accounts it, with all their threads; for Linux.

The kernel has a clock of the CPU time of each process that counts in nanoseconds and holds threads
that have ended. Processes that have ended are in their parent's `cutime`, in ticks of some 10 ms.
"""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
SCHED_CLOCK = 2
"""The clock of a process that counts the time the scheduler gave it (CPUCLOCK_SCHED)."""


class Meter:
    """Reads the CPU time of groups of processes: each a program and all that it started."""

    def __init__(self, roots: Mapping[str, int]) -> None:
        self.roots = dict(roots)

    def read(self) -> dict[str, float]:
        """Return the milliseconds of each group since its program began."""
        return {name: tree_ms(pid) for name, pid in self.roots.items()}

    def since(self, before: Mapping[str, float]) -> dict[str, float]:
        """Return what each group used after an earlier reading."""
        return {name: value - before[name] for name, value in self.read().items()}


def tree_ms(root: int) -> float:
    """Return the CPU time of the process and its descendants, those that ended among them."""
    total = 0.0
    for pid in _tree(root):
        try:
            total += process_ms(pid) + _ended_children_ms(pid)
        except OSError:
            continue  # It ended just now: the next reading finds it in its parent's figure.
    return total


def process_ms(pid: int) -> float:
    """Return the CPU time of all threads of one process."""
    clock = (~pid << 3) | SCHED_CLOCK  # What clock_getcpuclockid(3) returns.
    return time.clock_gettime_ns(clock) / 1e6


def private_mb(pid: int) -> float:
    """Return the memory that the process shares with no other, in megabytes."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Private_")) / 1024


def children_of(pid: int) -> list[int]:
    texts = [one.read_text() for one in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for text in texts for child in text.split()]


def parent_of(pid: int) -> int:
    return int(_stat(pid)[1])


def _tree(root: int) -> Iterator[int]:
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        try:
            waiting.extend(children_of(pid))
        except OSError:
            continue


def _ended_children_ms(pid: int) -> float:
    fields = _stat(pid)
    return (int(fields[13]) + int(fields[14])) * TICK_MS


def _stat(pid: int) -> list[str]:
    # The name of the program stands in brackets and may hold spaces.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
