"""The share of the points of an objective after each day with a response."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from courses.domain.mastery_days import SHOWN_DAYS, JudgedResponse, by_day
from tests.factories import NOW

DAY = dt.timedelta(days=1)


def judged(day, score, question=1, *, is_given=True):
    return JudgedResponse(NOW.date() + day * DAY, question, Decimal(1), Fraction(score), is_given)


def test_each_day_has_the_share_with_the_last_response_to_each_question():
    days = by_day([judged(0, 0), judged(0, 1, 2), judged(2, 1)])

    assert [one.day for one in days] == [NOW.date(), NOW.date() + 2 * DAY]
    assert [one.share for one in days] == [Fraction(1, 2), 1]
    assert [one.response_count for one in days] == [2, 1]


def test_question_without_a_response_counts_in_the_share_and_is_no_day():
    days = by_day([judged(0, 1), judged(0, 0, 2, is_given=False), judged(1, 1)])

    half = Fraction(1, 2)
    assert [(one.share, one.response_count) for one in days] == [(half, 1), (half, 1)]


def test_only_the_latest_days_are_listed():
    days = by_day([judged(number, 1) for number in range(SHOWN_DAYS + 3)])

    assert len(days) == SHOWN_DAYS
    assert days[-1].day == NOW.date() + (SHOWN_DAYS + 2) * DAY
