"""Essay: author errors, a person grades, self rating."""

from typing import Any

import pytest

from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, changed, problem_paths

ESSAY = EXAMPLES["essay"][0]


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("rubric", [], ["rubric"]),
        ("rubric.0.text", "", ["rubric.0.text"]),
        ("rubric.0.levels", ["only"], ["rubric.0.levels"]),
        ("rubric.0.levels", ["a", " "], ["rubric.0.levels.1"]),
        ("rubric.0.levels", ["a", "a"], ["rubric.0.levels.1"]),
        ("model_answer", "", ["model_answer"]),
        ("min_words", -1, ["min_words"]),
        ("min_words", 200, ["max_words"]),
    ],
)
def test_author_errors_of_essay(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("essay", changed(ESSAY, path, new)) == expected


def test_an_essay_waits_for_a_person() -> None:
    drive = Drive("essay", ESSAY)

    assert drive.grade({"text": "Words."}).scaled is None
    assert drive.type.needs_person is True


def test_a_long_essay_is_kept_whole_and_measured() -> None:
    drive = Drive("essay", ESSAY)
    text = "  word\r\n" * 151
    response = drive.parse({"text": text})
    shown = drive.present({"text": text})

    assert response == {"text": "  word\n" * 151}
    assert (shown["words"], shown["is_too_long"], shown["is_too_short"]) == (151, True, False)
    assert drive.present({"text": "short"})["is_too_short"] is True


def test_self_rating_is_kept_and_not_graded() -> None:
    drive = Drive("essay", ESSAY)
    raw = {"text": "Mine.", "rubric": {"a": "2", "b": ""}}
    shown = drive.present(raw, solution=True)

    assert drive.parse(raw) == {"text": "Mine.", "rubric": {"a": 2}}
    assert drive.grade(raw).scaled is None
    assert [criterion["chosen"] for criterion in shown["rubric"]] == [2, None]
    assert [level["is_chosen"] for level in shown["rubric"][0]["levels"]] == [False, False, True]
