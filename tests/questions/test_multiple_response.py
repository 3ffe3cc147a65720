"""Multiple response: how many are right, what is stored, every reason."""

import pytest

from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, problem_paths

SINGLE = EXAMPLES["single_choice"][0]

SEVERAL = EXAMPLES["multiple_response"][0]


@pytest.mark.parametrize(
    ("key", "marks", "expected"),
    [
        ("single_choice", (False, False, False), ["options"]),
        ("single_choice", (True, True, False), ["options"]),
        ("single_choice", (True, False, False), []),
        ("multiple_response", (False, False, False), ["options"]),
        ("multiple_response", (True, True, True), ["options"]),
        ("multiple_response", (True, True, False), []),
    ],
)
def test_how_many_options_are_correct(
    key: str, marks: tuple[bool, ...], expected: list[str]
) -> None:
    options = [
        {**option, "correct": mark} for option, mark in zip(SINGLE["options"], marks, strict=True)
    ]

    assert problem_paths(key, {"stem": "?", "options": options}) == expected


def test_several_choices_are_stored_in_one_order() -> None:
    drive = Drive("multiple_response", SEVERAL)

    assert drive.parse({"choice": ["d", "a"]}) == drive.parse({"choice": ["a", "d"]})


def test_feedback_of_every_chosen_option_reaches_the_learner() -> None:
    feedback = Drive("multiple_response", SEVERAL).feedback({"choice": ["c", "a"]})

    assert feedback == {"a": "Selection.", "c": "Sound sampling."}
