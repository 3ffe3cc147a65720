"""The arithmetic of the live figures agrees with a second implementation in Python."""

import csv
import math
import random
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.content.oracle import COURSE
from tests.figures.node import evaluate

METRICS = COURSE / "m4-metrics"


def half_up(value: Fraction, decimals: int) -> float:
    """As learners round: half away from zero."""
    place = Decimal(1).scaleb(-decimals)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(place, ROUND_HALF_UP))


def nps(counts: list[int]) -> dict[str, Any] | None:
    """By the rule, rating by rating, in fractions."""
    ratings = [rating for rating, count in enumerate(counts) for _ in range(count)]
    if not ratings:
        return None
    above = sum(rating >= 9 for rating in ratings)
    below = sum(rating <= 6 for rating in ratings)
    shares = [Fraction(100 * part, len(ratings)) for part in (above, below)]
    shown = [half_up(share, 1) for share in shares]
    score = half_up(shares[0] - shares[1], 1)
    some = above + below
    return {
        "all": len(ratings),
        "promoters": shown[0],
        "passives": half_up(100 - sum(shares), 1),
        "detractors": shown[1],
        "score": score,
        "wholeFirst": half_up(shares[0], 0) - half_up(shares[1], 0),
        "isExact": round(shown[0] - shown[1], 1) == score,
        "withoutPassives": half_up(Fraction(100 * (above - below), some), 1) if some else None,
    }


def test_scores_of_four_hundred_surveys() -> None:
    draw = random.Random(4)
    surveys = [[draw.randint(0, draw.choice([1, 9, 400])) for _ in range(11)] for _ in range(397)]
    surveys += [[0] * 11, [0] * 7 + [4, 3, 0, 0], [1997] + [0] * 9 + [3]]
    found = evaluate("score.js", "a[0].map(counts => m.npsOf(m.grouped(counts)))", surveys)

    assert found == [nps(counts) for counts in surveys]
    assert {one["isExact"] for one in found if one} == {True, False}


def test_the_worked_example_of_the_lesson() -> None:
    found = evaluate("score.js", "m.npsOf({promoters: 96, passives: 64, detractors: 40})")
    assert (found["promoters"], found["detractors"], found["score"]) == (48, 20, 28)
    assert found["withoutPassives"] == 41.2


@pytest.mark.parametrize(
    ("part", "whole", "decimals", "expected"),
    [(3, 2000, 3, 0.002), (-3, 2000, 3, -0.002), (15, 100, 1, 0.2), (1, 8, 2, 0.13), (0, 7, 1, 0)],
)
def test_halves_are_rounded_away_from_zero(part, whole, decimals, expected) -> None:
    found = evaluate("numbers.js", "m.roundedRatio(...a)", part, whole, decimals)
    assert found == expected


def margin(promoters: float, detractors: float, replies: int) -> float:
    """1.96 standard deviations of the mean of replies that count 1, 0 and −1."""
    mean = promoters - detractors
    passives = 1 - promoters - detractors
    spread = promoters * (1 - mean) ** 2 + passives * mean**2 + detractors * (-1 - mean) ** 2
    return 196 * math.sqrt(spread / replies)


def test_margins() -> None:
    draw = random.Random(5)
    cases = []
    for _ in range(300):
        promoters = draw.random()
        cases.append((promoters, draw.random() * (1 - promoters), draw.randint(2, 5000)))
    found = evaluate("score.js", "a[0].map(one => m.margin(...one))", cases)
    assert found == pytest.approx([margin(*case) for case in cases], rel=1e-9, abs=1e-6)


