"""Compare the CPU of each page with its budget, a multiple of the page's floor in the same run.

Makes its own databases, prints every figure, and exits with 1 where a budget of `budgets.toml` is
missed. Other work on the machine changes the milliseconds, and the multiples hardly.
"""

import argparse
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench import journey, sites
from bench.runs import Run, needed

FILE = Path(__file__).with_name("budgets.toml")
AT_ONCE = 4
"""In the warm-up, so that both workers have met every page."""


@dataclass(frozen=True)
class Budget:
    must: float
    aim: float
    statements: int | None = None

    def verdict(self, ratio: float, queries: int) -> str:
        """Return what is wrong, or how the figure compares with the aim."""
        if ratio > self.must:
            return f"MISSED: more than {self.must:g}"
        if self.statements is not None and queries > self.statements:
            return f"MISSED: more than {self.statements} statements"
        return "" if ratio > self.aim else f"meets the aim of {self.aim:g}"


def read() -> dict[str, Budget]:
    """Return the budget of each step."""
    rows: Mapping[str, dict[str, float]] = tomllib.loads(FILE.read_text())
    return {step: Budget(**row) for step, row in rows.items()}


def main() -> None:
    options = _options()
    budgets = read()
    sizes = {"count": options.rounds, "journeys": options.journeys, "several": []}
    learners = needed(kinds=len(journey.KINDS), warm=options.warm, **sizes)
    missed = 0
    with sites.opened(options, ["bench.seed", str(learners)]) as servers:
        runs = [Run(server, journey.KINDS, journey.learner) for server in servers]
        for run in runs:
            run.warm_up(options.warm, AT_ONCE)
        for _round in range(options.rounds):
            for run in runs:
                run.steps(options.journeys, {"autosaves": 1})
        for run in runs:
            missed += report(run, budgets)
    sys.exit(1 if missed else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench budgets", description=__doc__)
    sites.add_options(parser)
    parser.set_defaults(journeys=6, warm=12)
    return parser.parse_args()


def report(run: Run, budgets: Mapping[str, Budget]) -> int:
    """Print the figures of one site; return how many budgets it misses."""
    print(f"\n# {run.server.name}\n  {'step':14}{'ms':>7}{'floor':>7}{'ratio':>7}{'must':>6}")
    missed = 0
    for step, budget in budgets.items():
        kind = "autosaves" if step == journey.SAVE else "form"
        whole, floor = run.costs[kind].whole(step), run.floor.whole(step)
        queries = run.server.pages[step]
        verdict = budget.verdict(whole / floor, queries)
        missed += verdict.startswith("MISSED")
        print(
            f"  {step:14}{whole:7.1f}{floor:7.1f}{whole / floor:7.1f}{budget.must:6g}"
            f"  {queries:3} statements  {verdict}"
        )
    return missed


if __name__ == "__main__":
    main()
