"""Short text: author errors, partial credit, case."""

from fractions import Fraction
from typing import Any

import pytest

from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, changed, problem_paths

SHORT, CASED = EXAMPLES["short_text"]


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("accept", [], ["accept", "accept"]),
        ("accept.0.text", " ", ["accept.0.text"]),
        ("accept.1.text", "net  promoter SCORE", ["accept.1.text", "accept.1.text"]),
        ("accept.0.text", "x" * 201, ["accept.0.text"]),
        ("accept.0.feedback", "", ["accept.0.feedback"]),
        ("accept.0.scaled", "2", ["accept.0.scaled"]),
        ("accept.0.scaled", "3/2", ["accept.0.scaled"]),
        ("accept.0.scaled", "-1", ["accept.0.scaled"]),
        ("accept.0.scaled", "1e999999", ["accept.0.scaled"]),
        ("accept.0.scaled", "1/0", ["accept.0.scaled"]),
        ("accept.0.scaled", 1, []),
        ("otherwise", "", ["otherwise"]),
    ],
)
def test_author_errors_of_short_text(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("short_text", changed(SHORT, path, new)) == expected


def test_some_text_must_earn_full_marks() -> None:
    value = {**SHORT, "accept": [SHORT["accept"][2]]}

    assert problem_paths("short_text", value) == ["accept"]


def test_partial_credit_of_a_short_text() -> None:
    drive = Drive("short_text", SHORT)
    shown = drive.present({"text": "Promoter Score"}, correctness=True, feedback=True)

    assert drive.grade({"text": "Promoter Score"}).scaled == Fraction(1, 2)
    assert shown["is_correct"] is False
    assert shown["is_partly_correct"] is True
    assert shown["feedback"] == "“Net” is what matters."
    assert drive.present(solution=True)["accepted"] == ["Net Promoter Score", "NPS"]


def test_case_counts_where_the_author_says_so() -> None:
    drive = Drive("short_text", CASED)

    assert drive.grade({"text": "K"}).scaled == 1
    assert drive.grade({"text": "k"}).scaled == 0
