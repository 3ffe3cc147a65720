"""Time: a learner with more grants has more, in every combination of limit, close and grants."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from courses.domain import deadlines
from courses.domain.deadlines import Grants, TimeRules

PROPERTY = settings(deadline=None)

# Both clock changes of 2026 lie inside, and the year's end.
moments = st.datetimes(
    min_value=dt.datetime(2026, 3, 1),  # noqa: DTZ001 - the strategy wants naive bounds
    max_value=dt.datetime(2027, 1, 2),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)
seconds = st.integers(0, 14 * 86_400)
limits = st.one_of(st.none(), st.integers(1, 6 * 3600))
factors = st.decimals(min_value=1, max_value=10, places=2)
zones = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
)
rules = st.builds(TimeRules, time_limit_s=limits, closes_at=st.one_of(st.none(), moments))
all_grants = st.builds(
    Grants,
    time_factor=factors,
    closes_later_s=seconds,
    extra_time_s=seconds,
    closes_at=st.one_of(st.none(), moments),
)
NOTHING = Grants()
FOREVER = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)


def end(started_at, rules, grants):
    found = deadlines.deadline(started_at=started_at, rules=rules, grants=grants)
    return FOREVER if found is None else found


def reference(started_at, rules, grants):
    """The earlier of start + own limit and own close, counted in whole seconds since 1970."""
    ends = []
    extra = 0
    if rules.time_limit_s is not None:
        hundredths = rules.time_limit_s * int(grants.time_factor * 100)
        total = -(-hundredths // 100) + grants.extra_time_s
        extra = total - rules.time_limit_s
        ends.append(started_at.timestamp() + total)
    if rules.closes_at is not None:
        close = rules.closes_at.timestamp() + grants.closes_later_s + extra
        ends.append(max(close, grants.closes_at.timestamp()) if grants.closes_at else close)
    return min(ends) if ends else None


@PROPERTY
@given(moments, rules, all_grants)
def test_deadline_is_the_earlier_of_the_two_ends(started_at, rules, grants):
    found = deadlines.deadline(started_at=started_at, rules=rules, grants=grants)
    expected = reference(started_at, rules, grants)

    if expected is None:
        assert found is None
    else:
        assert abs(found.timestamp() - expected) < 0.001
        assert found.utcoffset() == dt.timedelta(0)


@PROPERTY
@given(moments, rules, factors)
def test_an_accommodation_truly_gives_the_time(started_at, rules, factor):
    """Whenever both start, the time one has is at least the factor times what anybody else has."""
    assume(rules.time_limit_s is not None)
    others = end(started_at, rules, NOTHING) - started_at
    assume(others > dt.timedelta(0))  # nobody can start after the close
    own = end(started_at, rules, Grants(time_factor=factor)) - started_at

    # In whole seconds, since a limit is.
    assert own.total_seconds() + 1 > Decimal(others.total_seconds()) * factor


@PROPERTY
@given(moments, rules, all_grants, st.data())
def test_any_further_grant_only_extends(started_at, rules, grants, data):
    more = replace(
        grants,
        time_factor=min(Decimal(10), grants.time_factor + data.draw(st.decimals(0, 5, places=2))),
        closes_later_s=grants.closes_later_s + data.draw(seconds),
        extra_time_s=grants.extra_time_s + data.draw(seconds),
        closes_at=max(grants.closes_at, data.draw(moments)) if grants.closes_at else None,
    )

    assert end(started_at, rules, more) >= end(started_at, rules, grants)
    assert end(started_at, rules, grants) >= end(started_at, rules, NOTHING)


@PROPERTY
@given(moments, rules, all_grants, seconds)
def test_starting_later_never_gives_more_time(started_at, rules, grants, later_s):
    later = started_at + dt.timedelta(seconds=later_s)

    assert end(later, rules, grants) >= end(started_at, rules, grants)
    if end(started_at, rules, grants) != FOREVER:
        assert end(later, rules, grants) - later <= end(started_at, rules, grants) - started_at


@PROPERTY
@given(moments, rules, all_grants, zones)
@example(
    dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC),
    TimeRules(time_limit_s=3600, closes_at=dt.datetime(2026, 3, 29, 1, 15, tzinfo=dt.UTC)),
    NOTHING,
    "Europe/Berlin",
)
def test_clock_changes_change_nothing(started_at, rules, grants, zone):
    """The same instants in a zone with summer time give the same instant."""
    local = ZoneInfo(zone)

    def in_zone(moment):
        return moment and moment.astimezone(local).astimezone(dt.UTC)

    there = deadlines.deadline(
        started_at=in_zone(started_at),
        rules=replace(rules, closes_at=in_zone(rules.closes_at)),
        grants=replace(grants, closes_at=in_zone(grants.closes_at)),
    )
    assert there == deadlines.deadline(started_at=started_at, rules=rules, grants=grants)


@PROPERTY
@given(rules, all_grants)
def test_allowance_adds_up(rules, grants):
    own = deadlines.allowance(rules=rules, grants=grants)

    if rules.time_limit_s is None:
        assert own is None
    else:
        assert own.base_s == rules.time_limit_s
        assert own.extra_s >= grants.extra_time_s
        assert own.total_s == own.base_s + own.extra_s


@PROPERTY
@given(moments, st.integers(0, 600), st.integers(-1000, 1000))
def test_is_over_begins_after_deadline_and_grace(deadline_at, grace_s, offset_s):
    now = deadline_at + dt.timedelta(seconds=offset_s)

    over = deadlines.is_over(deadline_at=deadline_at, grace_s=grace_s, now=now)

    assert over == (offset_s > grace_s)
    assert not deadlines.is_over(deadline_at=None, grace_s=grace_s, now=now)
