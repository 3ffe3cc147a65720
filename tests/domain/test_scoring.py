"""Rounding of marks in exact values: half up, and never onto the other side of the mark."""

from decimal import Decimal
from fractions import Fraction

import pytest

from courses.domain import scoring

F = Fraction


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(F(5, 2), 0, "3"), (F(-5, 2), 0, "-3"), (F(1, 8), 2, "0.13"), (F(2, 3), 3, "0.667")],
)
def test_rounded_is_half_up(value, places, expected):
    assert scoring.rounded(value, places=places) == Decimal(expected)


@pytest.mark.parametrize(
    ("value", "mark", "expected"),
    [
        (F(799999, 10000), 80, "79.999"),
        (F(80), 80, "80"),
        (F(1, 3), 80, "0.333"),
        (F(2, 3), 80, "0.667"),
        (F(2, 3), F(6667, 10000), "0.666"),
    ],
)
def test_stored_percentage_stays_on_its_side_of_the_mark(value, mark, expected):
    assert scoring.beside(value, mark=mark) == Decimal(expected)


@pytest.mark.parametrize(
    ("percent", "mark", "expected"),
    [
        ("79.6", "80", "79.6"),
        ("79.4", "80", "79"),
        ("80", "80", "80"),
        ("79.96", "80", "79.96"),
        ("79.999", "80", "79.999"),
        ("80.4", "80", "80"),
        ("66.666", None, "67"),
    ],
)
def test_shown_percentage_has_the_decimals_that_the_mark_needs(percent, mark, expected):
    found = scoring.shown(Decimal(percent), mark=mark and Decimal(mark))
    assert str(found) == expected


def test_score_adds_up_and_passes_on_exact_numbers():
    score = scoring.add_up([(Decimal(2), F(1), False), (Decimal(1), None, True)])
    assert (score.given, score.maximum, score.pending) == (1, 3, 1)
    assert (score.share, score.percent) == (F(1, 3), Decimal("33.333"))
    marks = {33: True, 34: None, 66: None, 67: False}
    assert {mark: score.has_passed(F(mark)) for mark in marks} == marks
    more = [(Decimal(2), F(1), False), (Decimal(2), F(2), False), (Decimal(1), F(0), False)]
    assert scoring.add_up(more) == scoring.Score(F(3), F(5), F(0))
    waiting = scoring.add_up([(Decimal(1), None, True), (Decimal(2), None, True)])
    assert (waiting.maximum, waiting.pending) == (3, 3)
    nothing = scoring.add_up([(Decimal(1), None, False)])
    assert (nothing.share, nothing.percent, nothing.has_passed(F(0))) == (None, None, None)


def test_counted_attempt_goes_by_the_method():
    shares = [F(1, 2), F(1), F(0)]
    expected = {"best": 1, "last": 0, "first": F(1, 2), "average": F(1, 2)}
    for method, share in expected.items():
        assert scoring.counted(method=method, shares=shares) == share
        assert scoring.counted(method=method, shares=[]) is None