def test_margins_are_those_of_the_lesson() -> None:
    found = evaluate("score.js", "[50, 200, 800].map(n => m.margin(0.45, 0.25, n))")
    assert [round(one, 1) for one in found] == [22.5, 11.3, 5.6]
    assert round(evaluate("score.js", "m.margin(0.48, 0.20, 250)"), 1) == 9.6
    # North's quarters in the clinics' file, as the table of the lesson rounds them.
    text = (METRICS / "assets/clinic-survey.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    margins = [shares_margin(rows, "North", quarter) for quarter in ("Q1", "Q2")]
    assert round(evaluate("score.js", "m.combined(...a)", *margins)) == 28


def shares_margin(rows: list[dict[str, str]], clinic: str, quarter: str) -> float:
    ratings = [
        int(row["recommend_0_10"])
        for row in rows
        if (row["clinic"], row["quarter"]) == (clinic, quarter)
    ]
    above = sum(rating >= 9 for rating in ratings) / len(ratings)
    below = sum(rating <= 6 for rating in ratings) / len(ratings)
    return margin(above, below, len(ratings))


def mulberry(seed: int):
    """The generator in whole numbers of 32 bits."""
    mask, state = 0xFFFFFFFF, seed
    while True:
        state = (state + 0x6D2B79F5) & mask
        mixed = ((state ^ state >> 15) * (state | 1)) & mask
        mixed ^= (mixed + ((mixed ^ mixed >> 7) * (mixed | 61) & mask)) & mask
        yield ((mixed ^ mixed >> 14) & mask) / 2**32


@pytest.mark.parametrize("seed", [0, 1, 9999, 2**32 - 1])
def test_the_same_seed_gives_the_same_chance(seed: int) -> None:
    draw = "(() => { const draw = m.seeded(a[0]); return Array.from({length: 500}, draw); })()"
    generator = mulberry(seed)
    assert evaluate("chance.js", draw, seed) == [next(generator) for _ in range(500)]


PAIRS = """(() => {
  const draw = m.seeded(1);
  const one = () => m.sampleScore(draw, {promoters: 0.45, detractors: 0.25, replies: 60});
  return Array.from({length: 2000}, () => [one(), one()]);
})()"""


def test_random_samples_vary_as_the_formula_predicts() -> None:
    pairs = evaluate("chance.js", PAIRS)
    differences = [second - first for first, second in pairs]
    error = math.hypot(*[margin(0.45, 0.25, 60) / 1.96] * 2)
    mean = sum(first + second for first, second in pairs) / (2 * len(pairs))

    assert mean == pytest.approx(20, abs=4 * error / math.sqrt(4 * len(pairs)))
    assert evaluate("chance.js", "m.spread(a[0])", differences) == pytest.approx(error, rel=0.07)
    inside = sum(abs(difference) <= 1.96 * error for difference in differences) / len(pairs)
    assert 0.93 < inside < 0.97


def test_rules_of_an_episode() -> None:
    draw = random.Random(6)
    episodes = [[draw.randint(0, 10) for _ in range(draw.randint(1, 10))] for _ in range(200)]
    episodes += [[2, 4, 6, 8, 7], [2, 4, 6, 8, 7, 4, 2]]
    found = evaluate("episode.js", "a[0].map(m.measures)", episodes)

    assert found == [
        {
            "peak": max(one),
            "end": one[-1],
            "peakEnd": (max(one) + one[-1]) / 2,
            "mean": sum(one) / len(one),
            "sum": sum(one),
        }
        for one in episodes
    ]
    assert [one["peakEnd"] for one in found[-2:]] == [7.5, 5.0]
    assert [round(one["mean"], 1) for one in found[-2:]] == [5.4, 4.7]


@pytest.mark.parametrize(
    ("first", "second", "expected"), [(7.5, 5, 0), (27, 33, 1), (5.04, 5.0, -1), (5, 5, -1)]
)
def test_which_is_larger_to_one_decimal(first: float, second: float, expected: int) -> None:
    assert evaluate("episode.js", "m.larger(...a)", first, second) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("−6.7", -6.7), ("+15.0", 15), ("± 28", 28), ("3,5", 3.5), ("22%", 22), ("–", None),
     ("", None), ("asked: talk", None), ("1.2.3", None), ("2, 4", None)],
)  # fmt: skip
def test_numbers_in_cells(text: str, expected: float | None) -> None:
    assert evaluate("numbers.js", "m.readNumber(a[0])", text) == expected


def test_numbers_are_written_in_the_readers_language() -> None:
    written = (
        "[m.formatNumber(-1234.5, a[0], {decimals: 1}), m.formatNumber(7, a[0], {sign: true})]"
    )
    assert evaluate("numbers.js", written, "en") == ["−1,234.5", "+7"]
    assert evaluate("numbers.js", written, "de") == ["−1.234,5", "+7"]
