"""Time limits, closing dates and what a learner is granted beside them, in exact values."""

from datetime import timedelta
from decimal import Decimal

from courses.domain import deadlines
from courses.domain.deadlines import Grants, TimeAllowance, TimeRules
from tests.factories import NOW

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
LIMITED = TimeRules(time_limit_s=1800)
CLOSING = TimeRules(closes_at=NOW)
BOTH = TimeRules(time_limit_s=1800, closes_at=NOW)


def test_allowance_adds_the_factor_rounded_up_and_the_extra_seconds():
    grants = Grants(time_factor=Decimal("1.333"), extra_time_s=60)
    found = deadlines.allowance(rules=TimeRules(time_limit_s=1000), grants=grants)
    assert found == TimeAllowance(base_s=1000, extra_s=393)
    assert found.total_s == 1393

    found = deadlines.allowance(rules=TimeRules(time_limit_s=1), grants=grants)
    assert found == TimeAllowance(base_s=1, extra_s=61)
    assert deadlines.allowance(rules=CLOSING, grants=grants) is None


def test_closing_moves_by_the_extension_and_by_the_extra_time():
    more = Grants(time_factor=Decimal(2), closes_later_s=3600)
    assert deadlines.closing(rules=CLOSING, grants=more) == NOW + HOUR
    assert deadlines.closing(rules=BOTH, grants=more) == NOW + 1.5 * HOUR
    assert deadlines.closing(rules=BOTH, grants=Grants()) == NOW
    assert deadlines.closing(rules=LIMITED, grants=more) is None


def test_closing_is_the_later_of_its_date_and_the_granted_one():
    for granted, expected in ((NOW + HOUR, NOW + HOUR), (NOW - HOUR, NOW)):
        assert deadlines.closing(rules=CLOSING, grants=Grants(closes_at=granted)) == expected


def test_deadline_is_the_first_of_limit_and_closing():
    def end(rules, started_at):
        return deadlines.deadline(started_at=started_at, rules=rules, grants=Grants())

    assert end(BOTH, NOW - HOUR) == NOW - HOUR / 2
    assert end(BOTH, NOW - HOUR / 4) == NOW
    assert end(LIMITED, NOW) == NOW + HOUR / 2
    assert end(CLOSING, NOW - HOUR) == NOW
    assert end(TimeRules(), NOW) is None


def test_seconds_left_are_whole_and_never_negative():
    def left(deadline_at):
        return deadlines.seconds_left(deadline_at=deadline_at, now=NOW)

    assert left(NOW + 1.9 * SECOND) == 1
    assert left(NOW) == left(NOW - HOUR) == 0
    assert left(None) is None


def test_is_over_after_the_grace_and_not_at_its_end():
    end = NOW + 30 * SECOND
    for now, expected in ((end, False), (end + SECOND, True)):
        assert deadlines.is_over(deadline_at=NOW, grace_s=30, now=now) is expected
    assert deadlines.is_over(deadline_at=None, grace_s=0, now=NOW) is False
