"""Arithmetic of marks: exact fractions inside, rounded once at the edge. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

PLACES = 3
"""Decimal places of a stored percentage."""


@dataclass(frozen=True)
class Score:
    """What an attempt earned. `given` is None only when nothing in it can be scored."""

    given: Fraction
    maximum: Fraction
    pending: Fraction = Fraction(0)
    """Points that a person still has to give or not."""

    @property
    def share(self) -> Fraction | None:
        return self.given / self.maximum if self.maximum else None

    @property
    def percent(self) -> Decimal | None:
        return None if self.share is None else rounded(self.share * 100, places=PLACES)

    def has_passed(self, pass_mark: Fraction) -> bool | None:
        """Compare with the mark, exactly; return None while open points could still decide."""
        if not self.maximum:
            return None
        needed = pass_mark * self.maximum / 100
        if self.given >= needed:
            return True
        return None if self.given + self.pending >= needed else False


def add_up(items: Iterable[tuple[Decimal, Fraction | None, bool]]) -> Score:
    """Sum (points, score, is pending) of every item to the attempt's score.

    A pending item counts in the maximum; an unscored one that nobody will grade does not count.
    """
    earned: dict[int, int] = {}
    scored: dict[Decimal, int] = {}
    waiting: dict[Decimal, int] = {}
    for points, score, is_pending in items:
        if score is not None:
            below = score.denominator
            earned[below] = earned.get(below, 0) + score.numerator
            scored[points] = scored.get(points, 0) + 1
        elif is_pending:
            waiting[points] = waiting.get(points, 0) + 1
    given = sum((Fraction(above, below) for below, above in earned.items()), Fraction(0))
    pending = _times(waiting)
    return Score(given, _times(scored) + pending, pending)


def _times(counts: dict[Decimal, int]) -> Fraction:
    """Return the sum of points that occur so often: few fractions instead of one for each item."""
    return sum((Fraction(points) * count for points, count in counts.items()), Fraction(0))


def rounded(value: Fraction, *, places: int) -> Decimal:
    """Round half up, as is usual for marks; in whole numbers, so that nothing else is rounded."""
    steps = abs(value) * 10**places
    whole = (2 * steps.numerator + steps.denominator) // (2 * steps.denominator)
    return Decimal(f"{'-' if value < 0 else ''}{whole}e-{places}")


def beside(value: Fraction | Decimal, *, mark: Fraction | Decimal, places: int = PLACES) -> Decimal:
    """Round half up, but never to the other side of the mark: 79.9999 of 80 is 79.999."""
    exact, needed = Fraction(value), Fraction(mark)
    near = rounded(exact, places=places)
    if exact < needed <= Fraction(near):
        return Decimal(f"{exact * 10**places // 1}e-{places}")
    return near


def shown(percent: Decimal, *, mark: Decimal | None) -> Decimal:
    """Return a percentage for a page, in whole numbers where these stay on its side of the mark.

    Else with as many decimals as that takes, as 79.6 of 80 would read 80.
    """
    if mark is None:
        return rounded(Fraction(percent), places=0)
    for places in range(PLACES):
        near = rounded(Fraction(percent), places=places)
        if (near >= mark) == (percent >= mark):
            return near
    return percent


def counted(*, method: str, shares: list[Fraction]) -> Fraction | None:
    """Return the share that counts, of attempts in order: best, last, first or the average."""
    if not shares:
        return None
    if method == "average":
        return sum(shares, Fraction(0)) / len(shares)
    return {"best": max(shares), "last": shares[-1], "first": shares[0]}[method]
