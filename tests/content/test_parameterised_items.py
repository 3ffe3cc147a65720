"""Every parameterised item of the shipped course, drawn again and again.

Each draw must have one key that can be typed and earns full marks, known errors that cannot be
taken for it, and the key that another way of working it out gives from what the stem shows.
"""

import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import isclose
from random import Random
from typing import Any

import pytest

from courses.questions import registry
from courses.questions.base import flatten
from courses.questions.numeric.blanks import with_keys
from courses.questions.numeric.parameters import drawn, with_derived
from tests.content.oracle import ORACLES, shipped

SOME, FEW, MANY = 40, 100, 10_000
APART = 3
MOST_REDRAWN = 0.01
PLACEHOLDER = re.compile(r"\{([A-Za-z]\w*)(?::(\d))?\}")

# Blueprint, section 3: counts or values, and the key that was worked out there by hand.
WORKED = {
    "met1-nps-counts": (
        {f"r{k}": n for k, n in enumerate((6, 3, 4, 5, 7, 12, 13, 38, 42, 55, 65))},
        {"nps": "28.0"},
    ),
    "met1-csat-top-two": (
        {f"c{k}": n for k, n in enumerate((12, 18, 40, 90, 40), 1)},
        {"box": "65.0"},
    ),
    "met1-ces-two-blanks": (
        {f"e{k}": n for k, n in enumerate((5, 5, 10, 20, 40, 70, 50), 1)},
        {"mean": "5.475", "share": "80.0"},
    ),
    "met2-clv": ({"m": 120, "r": "0.80", "i": "0.10"}, {"clv": "320"}),
    "met3-nps-margin": ({"P": 120, "S": 80, "D": 50}, {"margin": "9.6"}),
}


@cache
def items() -> dict[str, Any]:
    """Data of the numeric items with parameters, by key."""
    numeric = registry.get("numeric")
    return {
        question.key: numeric.load(question.data)
        for module in shipped().modules
        for question in module.questions
        if question.type == "numeric" and question.data.get("params")
    }


def shown(data: Any, values: dict[str, Decimal]) -> dict[str, Fraction]:
    """The numbers that the stem shows, as exactly as it shows them."""
    numbers = {}
    for name, places in PLACEHOLDER.findall(data.stem):
        value = values[name]
        rounded = round(value, int(places)) if places else value
        # A name may be shown twice, once more exactly.
        numbers[name] = max((numbers.get(name, Fraction(rounded)), Fraction(rounded)), key=_size)
    return numbers


def _size(number: Fraction) -> int:
    return number.denominator


def draws(data: Any, count: int) -> Iterator[tuple[dict[str, Any], dict[str, Decimal], bool]]:
    """Prepared parameters, every value that goes with them, and were they not the first draw?"""
    numeric = registry.get("numeric")
    for seed in range(count):
        params = numeric.prepare(data, Random(seed))
        stored = {name: Decimal(text) for name, text in params["values"].items()}
        yield params, with_derived(stored, data.values), stored != drawn(data.params, Random(seed))


def check(key: str, count: int) -> int:
    """How many of so many draws had been drawn again, a known error being too close to the key."""
    data = items()[key]
    numeric = registry.get("numeric")
    redrawn = 0
    for number, (params, values, is_redrawn) in enumerate(draws(data, count)):
        redrawn += is_redrawn
        expected = ORACLES[key](**shown(data, values))
        assert set(expected) == {blank.key for blank in data.blanks}
        check_keys(data, values, expected)
        if number < FEW:
            solution = numeric.parse(data, params, flatten(numeric.solution(data, params)))
            assert numeric.grade(data, params, solution).scaled == 1, (key, params)
    return redrawn


def check_keys(data: Any, values: dict[str, Decimal], expected: dict[str, Any]) -> None:
    known = with_keys(data.blanks, values)
    for blank in data.blanks:
        right = known[blank.key]
        assert right.is_finite()
        worked = float(expected[blank.key])
        assert isclose(right, worked, rel_tol=1e-9, abs_tol=1e-9), (blank.key, right, worked)
        absolute = Decimal(blank.absolute or 0)
        tolerance = max(absolute, Decimal(blank.relative or 0) * abs(right))
        for wrong in blank.wrong(known):
            reach = max(tolerance, Decimal(blank.relative or 0) * abs(wrong))
            assert abs(wrong - right) > APART * reach, (blank.key, values)


def test_every_item_is_worked_out_twice() -> None:
    """A new item needs a second way; one that is gone needs none."""
    assert set(ORACLES) == set(items())


def test_there_are_enough_of_them() -> None:
    assert len(items()) >= 12


@pytest.mark.parametrize("key", sorted(ORACLES))
def test_forty_draws(key: str) -> None:
    check(key, SOME)


@pytest.mark.proofs
@pytest.mark.parametrize("key", sorted(ORACLES))
def test_ten_thousand_draws(key: str) -> None:
    """`-rP` shows the rates."""
    redrawn = check(key, MANY) / MANY

    sys.stdout.write(f"{key}: {redrawn:.2%} drawn again\n")
    assert redrawn <= MOST_REDRAWN


@pytest.mark.parametrize("key", sorted(WORKED))
def test_the_blueprints_worked_examples_hold(key: str) -> None:
    given, expected = WORKED[key]
    data = items()[key]
    values = {name: Decimal(str(value)) for name, value in given.items()}
    derived = with_derived(values, data.values)

    for blank in data.blanks:
        right = blank.right(derived)
        wanted = Decimal(expected[blank.key])
        assert round(right, -wanted.as_tuple().exponent) == wanted
    worked = ORACLES[key](**shown(data, derived))
    for name, text in expected.items():
        assert float(worked[name]) == pytest.approx(float(text), abs=0.05)
