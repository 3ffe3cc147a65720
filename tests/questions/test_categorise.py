"""Categorise: author errors and the review of a card."""

from typing import Any

import pytest

from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, changed, problem_paths

SORT = EXAMPLES["categorise"][0]


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("cards.0.category", "side", ["cards.0.category"]),
        ("cards.0.text", "", ["cards.0.text"]),
        ("cards.1.text", "94% closed on target", ["cards.1.text"]),
        ("cards.1.feedback", "", ["cards.1.feedback"]),
        ("categories.1.text", "inside-OUT", ["categories.1.text"]),
        ("categories.1.key", "o u t", ["categories.1.key", "cards.1.category", "cards.2.category"]),
        ("cards", SORT["cards"][:1], ["cards"]),
    ],
)
def test_author_errors_of_categorise(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("categorise", changed(SORT, path, new)) == expected


def test_review_of_a_card() -> None:
    shown = Drive("categorise", SORT).present({"category": {"c1": "out"}}, correctness=True)
    cards = {card["key"]: card for card in shown["cards"]}

    assert cards["c1"] == {
        "key": "c1",
        "field": "category.c1",
        "text": "94% closed on target",
        "chosen": "out",
        "chosen_text": "Outside-in",
        "is_correct": False,
    }
    assert "is_correct" not in cards["c2"]
