"""The pass mark that judges' estimates add up to (Angoff 1971). Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from courses.domain.analysis.reliability import deviation

JUDGES = 3
"""Judges below which a suggestion is incomplete."""


@dataclass(frozen=True)
class EstimatedPlace:
    """A place of the quiz: its points each, how many questions it gives, and which it may give."""

    points: float
    count: int
    versions: tuple[int, ...]


@dataclass(frozen=True)
class JudgeCut:
    """The mark of one judge in per cent; None while a place has no estimate of theirs."""

    judge: int
    percent: float | None
    missing: int
    """Questions without an estimate."""


@dataclass(frozen=True)
class SuggestedMark:
    """What the judges' marks come to, in per cent."""

    percent: float | None
    spread: float | None
    """The standard deviation of the judges' marks."""
    error: float | None
    """The standard error of their mean."""
    judges: tuple[JudgeCut, ...]

    @property
    def complete(self) -> int:
        """How many judges have estimated every question."""
        return sum(not one.missing for one in self.judges)

    @property
    def is_complete(self) -> bool:
        """Whether it may be relied on: three judges or more, and no estimate is missing."""
        return self.complete >= JUDGES and self.complete == len(self.judges)


def suggest(
    *, places: Sequence[EstimatedPlace], estimates: Mapping[int, Mapping[int, int]]
) -> SuggestedMark:
    """Return the mean of the judges' marks. `estimates` are judge → version → per cent.

    Judges count who have estimated every question.
    """
    judges = tuple(_cut(judge, places, given) for judge, given in sorted(estimates.items()))
    marks = [one.percent for one in judges if one.percent is not None and not one.missing]
    if not marks:
        return SuggestedMark(None, None, None, judges)
    spread = deviation(marks) if len(marks) > 1 else None
    error = None if spread is None else spread / math.sqrt(len(marks))
    return SuggestedMark(math.fsum(marks) / len(marks), spread, error, judges)


def _cut(judge: int, places: Sequence[EstimatedPlace], given: Mapping[int, int]) -> JudgeCut:
    """Return a judge's mark: a place counts by its points, a drawn one by the mean of its pool."""
    earned, worth, missing, is_known = 0.0, 0.0, 0, bool(places)
    for place in places:
        known = [given[version] for version in place.versions if version in given]
        missing += len(place.versions) - len(known)
        is_known = is_known and bool(known)
        points = place.points * place.count
        worth += points
        earned += points * (math.fsum(known) / len(known) if known else 0.0)
    return JudgeCut(judge, earned / worth if is_known and worth else None, missing)
