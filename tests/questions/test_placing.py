"""Matching, categorise and ordering: labels, partial responses, author errors, reviews."""

from typing import Any

import pytest

from courses.questions.base import ResponseError
from tests.questions.drive import Drive, changed, problem_paths
from tests.questions.examples import EXAMPLES

MATCH = EXAMPLES["matching"][0]
SORT = EXAMPLES["categorise"][0]
ORDER = EXAMPLES["ordering"][0]


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("pairs.0.match", "", ["pairs.0.match"]),
        ("pairs.0.match", "Empathy", ["pairs.2.match"]),
        ("pairs.1.text", "They rang at the hour promised", ["pairs.1.text"]),
        ("pairs.1.feedback", "", ["pairs.1.feedback"]),
        ("pairs.1.key", "a", ["pairs.1.key"]),
        ("pairs", MATCH["pairs"][:1], ["pairs"]),
        ("distractors.0.key", "a", ["distractors.0.key"]),
        ("distractors.0.text", "empathy", ["distractors.0.text"]),
        ("distractors.1.text", "Tangibles", ["distractors.1.text"]),
        ("distractors.1.feedback", " ", ["distractors.1.feedback"]),
    ],
)
def test_author_errors_of_matching(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("matching", changed(MATCH, path, new)) == expected


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


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("elements.0.text", "", ["elements.0.text"]),
        ("elements.1.text", "pick customer and goal", ["elements.1.text"]),
        ("elements.1.feedback", "", ["elements.1.feedback"]),
        ("elements.1.key", "a", ["elements.1.key"]),
        ("elements", ORDER["elements"][:1], ["elements"]),
    ],
)
def test_author_errors_of_ordering(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("ordering", changed(ORDER, path, new)) == expected


def test_labels_of_matching_say_nothing_about_the_pairs() -> None:
    drives = [Drive("matching", MATCH, seed=seed) for seed in range(60)]
    label_of_a = {drive.right()["match"]["a"] for drive in drives}

    assert label_of_a == {"1", "2", "3", "4", "5"}
    assert [row["key"] for row in drives[0].present()["choices"]] == ["1", "2", "3", "4", "5"]


def test_labels_of_ordering_say_nothing_about_the_order() -> None:
    drives = [Drive("ordering", ORDER, seed=seed) for seed in range(60)]
    first = {drive.right()["order"][0] for drive in drives}

    assert first == {"e1", "e2", "e3", "e4", "e5"}
    assert [row["key"] for row in drives[0].present()["elements"]] == ["e1", "e2", "e3", "e4", "e5"]


def test_a_partly_filled_matching_is_a_response() -> None:
    drive = Drive("matching", MATCH)
    label = drive.right()["match"]["b"]

    assert drive.parse({"match": {"a": "", "b": label, "c": " "}}) == {"match": {"b": label}}


def test_a_distractor_tells_why_it_belongs_nowhere() -> None:
    drive = Drive("matching", MATCH)
    label = {row["text"]: row["key"] for row in drive.present()["choices"]}
    raw = {"match": {"a": label["Tangibles"], "b": label["Assurance"]}}

    assert drive.feedback(raw) == {"a": "Nothing here can be touched.", "b": "Knows.", "c": ""}


def test_review_of_matching() -> None:
    drive = Drive("matching", EXAMPLES["matching"][1])
    label = {row["text"]: row["key"] for row in drive.present()["choices"]}
    raw = {"match": {"len": label["metre"]}}
    shown = drive.present(raw, solution=True, correctness=True, feedback=True)

    assert shown["prompts"] == [
        {
            "key": "len",
            "field": "match.len",
            "text": "length",
            "chosen": label["metre"],
            "chosen_text": "metre",
            "is_correct": True,
            "feedback": "SI base unit.",
            "solution": label["metre"],
            "solution_text": "metre",
        },
        {
            "key": "mass",
            "field": "match.mass",
            "text": "mass",
            "chosen": None,
            "chosen_text": None,
            "is_correct": False,
            "feedback": "SI base unit.",
            "solution": label["kilogram"],
            "solution_text": "kilogram",
        },
    ]


def test_review_of_matching_explains_distractors() -> None:
    shown = Drive("matching", MATCH).present(solution=True, feedback=True)
    unused = {row["text"]: row.get("feedback") for row in shown["choices"] if not row["is_used"]}

    assert unused == {
        "Tangibles": "Nothing here can be touched.",
        "Loyalty": "No dimension, a consequence.",
    }


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


def test_places_and_order_are_one_response() -> None:
    drive = Drive("ordering", ORDER)
    order = ["e3", "e1", "e2", "e5", "e4"]
    places = {label: str(place) for place, label in enumerate(order, 1)}

    assert drive.parse({"position": places}) == drive.parse({"order": order}) == {"order": order}


@pytest.mark.parametrize(
    "places",
    [
        {"e1": "1", "e2": "1", "e3": "2", "e4": "3", "e5": "4"},
        {"e1": "1", "e2": "2"},
        {"e1": "0", "e2": "1", "e3": "2", "e4": "3", "e5": "4"},
        {"e1": "6", "e2": "1", "e3": "2", "e4": "3", "e5": "4"},
        {"e9": "1"},
    ],
)
def test_places_that_are_no_order_are_refused(places: dict[str, str]) -> None:
    with pytest.raises(ResponseError):
        Drive("ordering", ORDER).parse({"position": places})


def test_the_learner_s_order_is_shown_again() -> None:
    drive = Drive("ordering", ORDER)
    order = ["e3", "e1", "e2", "e5", "e4"]
    shown = drive.present({"order": order})

    assert [row["key"] for row in shown["elements"]] == order
    assert [row["position"] for row in shown["elements"]] == [1, 2, 3, 4, 5]
    assert shown["is_answered"] is True
    assert {row["position"] for row in drive.present()["elements"]} == {None}


def test_review_of_an_order_marks_what_would_have_to_move() -> None:
    drive = Drive("ordering", ORDER)
    right = drive.right()["order"]
    last_first = [right[-1], *right[:-1]]
    shown = drive.present({"order": last_first}, correctness=True, solution=True)

    assert [row["is_correct"] for row in shown["elements"]] == [False, True, True, True, True]
    assert [row["solution"] for row in shown["elements"]] == [5, 1, 2, 3, 4]
    assert [row["key"] for row in shown["ordered"]] == right
