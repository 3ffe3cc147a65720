"""Ideas, objectives and complaints: what is covered, what is not, and the document about it."""

from pathlib import Path

import pytest

from courses.coursefiles import CourseFilesError
from tests.coursefiles.sample import files
from tests.coursefiles.test_reader import write
from tools.coursequality.__main__ import main
from tools.coursequality.coverage import gaps, read_coverage

COVERAGE = """\
ideas:
  - {tag: easy-ones, text: An idea}
  - {tag: s9-1, text: A book, left_out: an advertisement}
complaints:
  - {who: learners, text: Too dull., answer: It is short., links: [lesson:two-views, notes.md]}
"""
NOTES = "m1-first/instructor-notes.md"
TABLE = "| Tag | Idea | Lesson |\n|---|---|---|\n| `easy-ones` | An idea | 1.1, 1.2 | 0 |\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "notes.md").write_text("")
    changed = {"coverage.yaml": COVERAGE, NOTES: TABLE}
    return write(tmp_path / "sample", files(**changed))


def found(folder: Path) -> list[str]:
    return list(gaps(read_coverage(folder), folder.parent))


def changed(folder: Path, name: str, old: str, new: str) -> list[str]:
    path = folder / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    return found(folder)


def test_a_course_that_covers_everything(folder: Path) -> None:
    assert found(folder) == []


def test_an_idea_without_lesson(folder: Path) -> None:
    assert changed(folder, NOTES, "easy-ones", "hard-ones") == ["easy-ones: no lesson takes it up."]


def test_an_idea_without_item(folder: Path) -> None:
    assert changed(folder, "m1-first/questions/bank.yaml", ", easy-ones", "") == [
        "easy-ones: no item asks for it."
    ]


def test_a_lesson_that_is_not_there(folder: Path) -> None:
    assert changed(folder, NOTES, "1.1, 1.2", "1.1, 1.7") == ["easy-ones: there is no lesson 1.7."]


def test_checks_name_the_lesson_that_they_stand_in(folder: Path) -> None:
    """Without a row in the notes."""
    (folder / NOTES).unlink()

    path = "m1-first/questions/checks.yaml"
    assert changed(folder, path, "tags: [check]", "tags: [check, easy-ones]") == []
    assert read_coverage(folder).lessons_of("easy-ones") == ["1.1"]


@pytest.mark.parametrize("link", ["lesson:nowhere", "question:nowhere", "nowhere.md"])
def test_a_link_that_leads_nowhere(folder: Path, link: str) -> None:
    assert changed(folder, "coverage.yaml", "lesson:two-views", link) == [
        f"“Too dull.”: {link} is not there."
    ]


def test_a_complaint_without_an_answer_to_see(folder: Path) -> None:
    assert changed(folder, "coverage.yaml", "[lesson:two-views, notes.md]", "[]") == [
        "“Too dull.” is answered nowhere."
    ]


def test_an_objective_without_lesson(folder: Path) -> None:
    assert changed(folder, "m1-first/01-two-views.md", "[DEF-1, DEF-2]", "[DEF-1]") == [
        "DEF-2: no lesson teaches it."
    ]


def test_a_misspelt_field_is_a_mistake(folder: Path) -> None:
    with pytest.raises(CourseFilesError) as caught:
        changed(folder, "coverage.yaml", "text: An idea", "txt: An idea")

    assert [str(each).partition(" Unknown")[0] for each in caught.value.file_problems] == [
        "coverage.yaml:2: ideas.0.text: This field is required.",
        "coverage.yaml:2: ideas.0.txt:",
    ]


def run(folder: Path) -> int:
    output, root = folder.parent / "out.md", folder.parent
    return main(["coverage", str(folder), "--output", str(output), "--root", str(root)])


def test_the_document(folder: Path) -> None:
    assert run(folder) == 0
    text = (folder.parent / "out.md").read_text()

    lesson = "[1.1](sample/m1-first/01-two-views.md)"
    assert (
        f"| `easy-ones` | An idea | {lesson}, [1.2](sample/m1-first/02-the-next.md) | 0 | 1 | 0 |"
    ) in text
    assert "| `s9-1` | A book | left out: an advertisement | | | |" in text
    assert f"| DEF-1 | Tell two views apart. | understand | {lesson} | 1 | 2 | 0 |" in text
    assert (
        "| 1 | Too dull. | It is short. | [lesson 1.1](sample/m1-first/01-two-views.md), "
        "[notes.md](notes.md) |"
    ) in text


def test_the_command_fails_on_gaps_and_writes_all_the_same(folder: Path) -> None:
    (folder / NOTES).unlink()

    assert run(folder) == 1

    assert "An idea | in preparation | 0 | 1 | 0 |" in (folder.parent / "out.md").read_text()


def test_the_command_writes_nothing_for_a_course_with_mistakes(folder: Path) -> None:
    (folder / "course.yaml").unlink()

    assert run(folder) == 1

    assert not (folder.parent / "out.md").exists()
