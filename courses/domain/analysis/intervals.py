"""How sure a figure is: 95 % intervals of shares, means and correlations. Pure, in floats.

Shares have the interval of Wilson (1927), means that of t, correlations that of Fisher (1921).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

Z = 1.959963984540054
"""The normal quantile of 97.5 %."""
_TINY = 1e-300
_ROUNDS = 500


@dataclass(frozen=True)
class Interval:
    """A figure and the range in which it lies with 95 % certainty; None where none can be said."""

    value: float
    low: float | None = None
    high: float | None = None


def wilson(*, successes: int, n: int) -> Interval:
    """Return a share with Wilson's interval. Raises ValueError for none of none."""
    if n < 1:
        raise ValueError("A share of nothing has no value.")
    share, square = successes / n, Z * Z / n
    centre = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * math.sqrt(share * (1 - share) / n + square / (4 * n))
    # At 0 and 1 the end is the share itself, whatever the last digit is rounded to.
    return Interval(share, max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def mean(values: Sequence[float]) -> Interval:
    """Return the mean of values from 0 to 1 with its t interval, cut off at 0 and 1."""
    n = len(values)
    middle = math.fsum(values) / n
    if n < 2:
        return Interval(middle)
    variance = math.fsum((value - middle) ** 2 for value in values) / (n - 1)
    half = t_quantile(n - 1) * math.sqrt(variance / n)
    return Interval(middle, max(0.0, middle - half), min(1.0, middle + half))


def median(values: Sequence[float]) -> Interval:
    """Return the median; the ends of its interval are values, found by their places in order."""
    ordered, n = sorted(values), len(values)
    reach = Z * math.sqrt(n) / 2
    first, last = math.floor(n / 2 - reach), math.ceil(n / 2 + reach) - 1
    middle = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    if first < 0 or last >= n:
        return Interval(middle)
    return Interval(middle, ordered[first], ordered[last])


def correlation(*, xs: Sequence[float], ys: Sequence[float]) -> Interval | None:
    """Return Pearson's r with Fisher's interval; None where one of both does not vary."""
    n = len(xs)
    if n < 3:
        return None
    mean_x, mean_y = math.fsum(xs) / n, math.fsum(ys) / n
    sum_xx = math.fsum((x - mean_x) ** 2 for x in xs)
    sum_yy = math.fsum((y - mean_y) ** 2 for y in ys)
    if is_nothing(sum_of_squares=min(sum_xx, sum_yy), n=n):
        return None
    sum_xy = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return fisher(r=max(-1.0, min(1.0, sum_xy / math.sqrt(sum_xx * sum_yy))), n=n)


def fisher(*, r: float, n: int) -> Interval:
    """Return a correlation of n pairs with its interval, which needs four pairs and |r| < 1."""
    if n < 4 or abs(r) >= 1:
        return Interval(r)
    half = Z / math.sqrt(n - 3)
    return Interval(r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half))


def is_nothing(*, sum_of_squares: float, n: int) -> bool:
    """Return whether a sum of squared distances is no more than the rounding of floats."""
    return sum_of_squares <= n * 1e-18


def t_tail(*, t: float, df: int) -> float:
    """Return the chance that a t value with so many degrees of freedom is above `t`."""
    tail = _incomplete_beta(df / (df + t * t), df / 2, 0.5) / 2
    return tail if t >= 0 else 1 - tail


@lru_cache(maxsize=1024)
def t_quantile(df: int) -> float:
    """Return the t value that is exceeded in 2.5 % of cases."""
    low, high = 0.0, 20.0
    for _round in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tail(t=middle, df=df) > 0.025 else (low, middle)
    return (low + high) / 2


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function, by its continued fraction."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(scale + a * math.log(x) + b * math.log1p(-x)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Return the value of the continued fraction, by Lentz's method."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1) or _TINY)
    value = d
    for m in range(1, _ROUNDS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        before = value
        for term in (even, odd):
            d = 1 / (1 + term * d or _TINY)
            c = 1 + term / c or _TINY
            value *= c * d
        if abs(value - before) <= 1e-15 * abs(value):
            break
    return value
