"""The figures of item analysis once more, written as their definitions read, and slowly."""

from itertools import permutations
from math import atanh, exp, fsum, log, sqrt, tanh
from statistics import NormalDist, correlation, stdev, variance

Z = NormalDist().inv_cdf(0.975)


def counted(attempt):
    return [item for item in attempt if item.share is not None and item.worth > 0]


def shares_and_rests(attempts, version):
    """Share, rest and total of every attempt that has the version."""
    for attempt in attempts:
        items = counted(attempt)
        for item in items:
            if item.version == version:
                others = [one for one in items if one is not item]
                yield (
                    item.share,
                    fsum(one.share * one.worth for one in others) / fsum(o.worth for o in others),
                    fsum(o.share * o.worth for o in items) / fsum(o.worth for o in items),
                )


def item_rest(attempts, version):
    shares, rests, _totals = zip(*shares_and_rests(attempts, version), strict=True)
    return correlation(shares, rests)


def item_total(attempts, version):
    shares, _rests, totals = zip(*shares_and_rests(attempts, version), strict=True)
    return correlation(shares, totals)


def fisher(r, n):
    return tanh(atanh(r) - Z / sqrt(n - 3)), tanh(atanh(r) + Z / sqrt(n - 3))


def wilson(successes, n):
    """The two shares from which the observed one is exactly Z standard errors away."""

    def is_far(share):
        return (successes / n - share) ** 2 > Z**2 * share * (1 - share) / n

    def edge(near, far):
        for _round in range(60):
            middle = (near + far) / 2
            near, far = (near, middle) if is_far(middle) else (middle, far)
        return near

    observed = successes / n
    return (
        edge(observed, 0.0) if successes else 0.0,
        edge(observed, 1.0) if successes < n else 1.0,
    )


def cronbach(attempts):
    """The formula of 1951, of a form that is the same for everybody."""
    rows = [[item.share * item.worth for item in attempt] for attempt in attempts]
    size = len(rows[0])
    parts = fsum(variance(column) for column in zip(*rows, strict=True))
    return size / (size - 1) * (1 - parts / variance([fsum(row) for row in rows]))


def alpha(attempts, means=None, without=None):
    """Mean variance and mean covariance over all pairs in an attempt."""
    means = means or point_means(attempts)
    squares, products, sizes = [], [], []
    for attempt in attempts:
        distances = [
            item.share * item.worth - means[item.version]
            for item in counted(attempt)
            if item.version != without
        ]
        sizes.append(len(distances))
        squares += [one * one for one in distances]
        products += [one * other for one, other in permutations(distances, 2)]
    size = sum(sizes) / len(sizes)
    spread, common = fsum(squares) / len(squares), fsum(products) / len(products)
    return size * common / (spread + (size - 1) * common)


def point_means(attempts):
    points = {}
    for attempt in attempts:
        for item in counted(attempt):
            earned = item.share * item.worth
            points.setdefault(item.version, []).append(earned)
    return {version: fsum(found) / len(found) for version, found in points.items()}


def alpha_range(attempts):
    """The jackknife that leaves out each fiftieth in turn."""
    groups, means = min(50, len(attempts)), point_means(attempts)
    logs = []
    for group in range(groups):
        left = [one for number, one in enumerate(attempts) if number % groups != group]
        logs.append(log(1 - alpha(left, means)))
    middle = fsum(logs) / groups
    error = sqrt((groups - 1) / groups * fsum((one - middle) ** 2 for one in logs))
    whole = log(1 - alpha(attempts, means))
    return 1 - exp(whole + Z * error), 1 - exp(whole - Z * error)


def standard_error(attempts):
    points = [fsum(item.share * item.worth for item in counted(one)) for one in attempts]
    return stdev(points) * sqrt(1 - alpha(attempts))
