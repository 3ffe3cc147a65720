"""Matching: author errors, labels that reveal nothing, review."""

from typing import Any

import pytest

from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, changed, problem_paths

MATCH = EXAMPLES["matching"][0]


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


def test_labels_of_matching_say_nothing_about_the_pairs() -> None:
    drives = [Drive("matching", MATCH, seed=seed) for seed in range(60)]
    label_of_a = {drive.right()["match"]["a"] for drive in drives}

    assert label_of_a == {"1", "2", "3", "4", "5"}
    assert [row["key"] for row in drives[0].present()["choices"]] == ["1", "2", "3", "4", "5"]


def test_a_partly_filled_matching_is_a_response() -> None:
    drive = Drive("matching", MATCH)
    label = drive.right()["match"]["b"]

    assert drive.parse({"match": {"a": "", "b": label, "c": " "}}) == {"match": {"b": label}}


def test_distractor_has_its_own_feedback() -> None:
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
