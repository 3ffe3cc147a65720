"""The numbers that lessons print are those of the data that learners download."""

import csv
from collections import Counter
from math import sqrt

import pytest

from tests.content.oracle import COURSE

M4 = COURSE / "m4-metrics"
LICENCE = "MIT"


def rows(name: str) -> list[dict[str, str]]:
    with (M4 / "assets" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def lesson(start: str) -> str:
    """A lesson's text in one line, with plain minus signs."""
    text = next(M4.glob(f"{start}-*.md")).read_text(encoding="utf-8")
    return " ".join(text.split()).replace("−", "-")


def nps(ratings: list[int]) -> tuple[Counter[str], float, float]:
    """Groups, score and margin of error."""
    group = {**dict.fromkeys(range(7), "detractor"), 7: "passive", 8: "passive"}
    counts = Counter(group.get(rating, "promoter") for rating in ratings)
    p, d = counts["promoter"] / len(ratings), counts["detractor"] / len(ratings)
    return counts, 100 * (p - d), 196 * sqrt((p + d - (p - d) ** 2) / len(ratings))


def clinic(quarter: str, *names: str) -> list[dict[str, str]]:
    found = rows("clinic-survey.csv")
    return [row for row in found if row["quarter"] == quarter and row["clinic"] in names]


def change(*names: str) -> str:
    """A row of the table of changes in lesson 4.5, after the clinic's name."""
    scores, margins = [], []
    for quarter in ("Q1", "Q2"):
        ratings = [int(row["recommend_0_10"]) for row in clinic(quarter, *names)]
        _counts, score, margin = nps(ratings)
        scores.append(score)
        margins.append(margin)
    difference, margin = scores[1] - scores[0], sqrt(margins[0] ** 2 + margins[1] ** 2)
    return f"{scores[0]:.1f} | {scores[1]:.1f} | {difference:+.1f} | ± {margin:.0f} |"


@pytest.mark.parametrize("name", ["North", "South", "East", "West"])
def test_changes_of_the_clinics(name: str) -> None:
    assert f"| {name} | {change(name)}" in lesson("05")


def test_change_of_all_clinics() -> None:
    assert f"| All four | {change('North', 'South', 'East', 'West')}" in lesson("05")


@pytest.mark.parametrize("name", ["North", "South", "East", "West"])
def test_groups_of_the_clinics(name: str) -> None:
    counts, score, _margin = nps([int(row["recommend_0_10"]) for row in clinic("Q2", name)])
    groups = " | ".join(str(counts[group]) for group in ("promoter", "passive", "detractor"))
    shown = "?" if name == "East" else f"{score:.1f}"

    assert f"| {name} | {groups} | {shown} |" in lesson("02")


@pytest.mark.parametrize("name", ["East", "West"])
def test_satisfaction_scored_in_three_ways(name: str) -> None:
    ratings = [int(row["satisfied_1_5"]) for row in clinic("Q2", name)]
    counts, size = Counter(ratings), len(ratings)
    by_rating = " | ".join(str(counts[rating]) for rating in range(1, 6))
    mean, two, top = sum(ratings) / size, counts[4] + counts[5], counts[5]

    row = f"| {name} | {by_rating} | {mean:.2f} | {two / size:.0%} | {top / size:.0%} |"
    assert row in lesson("03")


def test_matters_settled_with_one_contact() -> None:
    matters = rows("hotline-cases.csv")
    week, month = (
        sum(row[f"contacts_within_{days}_days"] == "1" for row in matters) for days in (7, 30)
    )
    share = [f"{count / len(matters):.0%}" for count in (week, month)]

    text = lesson("04")
    assert f"followed {len(matters)} matters. Within 7 days {week} callers" in text
    assert f"makes {share[0]}. Within 30 days it was {month}, or {share[1]}." in text


def test_contracts_of_the_year() -> None:
    contracts = rows("service-contracts.csv")
    old = [row for row in contracts if row["first_month"] < "2025-01"]
    new = [row for row in contracts if row["first_month"] >= "2025-01"]
    gone = [row for row in old if row["last_month"]]
    left_at_once = sum(bool(row["last_month"]) for row in new)
    at_end = len(contracts) - len(gone) - left_at_once

    text = lesson("04")
    assert f"| Running on 1 January 2025 | {len(old)} | €{fees(old):,} |" in text
    assert f"| of these, ended in 2025 | {len(gone)} | €{fees(gone):,} |" in text
    assert f"| Begun in 2025 | {len(new)} | |" in text
    assert f"| of these, ended in 2025 | {left_at_once} | |" in text
    assert f"| Running at the end of 2025 | {at_end} | |" in text


def fees(contracts: list[dict[str, str]]) -> int:
    return sum(int(row["yearly_fee_eur"]) for row in contracts)


@pytest.mark.parametrize("size", [50, 200, 800])
def test_two_hundred_samples(size: int) -> None:
    scores = [float(row[f"nps_n{size}"]) for row in rows("nps-resamples.csv")]
    margin = 196 * sqrt((0.45 + 0.25 - 0.2**2) / size)
    inside = sum(abs(score - 20) <= margin for score in scores)

    row = f"| {size} | {min(scores):.1f} | {max(scores):.1f} | ± {margin:.1f} | {inside} of 200 |"
    assert row in lesson("05")


@pytest.mark.parametrize("path", sorted((M4 / "assets").glob("*.csv")), ids=lambda path: path.name)
def test_licence_stands_beside_every_link(path) -> None:
    """Beside each download, in the same paragraph, are its terms."""
    texts = [file.read_text(encoding="utf-8") for file in M4.glob("0*.md")]
    beside = [
        paragraph
        for text in texts
        for paragraph in text.split("\n\n")
        if f"asset:{path.name}" in paragraph
    ]

    assert beside
    assert all(LICENCE in paragraph for paragraph in beside)
