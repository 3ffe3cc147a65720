"""How long a learner has. Pure functions of the rules, the grants and the start; no clock.

An accommodation truly gives the time: the extra seconds of the limit also move the closing date, so
that somebody who starts at the last moment has, in proportion, no less than anybody else.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal


@dataclass(frozen=True)
class TimeRules:
    """The quiz's rules about time, in seconds and aware datetimes; None means no limit."""

    time_limit_s: int | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Grants:
    """What one learner is given: accommodation, extension for this quiz, dates of their class."""

    time_factor: Decimal = Decimal(1)
    closes_later_s: int = 0
    extra_time_s: int = 0
    closes_at: datetime | None = None
    extra_attempts: int = 0
    class_opens_at: datetime | None = None
    class_closes_at: datetime | None = None
    """Instead of the quiz's own dates."""


@dataclass(frozen=True)
class TimeAllowance:
    """A time limit as the learner reads it: 60 min (30 + 30)."""

    base_s: int
    extra_s: int

    @property
    def total_s(self) -> int:
        return self.base_s + self.extra_s


def allowance(*, rules: TimeRules, grants: Grants) -> TimeAllowance | None:
    """Return the learner's own time limit, or None when the quiz has none. Fractions round up."""
    if rules.time_limit_s is None:
        return None
    longer = (rules.time_limit_s * grants.time_factor).to_integral_value(ROUND_CEILING)
    return TimeAllowance(
        base_s=rules.time_limit_s,
        extra_s=int(longer) - rules.time_limit_s + grants.extra_time_s,
    )


def closing(*, rules: TimeRules, grants: Grants) -> datetime | None:
    """Return when the quiz closes for this learner, or None when it never does."""
    if rules.closes_at is None:
        return None
    own = allowance(rules=rules, grants=grants)
    later_s = grants.closes_later_s + (own.extra_s if own else 0)
    moved = rules.closes_at + timedelta(seconds=later_s)
    return max(moved, grants.closes_at) if grants.closes_at else moved


def deadline(*, started_at: datetime, rules: TimeRules, grants: Grants) -> datetime | None:
    """Return when an attempt that began at `started_at` ends; None for never.

    The one function that decides this.
    """
    own = allowance(rules=rules, grants=grants)
    ends = [
        started_at + timedelta(seconds=own.total_s) if own else None,
        closing(rules=rules, grants=grants),
    ]
    return min((end for end in ends if end is not None), default=None)


def seconds_left(*, deadline_at: datetime | None, now: datetime) -> int | None:
    """Return the whole seconds until the deadline, 0 when it is over; None without one."""
    if deadline_at is None:
        return None
    return max(0, int((deadline_at - now).total_seconds()))


def is_over(*, deadline_at: datetime | None, grace_s: int, now: datetime) -> bool:
    """Return whether it is too late to save. `now` is when the request came in."""
    return deadline_at is not None and now > deadline_at + timedelta(seconds=grace_s)
