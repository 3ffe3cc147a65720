"""Rate limits, counted in the default cache."""

import time

from django.core.cache import cache

_PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def spend(name: str, rate: str | None) -> bool:
    """Count one more of `what`; False when that is more than `rate` ("20/hour") allows.

    Without a rate there is no limit.
    """
    if rate is None:
        return True
    most, _, period = rate.partition("/")
    seconds = _PERIODS[period[0]]
    key = f"courses.rates.{name}.{int(time.time()) // seconds}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= int(most)
    except ValueError:  # the period ended in between
        return True
