"""Cronbach's alpha, also of forms that were drawn, with its interval and what follows from it.

With y the points earned, d = y − the mean of the version, S and Q the sums of d and of d² in an
attempt: the mean variance is Σd²/N and the mean covariance Σ(S² − Q) over the pairs, so no pairs
are formed. On a form that is the same for everybody this is Cronbach's formula (1951). The
interval is a delete-a-group jackknife of ln(1 − alpha) (Kott 2001).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from courses.domain.analysis.intervals import Interval, Z
from courses.domain.analysis.scored import ScoredAttempt

GROUPS = 50
LEAST = 5
"""Attempts below which nothing is said."""


@dataclass(frozen=True)
class Sums:
    """What alpha is made of; sums of attempts may be added and taken away."""

    attempts: int = 0
    items: int = 0
    pairs: int = 0
    """Ordered pairs of questions in one attempt."""
    squares: float = 0.0
    products: float = 0.0
    """The products of the distances of all those pairs."""

    def minus(self, other: "Sums") -> "Sums":
        return Sums(
            self.attempts - other.attempts,
            self.items - other.items,
            self.pairs - other.pairs,
            self.squares - other.squares,
            self.products - other.products,
        )


@dataclass(frozen=True)
class Reliability:
    """How much of the differences between scores is more than chance."""

    alpha: Interval
    sem_points: float
    """The standard error of measurement of a score."""
    sem_percent: float
    without: dict[int, float]
    """Version → alpha if it were not in the quiz, where that can be said."""


def alpha_of(sums: Sums) -> float | None:
    """Return alpha; None where the scores do not vary or no attempt has two questions."""
    if sums.pairs < 1 or sums.items < 1 or sums.attempts < 1:
        return None
    size = sums.items / sums.attempts
    variance, covariance = sums.squares / sums.items, sums.products / sums.pairs
    whole = variance + (size - 1) * covariance
    if whole <= 1e-12 * max(variance, 1e-300) or variance <= 1e-18:
        return None
    return size * covariance / whole


def reliability(
    *, attempts: Sequence[ScoredAttempt], earned: Sequence[tuple[float, float]]
) -> Reliability | None:
    """Return alpha and the standard error; None where they cannot be said.

    `earned` are the points of the attempts, as `earned_of` returns them.
    """
    if len(attempts) < LEAST:
        return None
    means = _means(attempts)
    distances = [_distances(attempt, means) for attempt in attempts]
    parts = [_sums([distance for _version, distance in one]) for one in distances]
    whole = _total(parts)
    alpha = alpha_of(whole)
    if alpha is None:
        return None
    low, high = _range(parts, whole, alpha)
    points, percents = _deviations(earned)
    unsure = math.sqrt(max(0.0, 1 - alpha))
    return Reliability(
        alpha=Interval(alpha, low, high),
        sem_points=points * unsure,
        sem_percent=percents * unsure,
        without=_without(distances, whole),
    )


def _means(attempts: Sequence[ScoredAttempt]) -> dict[int, float]:
    """Return version → the mean of the points earned."""
    earned: dict[int, list[float]] = {}
    for attempt in attempts:
        for item in attempt:
            if item.share is not None and item.worth > 0:
                earned.setdefault(item.version, []).append(item.share * item.worth)
    return {version: math.fsum(points) / len(points) for version, points in earned.items()}


def _distances(attempt: ScoredAttempt, means: dict[int, float]) -> list[tuple[int, float]]:
    return [
        (item.version, item.share * item.worth - means[item.version])
        for item in attempt
        if item.share is not None and item.worth > 0
    ]


def _sums(distances: Sequence[float]) -> Sums:
    size, total = len(distances), math.fsum(distances)
    squares = math.fsum(one * one for one in distances)
    return Sums(1, size, size * (size - 1), squares, total * total - squares)


def _total(parts: Sequence[Sums]) -> Sums:
    return Sums(
        sum(one.attempts for one in parts),
        sum(one.items for one in parts),
        sum(one.pairs for one in parts),
        math.fsum(one.squares for one in parts),
        math.fsum(one.products for one in parts),
    )


def _range(parts: Sequence[Sums], whole: Sums, alpha: float) -> tuple[float | None, float | None]:
    """Return the ends of alpha's interval; the means of the versions stay those of all attempts."""
    groups = min(GROUPS, len(parts))
    logs = []
    for group in range(groups):
        value = alpha_of(whole.minus(_total(parts[group::groups])))
        if value is None or value >= 1:
            return None, None
        logs.append(math.log1p(-value))
    if alpha >= 1:
        return None, None
    middle = math.fsum(logs) / groups
    spread = (groups - 1) / groups * math.fsum((one - middle) ** 2 for one in logs)
    half, log = Z * math.sqrt(spread), math.log1p(-alpha)
    return 1 - math.exp(log + half), 1 - math.exp(log - half)


def _deviations(sums: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the standard deviations of the points and of the per cent."""
    points = [earned for earned, _worth in sums]
    percents = [100 * earned / worth for earned, worth in sums if worth]
    return deviation(points), deviation(percents)


def deviation(values: Sequence[float]) -> float:
    """Return the standard deviation; 0 for fewer than two values."""
    if len(values) < 2:
        return 0.0
    middle = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((one - middle) ** 2 for one in values) / (len(values) - 1))


def _without(distances: Sequence[Sequence[tuple[int, float]]], whole: Sums) -> dict[int, float]:
    """Return version → alpha of the attempts with it taken out of each that has it."""
    taken: dict[int, list[float]] = {}
    for attempt in distances:
        total = math.fsum(distance for _version, distance in attempt)
        for version, distance in attempt:
            sums = taken.get(version)
            if sums is None:
                sums = taken[version] = [0.0, 0.0, 0.0, 0.0]
            sums[0] += 1
            sums[1] += 2 * (len(attempt) - 1)
            sums[2] += distance * distance
            sums[3] += 2 * distance * (total - distance)
    found = {}
    for version, (items, pairs, squares, products) in taken.items():
        left = Sums(0, int(items), int(pairs), squares, products)
        alpha = alpha_of(whole.minus(left))
        if alpha is not None:
            found[version] = alpha
    return found
