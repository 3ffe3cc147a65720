"""Essay: author errors, a person grades, self rating."""

from fractions import Fraction
from typing import Any

import pytest

from courses.errors import Invalid
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
        ("rubric.0.points", ["0", "1"], ["rubric.0.points"]),
        ("rubric.0.points", ["0", "x", "-1"], ["rubric.0.points.1", "rubric.0.points.2"]),
        ("rubric.0.points", ["0", "2", "1"], ["rubric.0.points"]),
        ("rubric.0.points", ["0", "0", "0"], ["rubric.0.points"]),
        ("rubric.0.points", ["0", "1", "1"], []),
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


def marks(value: Any, **levels: int) -> Fraction | None:
    drive = Drive("essay", value)
    return drive.type.marks(drive.data, levels)


def test_levels_without_points_are_equal_steps_and_criteria_weigh_the_same() -> None:
    assert marks(ESSAY, a=0, b=0) == 0
    assert marks(ESSAY, a=1, b=0) == Fraction(1, 4)
    assert marks(ESSAY, a=1, b=1) == Fraction(3, 4)
    assert marks(ESSAY, a=2, b=1) == 1


def test_a_criterion_weighs_what_its_best_level_earns() -> None:
    value = changed(ESSAY, "rubric.0.points", ["0", "0.5", "3"])

    assert marks(value, a=1, b=0) == Fraction(1, 8)
    assert marks(value, a=2, b=0) == Fraction(3, 4)
    assert marks(value, a=0, b=1) == Fraction(1, 4)


@pytest.mark.parametrize(
    ("levels", "path"),
    [
        ({"a": 1}, "levels.b"),
        ({"a": 1, "b": 2}, "levels.b"),
        ({"a": -1, "b": 1}, "levels.a"),
        ({"a": 1, "b": 1, "c": 0}, "levels.c"),
    ],
)
def test_levels_that_do_not_fit_the_rubric_are_refused(levels: dict[str, int], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        marks(ESSAY, **levels)

    assert [problem.path for problem in refused.value.problems] == [path]


def test_the_levels_that_a_person_chose_stand_in_the_rubric_once_it_is_shown() -> None:
    drive = Drive("essay", ESSAY)
    levels = {"a": 2, "b": 0}
    shown = drive.type.with_levels(drive.present({"text": "Mine."}, solution=True), levels)
    hidden = drive.type.with_levels(drive.present({"text": "Mine."}), levels)

    assert [one["given"] for one in shown["rubric"]] == [2, 0]
    assert "absent" not in str(hidden)
