"""Single choice: author errors, shuffling, review."""

from typing import Any

import pytest

from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, changed, problem_paths

SINGLE, UNSHUFFLED = EXAMPLES["single_choice"]


@pytest.mark.parametrize("key", ["single_choice", "multiple_response"])
@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("stem", "\n", ["stem"]),
        ("options.0.text", " ", ["options.0.text"]),
        ("options.0.feedback", "", ["options.0.feedback"]),
        ("options.0.key", "", ["options.0.key"]),
        ("options.0.key", "é", ["options.0.key"]),
        ("options.1.key", "a", ["options.1.key"]),
        ("options", [], ["options", "options"]),
    ],
)
def test_author_errors(key: str, path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths(key, changed(EXAMPLES[key][0], path, new)) == expected


def test_two_equal_options_are_an_author_error() -> None:
    value = changed(SINGLE, "options.2.text", "the DEPOT scanned it  at 9:14")

    assert problem_paths("single_choice", value) == ["options.2.text"]


def test_options_are_shuffled_per_attempt_unless_the_author_says_no() -> None:
    orders = {
        tuple(
            option["key"]
            for option in Drive("single_choice", SINGLE, seed=seed).present()["options"]
        )
        for seed in range(60)
    }
    fixed = {
        tuple(
            option["key"]
            for option in Drive("single_choice", UNSHUFFLED, seed=seed).present()["options"]
        )
        for seed in range(20)
    }

    assert len(orders) == 6
    assert fixed == {("one", "two")}


def test_the_author_s_order_does_not_shine_through_the_shuffling() -> None:
    turned = {**SINGLE, "options": SINGLE["options"][::-1]}
    for seed in range(20):
        ours = Drive("single_choice", SINGLE, seed=seed).present()
        assert Drive("single_choice", turned, seed=seed).present() == ours


def test_review_of_a_wrong_choice_step_by_step() -> None:
    drive = Drive("single_choice", UNSHUFFLED)
    raw = {"choice": "two"}
    one = {"key": "one", "text": "1", "is_chosen": False}
    two = {"key": "two", "text": "2", "is_chosen": True}
    judged_two = two | {"is_correct": False}
    reason = {"feedback": "The second one falls."}

    assert drive.present(raw)["options"] == [one, two]
    assert drive.present(raw, correctness=True)["options"] == [one, judged_two]
    assert drive.present(raw, feedback=True)["options"] == [one, two | reason]
    assert drive.present(raw, solution=True)["options"] == [one | {"is_correct": True}, judged_two]
    assert drive.present(raw, solution=True, feedback=True)["options"] == [
        one | {"is_correct": True, "feedback": "One is what fits."},
        judged_two | reason,
    ]
    assert drive.present(raw, response=False)["options"] == [one, two | {"is_chosen": False}]


@pytest.mark.parametrize("key", ["single_choice", "multiple_response"])
def test_option_keeps_its_place_while_the_others_are_shuffled(key: str) -> None:
    value = changed(EXAMPLES[key][0], "options.1.keeps_place", True)
    value["options"][-1].pop("keeps_place", None)
    drawn = [Drive(key, value, seed=seed).present()["options"] for seed in range(40)]

    assert {options[1]["key"] for options in drawn} == {"b"}
    assert {options[0]["key"] for options in drawn} == {
        option["key"] for option in value["options"] if option["key"] != "b"
    }
