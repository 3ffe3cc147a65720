"""Who chose which option, and whether stronger learners choose another one than the key. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from courses.domain.analysis.intervals import is_nothing, t_tail
from courses.domain.analysis.scored import Column

WEAK, MIDDLE, STRONG = range(3)
LEAST = 20
"""Attempts below which no key is suspected."""
CHOOSERS = 5
SHARE = 0.1
"""An option is compared where at least five, and a tenth of all, chose it."""
LEVEL = 0.2
"""With 0.05, half of the wrong keys of 60 attempts would stay unseen."""
NOTHING = ""
"""The option of those who chose nothing."""


@dataclass(frozen=True)
class ChoiceKey:
    """The options of a question in their order, and those that are right."""

    options: tuple[str, ...]
    right: frozenset[str]
    takes_one: bool = True
    """One option can be chosen, and one is right."""


@dataclass(frozen=True)
class OptionRow:
    """How many chose an option, in each third by the rest score."""

    key: str
    thirds: tuple[int, int, int]
    mean_rest: float | None
    discrimination: float | None = None
    """How choosing it goes with the rest: the correlation if it were the key."""

    @property
    def chosen(self) -> int:
        return sum(self.thirds)


@dataclass(frozen=True)
class ChoiceComparison:
    """The learners who chose a wrong option, compared with those who chose the key."""

    option: str
    t: float
    p: float
    """The chance of such a difference with a right key, times the number of wrong options."""

    @property
    def is_suspicious(self) -> bool:
        return self.p < LEVEL


def thirds(rests: Sequence[float]) -> list[int]:
    """Return of each attempt the third that it belongs to; ties at a border go to the middle."""
    n, ordered = len(rests), sorted(rests)
    if n < 3:
        return [MIDDLE] * n
    low, high = ordered[n // 3], ordered[n - n // 3 - 1]
    return [WEAK if rest < low else STRONG if rest > high else MIDDLE for rest in rests]


def option_table(*, column: Column, key: ChoiceKey) -> list[OptionRow]:
    """Return a row for each option, and one for those who chose nothing where there are any."""
    if not column.has_rests:
        return []
    place = thirds(column.rests)
    counts = {option: [0, 0, 0] for option in (*key.options, NOTHING)}
    rests: dict[str, list[float]] = {option: [] for option in counts}
    for chosen, rest, third in zip(column.chosen, column.rests, place, strict=True):
        for option in chosen or (NOTHING,):
            if option in counts:
                counts[option][third] += 1
                rests[option].append(rest)
    return [
        OptionRow(
            option,
            (weak, middle, strong),
            _mean(rests[option]),
            _discrimination(rests[option], column.rests),
        )
        for option, (weak, middle, strong) in counts.items()
        if rests[option] or option
    ]


def _discrimination(own: Sequence[float], every: Sequence[float]) -> float | None:
    """Return the correlation of choosing an option with the rest score."""
    share = len(own) / len(every)
    middle = math.fsum(every) / len(every)
    squares = math.fsum((one - middle) ** 2 for one in every)
    if share in (0.0, 1.0) or is_nothing(sum_of_squares=squares, n=len(every)):
        return None
    spread = math.sqrt(squares / len(every))
    return (math.fsum(own) / len(own) - middle) / spread * math.sqrt(share / (1 - share))


def sizes_of_thirds(column: Column) -> tuple[int, int, int]:
    """Return how many attempts each third has."""
    place = thirds(column.rests)
    return place.count(WEAK), place.count(MIDDLE), place.count(STRONG)


def comparisons(*, column: Column, key: ChoiceKey) -> list[ChoiceComparison]:
    """Compare the choosers of each wrong option with those of the key, the largest t first.

    A one-sided t test with pooled variance. Where fewer than two chose the key, all others are
    compared.
    """
    if not (key.takes_one and column.has_rests and column.n >= LEAST):
        return []
    wrong = [option for option in key.options if option not in key.right]
    groups: dict[str, list[float]] = {}
    for chosen, rest in zip(column.chosen, column.rests, strict=True):
        groups.setdefault(chosen[0] if chosen else NOTHING, []).append(rest)
    right = [rest for option in sorted(key.right) for rest in groups.get(option, ())]
    found = []
    for option in wrong:
        own = groups.get(option, [])
        if len(own) < max(CHOOSERS, column.n * SHARE):
            continue
        rivals = right if len(right) >= 2 else _others(groups, option)
        tested = _t(own, rivals)
        if tested is not None:
            t, df = tested
            found.append(ChoiceComparison(option, t, min(1.0, t_tail(t=t, df=df) * len(wrong))))
    return sorted(found, key=lambda one: -one.t)


def _others(groups: Mapping[str, list[float]], option: str) -> list[float]:
    return [rest for name, rests in groups.items() if name != option for rest in rests]


def _t(first: Sequence[float], second: Sequence[float]) -> tuple[float, int] | None:
    """Return t and its degrees of freedom; None where the values do not vary."""
    df = len(first) + len(second) - 2
    if df < 1 or not first or not second:
        return None
    means = [math.fsum(one) / len(one) for one in (first, second)]
    squares = math.fsum((value - means[0]) ** 2 for value in first)
    squares += math.fsum((value - means[1]) ** 2 for value in second)
    if is_nothing(sum_of_squares=squares, n=df):
        return None
    error = math.sqrt(squares / df * (1 / len(first) + 1 / len(second)))
    return (means[0] - means[1]) / error, df


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None
