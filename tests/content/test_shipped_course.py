"""The shipped course keeps its own rules, and covers what it promises to cover."""

import time
from pathlib import Path

import pytest

from courses.coursefiles.coverage import gaps, read_coverage
from courses.coursefiles.coverage_text import coverage_text
from courses.coursefiles.lint import lint_course
from tests.content.oracle import COURSE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "course-coverage.md"
SECONDS = 5


def test_the_linter_finds_nothing_and_is_quick() -> None:
    started = time.process_time()

    assert [str(problem) for problem in lint_course(COURSE)] == []
    assert time.process_time() - started < SECONDS


def test_everything_is_covered() -> None:
    assert list(gaps(read_coverage(COURSE), ROOT)) == []


def test_every_idea_and_complaint_is_on_the_list() -> None:
    """The last number of each text's ideas, and the nineteen complaints."""
    wanted = read_coverage(COURSE).wanted
    last = {0: 9, 1: 12, 2: 12, 3: 17, 4: 16}
    tags = [f"s{text}-{number}" for text in last for number in range(1, last[text] + 1)]

    assert [idea.tag for idea in wanted.ideas] == tags
    assert [idea.tag for idea in wanted.ideas if idea.left_out] == (
        ["s0-4", "s1-12", "s2-3", "s3-17"]
    )
    assert [complaint.who for complaint in wanted.complaints] == (
        ["instructors"] * 9 + ["learners"] * 10
    )


def test_no_question_carries_the_tag_of_an_idea_that_is_not_on_the_list() -> None:
    coverage = read_coverage(COURSE)
    known = {idea.tag for idea in coverage.wanted.ideas if not idea.left_out}
    used = {tag for question in coverage.questions for tag in question.tags}

    assert {tag for tag in used if tag[0] == "s" and tag[1].isdigit()} - known == set()


def test_the_document_is_current() -> None:
    """If this fails: `manage.py course_coverage`."""
    text = coverage_text(read_coverage(COURSE), folder=COURSE, document=DOCUMENT, root=ROOT)

    assert DOCUMENT.read_text(encoding="utf-8") == text
