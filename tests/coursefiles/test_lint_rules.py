"""The rules file: what it may hold, and where it is."""

from pathlib import Path

import pytest

from courses.coursefiles import CourseFilesError, read_course, read_files, write_course
from courses.coursefiles.publishing import check_files
from tests.coursefiles.linted import found
from tests.coursefiles.sample import files
from tests.coursefiles.test_reader import write
from tools.coursequality import lint_course, lint_files

RULES = "lessons:\n  words: {least: 600, most: 900}\n"


def mistakes(rules: bytes) -> list[str]:
    with pytest.raises(CourseFilesError) as caught:
        lint_files({**files(), "lint.yaml": rules})
    return [str(problem) for problem in caught.value.file_problems]


def test_a_course_without_rules_has_no_findings() -> None:
    assert lint_files(files()) == ()


def test_an_unknown_rule_is_a_mistake() -> None:
    assert mistakes(b"lessons:\n  words: {least: 6, most: 9}\n  wrods: 3\n") == [
        (
            "lint.yaml:3: lessons.wrods: Unknown field; known here: needs, words, minutes, "
            "minutes_of, words_between_checks, review, reading_grade, figure_text_words, "
            "has_table_per_live_figure, twins."
        )
    ]


@pytest.mark.parametrize(
    ("rules", "start"),
    [
        (b"lessons: {words: many}", "lint.yaml:1: lessons.words: A mapping"),
        (b"banks:\n- {is_per_module: true}", "lint.yaml:2: banks.0.tag: This field is required."),
        (b"lessons: [", "lint.yaml:2: This is not YAML"),
        (b"\n\xff", "lint.yaml:1: The text is not UTF-8."),
    ],
)
def test_rules_that_cannot_be_understood(rules: bytes, start: str) -> None:
    [mistake] = mistakes(rules)

    assert mistake.startswith(start)


def test_rules_of_publishing_that_cannot_be_understood() -> None:
    with pytest.raises(CourseFilesError) as caught:
        check_files({**files(), "publishing.yaml": b"alike_percent: many\n"})
    [mistake] = caught.value.file_problems

    assert str(mistake).startswith("publishing.yaml:1: alike_percent: Expected here")
    assert check_files(files()) == ()


def test_a_folder_is_held_to_its_rules(tmp_path: Path) -> None:
    folder = write(tmp_path / "sample", {**files(), "lint.yaml": RULES.encode()})

    assert [str(problem) for problem in lint_course(folder)] == found(RULES)
    assert len(found(RULES)) == 2


def test_findings_are_no_mistakes_of_form() -> None:
    course = read_files(files()).course

    assert read_files({**files(), "lint.yaml": RULES.encode()}).course == course


def test_writing_a_course_leaves_its_rules_where_they_are(tmp_path: Path) -> None:
    folder = write(tmp_path / "sample", {**files(), "lint.yaml": RULES.encode()})

    write_course(read_course(folder).course, folder, is_forced=True)

    assert (folder / "lint.yaml").read_text() == RULES
