"""`enemies` in question files: read, written, and held against the quizzes of the course."""

import pytest

from courses.coursefiles import CourseFilesError, course_files, read_files
from tests.coursefiles.linted import BANK, QUIZZES
from tests.coursefiles.sample import FILES, files

QUIZ = "- key: apart\n  title: Apart\n  kind: graded\n  items:\n"


def with_enemies(keys: str) -> str:
    """The bank, whose question q-one names these enemies."""
    return FILES[BANK].replace("  data:\n", f"  enemies: [{keys}]\n  data:\n", 1)


def mistakes(**changes: str) -> list[str]:
    with pytest.raises(CourseFilesError) as caught:
        read_files(files(**changes))
    return [str(problem) for problem in caught.value.file_problems]


def test_they_are_read_and_written_as_they_stand() -> None:
    course = read_files(files(**{BANK: with_enemies("q-draft")})).course
    again = read_files(course_files(course)).course

    [one] = [each for each in course.modules[0].questions if each.key == "q-one"]
    assert one.enemies == ("q-draft",)
    assert again == course


def test_an_enemy_that_is_not_there() -> None:
    [mistake] = mistakes(**{BANK: with_enemies("nobody")})

    assert "enemies: the course has nothing with the key “nobody”." in mistake


def test_its_own_enemy() -> None:
    [mistake] = mistakes(**{BANK: with_enemies("q-one")})

    assert mistake.endswith("A question cannot be its own enemy.")


def test_two_enemies_that_a_quiz_names() -> None:
    quiz = f"{QUIZ}    - question: q-one\n    - question: q-draft\n"
    changes = {BANK: with_enemies("q-draft"), QUIZZES: FILES[QUIZZES] + quiz}
    line = changes[QUIZZES].count("\n")

    assert mistakes(**changes) == [
        f"{QUIZZES}:{line}: “q-draft” and “q-one” are enemies: no attempt may show both."
    ]


def test_a_draw_that_only_enemies_would_fill() -> None:
    """Two of the module's bank of two, and those are enemies now; the exam has a draw like it."""
    text = "This draw can only be filled with questions that are enemies of others in the quiz."

    assert mistakes(**{BANK: with_enemies("q-two")}) == [
        f"{QUIZZES}:6: {text}",
        f"quizzes.yaml:26: {text}",
    ]
