"""Ordering: author errors, orders that are none, review."""

from typing import Any

import pytest

from courses.questions.base import ResponseError
from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, changed, problem_paths

ORDER = EXAMPLES["ordering"][0]


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


def test_labels_of_ordering_say_nothing_about_the_order() -> None:
    drives = [Drive("ordering", ORDER, seed=seed) for seed in range(60)]
    first = {drive.right()["order"][0] for drive in drives}

    assert first == {"e1", "e2", "e3", "e4", "e5"}
    assert [row["key"] for row in drives[0].present()["elements"]] == ["e1", "e2", "e3", "e4", "e5"]


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
