"""Every scoring rule against a second, differently written version of it."""

from fractions import Fraction
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.questions.scoring import in_place, order_score, plus_minus, share
from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive

QUICK = settings(deadline=None)
keys = st.sets(st.sampled_from("abcdefg"))


def tally(right: set[str], chosen: set[str]) -> Fraction:
    """Plus/minus by walking over what was chosen."""
    points = 0
    for key in chosen:
        points += 1 if key in right else -1
    return Fraction(points, len(right)) if points > 0 else Fraction(0)


def bubble_score(ranks: list[int]) -> Fraction:
    """The order rule by counting the swaps that bubble sort makes: one per wrong pair."""
    swaps, row = 0, list(ranks)
    for end in range(len(row) - 1, 0, -1):
        for index in range(end):
            if row[index] > row[index + 1]:
                row[index], row[index + 1] = row[index + 1], row[index]
                swaps += 1
    pairs = len(ranks) * (len(ranks) - 1) // 2
    return max(Fraction(0), 1 - Fraction(2 * swaps, pairs))


@QUICK
@given(right=keys.filter(bool), chosen=keys)
def test_plus_minus(right: set[str], chosen: set[str]) -> None:
    assert plus_minus(right, chosen) == tally(right, chosen)


@QUICK
@given(st.permutations(range(7)))
def test_order_score(ranks: list[int]) -> None:
    assert order_score(ranks) == bubble_score(ranks)


@pytest.mark.parametrize(
    ("ranks", "scaled"),
    [
        ([0, 1, 2, 3], Fraction(1)),
        ([1, 0, 2, 3], Fraction(2, 3)),
        ([3, 0, 1, 2], Fraction(0)),
        ([1, 2, 3, 0], Fraction(0)),
        ([3, 2, 1, 0], Fraction(0)),
        ([0], Fraction(1)),
        ([], Fraction(0)),
    ],
)
def test_order_score_of_known_orders(ranks: list[int], scaled: Fraction) -> None:
    assert order_score(ranks) == scaled


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_in_place_moves_as_few_as_possible(size: int) -> None:
    for ranks in permutations(range(size)):
        staying = [rank for rank, stays in zip(ranks, in_place(ranks), strict=True) if stays]
        longest = max(
            sum(mask >> bit & 1 for bit in range(size))
            for mask in range(2**size)
            if (chosen := [ranks[bit] for bit in range(size) if mask >> bit & 1]) == sorted(chosen)
        )
        assert staying == sorted(staying)
        assert len(staying) == longest


def test_share_of_nothing_is_nothing() -> None:
    assert share([]) == 0
    assert plus_minus([], ["a"]) == 0


def options_right(value: dict[str, Any], name: str) -> set[str]:
    return {record["key"] for record in value[name] if record.get("correct")}


def any_subset(records: list[dict[str, Any]], rng: Random) -> list[str]:
    return [record["key"] for record in records if rng.random() < 0.5]


@pytest.mark.parametrize("value", EXAMPLES["multiple_response"])
@pytest.mark.parametrize("seed", range(20))
def test_multiple_response(value: dict[str, Any], seed: int) -> None:
    chosen = any_subset(value["options"], Random(seed))
    expected = tally(options_right(value, "options"), set(chosen))

    assert Drive("multiple_response", value).grade({"choice": chosen}).scaled == expected


@pytest.mark.parametrize("seed", range(20))
def test_hotspot_with_several_right_regions(seed: int) -> None:
    value = EXAMPLES["hotspot"][1]
    chosen = any_subset(value["regions"], Random(seed))
    expected = tally(options_right(value, "regions"), set(chosen))

    assert Drive("hotspot", value).grade({"region": chosen}).scaled == expected


@pytest.mark.parametrize("value", EXAMPLES["categorise"])
@pytest.mark.parametrize("seed", range(20))
def test_categorise(value: dict[str, Any], seed: int) -> None:
    rng = Random(seed)
    categories = ["", *(category["key"] for category in value["categories"])]
    given_to = {card["key"]: rng.choice(categories) for card in value["cards"]}
    hits = [card for card in value["cards"] if given_to[card["key"]] == card["category"]]
    expected = Fraction(len(hits), len(value["cards"]))

    assert Drive("categorise", value).grade({"category": given_to}).scaled == expected


@pytest.mark.parametrize("value", EXAMPLES["matching"])
@pytest.mark.parametrize("seed", range(20))
def test_matching(value: dict[str, Any], seed: int) -> None:
    rng = Random(seed)
    drive = Drive("matching", value, seed=seed)
    texts = {row["key"]: row["text"] for row in drive.present()["choices"]}
    given_to = {pair["key"]: rng.choice(["", *texts]) for pair in value["pairs"]}
    hits = [pair for pair in value["pairs"] if texts.get(given_to[pair["key"]]) == pair["match"]]
    expected = Fraction(len(hits), len(value["pairs"]))

    assert drive.grade({"match": given_to}).scaled == expected


@pytest.mark.parametrize("value", EXAMPLES["ordering"])
@pytest.mark.parametrize("seed", range(20))
def test_ordering(value: dict[str, Any], seed: int) -> None:
    drive = Drive("ordering", value, seed=seed)
    rows = drive.present()["elements"]
    Random(seed).shuffle(rows)
    right = [element["text"] for element in value["elements"]]
    expected = bubble_score([right.index(row["text"]) for row in rows])

    assert drive.grade({"order": [row["key"] for row in rows]}).scaled == expected


@pytest.mark.parametrize("seed", range(20))
def test_cloze(seed: int) -> None:
    value = EXAMPLES["cloze"][0]
    rng = Random(seed)
    bags = {"1": ["", "service", "SERVICE ", "deed"], "2": ["cx", "Cx", "feeling"]}
    typed = {key: rng.choice(bag) for key, bag in bags.items()}
    typed["3"] = rng.choice(["", "loyalty", "reach"])
    hits = [
        typed["1"].strip().lower() == "service",
        typed["2"].lower() == "cx",
        typed["3"] == "loyalty",
    ]

    assert Drive("cloze", value).grade({"blank": typed}).scaled == Fraction(hits.count(True), 3)


@pytest.mark.parametrize("seed", range(20))
def test_numeric(seed: int) -> None:
    rng = Random(seed)
    drive = Drive("numeric", EXAMPLES["numeric"][0], seed=seed)
    p, s, d = (Fraction(drive.params["values"][name]) for name in "psd")
    key = 100 * (p - d) / (p + s + d)
    typed = Fraction(round(key * 100) + rng.randint(-40, 40), 100)
    expected = 1 if abs(typed - key) <= Fraction(1, 5) else 0

    assert drive.grade({"blank": {"nps": f"{float(typed):.2f}"}}).scaled == expected
