"""Marks: whatever is added up, it is exact, rounded once, and the same in any order.

The reference adds up with whole numbers over one common denominator and shares no arithmetic with
the code it judges.
"""

from decimal import Decimal
from fractions import Fraction
from math import lcm

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courses.domain import scoring

pytestmark = pytest.mark.slow

PROPERTY = settings(deadline=None)

points = st.decimals(min_value="0.001", max_value="999", places=3)
shares = st.one_of(
    st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 3), Fraction(2, 3), Fraction(1, 7)]),
    st.fractions(min_value=0, max_value=1, max_denominator=120),
)


@st.composite
def an_item(draw):
    """(points, score or None, is pending), as `add_up` takes them."""
    worth = draw(points)
    state = draw(st.sampled_from(["scored", "scored", "scored", "pending", "unscored"]))
    if state == "scored":
        return (worth, Fraction(worth) * draw(shares), draw(st.booleans()))
    return (worth, None, state == "pending")


items = st.lists(an_item(), max_size=30)
pass_marks = st.one_of(
    st.sampled_from([Fraction(0), Fraction(80), Fraction(100), Fraction("66.67")]),
    st.decimals(min_value=0, max_value=100, places=2).map(Fraction),
)


def reference(rows):
    """(given, maximum, pending) in units of 1/denominator, and the denominator."""
    ends = [Fraction(worth).denominator for worth, _, _ in rows]
    ends += [score.denominator for _, score, _ in rows if score is not None]
    unit = lcm(1, *ends)

    def units(value):
        part = Fraction(value)
        return part.numerator * (unit // part.denominator)

    given = sum(units(score) for _, score, _ in rows if score is not None)
    pending = sum(units(worth) for worth, score, waits in rows if score is None and waits)
    scored = sum(units(worth) for worth, score, _ in rows if score is not None)
    return given, scored + pending, pending, unit


def half_up(numerator, denominator, places):
    """The text of a non-negative quotient with so many places, by whole numbers alone."""
    whole = (2 * numerator * 10**places + denominator) // (2 * denominator)
    digits = str(whole).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


@PROPERTY
@given(items)
def test_sum_is_exact(rows):
    given_units, maximum, pending, unit = reference(rows)
    score = scoring.add_up(rows)

    assert score.given * unit == given_units
    assert score.maximum * unit == maximum
    assert score.pending * unit == pending


@PROPERTY
@given(items)
def test_score_lies_between_nothing_and_the_maximum(rows):
    score = scoring.add_up(rows)

    assert 0 <= score.given <= score.maximum
    assert score.given + score.pending <= score.maximum
    if score.maximum:
        assert 0 <= score.percent <= 100
    else:
        assert (score.share, score.percent, score.has_passed(Fraction(0))) == (None, None, None)


@PROPERTY
@given(items, st.randoms(use_true_random=False))
def test_order_of_the_items_does_not_matter(rows, source):
    shuffled = list(rows)
    source.shuffle(shuffled)

    assert scoring.add_up(shuffled) == scoring.add_up(rows)


@PROPERTY
@given(items)
def test_percent_is_rounded_once(rows):
    given_units, maximum, _pending, _unit = reference(rows)
    score = scoring.add_up(rows)

    if maximum:
        assert str(score.percent) == half_up(100 * given_units, maximum, scoring.PLACES)


@PROPERTY
@given(
    st.one_of(
        st.fractions(min_value=0, max_value=100),
        st.builds(
            # A hair beside the half between two steps: two roundings would be seen here.
            lambda steps, hair, sign: abs(Fraction(2 * steps + 1, 2000) + sign * hair),
            st.integers(0, 100_000),
            st.sampled_from([Fraction(0), Fraction(1, 10**30), Fraction(1, 10**90)]),
            st.sampled_from([1, -1]),
        ),
    ),
    st.integers(0, 4),
)
def test_rounded_is_half_up(value, places):
    assert str(scoring.rounded(value, places=places)) == half_up(
        value.numerator, value.denominator, places
    )


@PROPERTY
@given(items, pass_marks)
@example([(Decimal(1000), Fraction("799.9999"), False)], Fraction(80))
@example([(Decimal("0.1"), Fraction("0.1"), False)] * 2 + [(Decimal("0.1"), Fraction(0), False)],
         Fraction("66.67"))  # fmt: skip
def test_pass_is_decided_on_the_exact_score(rows, mark):
    given_units, maximum, pending, _unit = reference(rows)
    passed = scoring.add_up(rows).has_passed(mark)

    if not maximum:
        assert passed is None
        return
    needed = mark.numerator * maximum
    now, at_best = (
        100 * mark.denominator * units for units in (given_units, given_units + pending)
    )
    assert passed == (True if now >= needed else None if at_best >= needed else False)


@PROPERTY
@given(items, st.data())
def test_a_better_response_never_lowers_the_score(rows, data):
    scored = [place for place, row in enumerate(rows) if row[1] is not None]
    if not scored:
        return
    place = data.draw(st.sampled_from(scored))
    worth, score, waits = rows[place]
    better = score + (Fraction(worth) - score) * data.draw(shares)
    improved = [*rows[:place], (worth, better, waits), *rows[place + 1 :]]

    assert scoring.add_up(improved).given >= scoring.add_up(rows).given
    assert scoring.add_up(improved).maximum == scoring.add_up(rows).maximum


@PROPERTY
@given(st.lists(shares, min_size=1, max_size=8))
def test_which_attempt_counts(attempts):
    unit = lcm(*(share.denominator for share in attempts))
    total = sum(share.numerator * (unit // share.denominator) for share in attempts)

    assert scoring.counted(method="best", shares=attempts) == sorted(attempts)[-1]
    assert scoring.counted(method="last", shares=attempts) == attempts[-1]
    assert scoring.counted(method="first", shares=attempts) == attempts[0]
    assert scoring.counted(method="average", shares=attempts) * unit * len(attempts) == total
    assert scoring.counted(method="best", shares=[]) is None
