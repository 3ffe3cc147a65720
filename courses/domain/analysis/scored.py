"""What was earned in the attempts, arranged by question version. Pure.

Learners of a quiz that draws meet different questions, so a learner's ability is judged by the
share of points that they earned with the other questions of the same attempt: the rest.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class ScoredItem(NamedTuple):
    """A question in an attempt, with what was earned."""

    version: int
    share: float | None
    """From 0 to 1. None: nobody has judged it yet, or it does not count."""
    worth: float
    chosen: tuple[str, ...] = ()
    """The keys of the options that were chosen; () where nothing was, or nothing can be."""

    @property
    def counts(self) -> bool:
        return self.share is not None and self.worth > 0


ScoredAttempt = Sequence[ScoredItem]


@dataclass
class Column:
    """The results of one question version; the four lists have a place for each attempt."""

    drawn: int = 0
    """Attempts that it was drawn into, whether somebody saw it or not."""
    shares: list[float] = field(default_factory=list)
    rests: list[float] = field(default_factory=list)
    """The share of the other questions' points; only of attempts that have others."""
    totals: list[float] = field(default_factory=list)
    """The share of all questions' points, this one's included."""
    chosen: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def n(self) -> int:
        return len(self.shares)

    @property
    def has_rests(self) -> bool:
        """Whether every attempt has other questions to compare with."""
        return len(self.rests) == len(self.shares)

    @property
    def is_dichotomous(self) -> bool:
        """Whether it was all right or all wrong in every attempt."""
        return all(share in (0.0, 1.0) for share in self.shares)


def columns(
    *, attempts: Sequence[ScoredAttempt], sums: Sequence[tuple[float, float]]
) -> dict[int, Column]:
    """Return version → its results, those that nobody has judged only as drawn.

    `sums` are the points of the attempts, as `earned_of` returns them.
    """
    found: dict[int, Column] = {}
    for attempt, (earned, worth) in zip(attempts, sums, strict=True):
        for item in attempt:
            column = found.get(item.version)
            if column is None:
                column = found[item.version] = Column()
            column.drawn += 1
            if item.share is None or item.worth <= 0:
                continue
            column.shares.append(item.share)
            column.chosen.append(item.chosen)
            others = worth - item.worth
            if others > 0:
                column.rests.append((earned - item.share * item.worth) / others)
                column.totals.append(earned / worth)
    return found


def earned_of(attempt: ScoredAttempt) -> tuple[float, float]:
    """Return the points that were earned, and those that could be."""
    counted = [item for item in attempt if item.share is not None and item.worth > 0]
    earned = math.fsum(item.share * item.worth for item in counted if item.share is not None)
    return earned, math.fsum(item.worth for item in counted)
