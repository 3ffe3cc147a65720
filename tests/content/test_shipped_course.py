"""The shipped course keeps its own rules, and covers what it promises to cover."""

import time
from functools import cache
from pathlib import Path

import pytest

from courses.coursefiles.publishing import check_course
from tests.content.oracle import COURSE
from tools.coursequality import lint_course
from tools.coursequality.coverage import Coverage, gaps, read_coverage
from tools.coursequality.coverage_text import coverage_text

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "course-coverage.md"
SECONDS = 5


@cache
def coverage() -> Coverage:
    return read_coverage(COURSE)


def test_the_linter_finds_nothing_and_is_quick() -> None:
    started = time.process_time()

    assert [str(problem) for problem in (*lint_course(COURSE), *check_course(COURSE))] == []
    assert time.process_time() - started < SECONDS


def test_everything_is_covered() -> None:
    assert list(gaps(coverage(), ROOT)) == []


def test_every_idea_and_complaint_is_on_the_list() -> None:
    """The last number of each text's ideas, and the nineteen complaints."""
    wanted = coverage().wanted
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
    known = {idea.tag for idea in coverage().wanted.ideas if not idea.left_out}
    used = {tag for question in coverage().questions for tag in question.tags}

    assert {tag for tag in used if tag[0] == "s" and tag[1].isdigit()} - known == set()


DEBATES = {
    "c23": ({"s1-5"}, {"s1-10"}),  # everything, or specific crafts
    "c36": ({"s1-7", "s3-16"}, {"s1-8"}),  # everyone, or a named owner
    "c13": ({"s0-7"}, {"s4-3"}),  # from the need, or after purchase
    "c26": ({"s2-9"}, {"s3-13"}),  # emotion first, or outcomes for both
    "c47": ({"s2-10", "s3-12"}, {"s4-11"}),  # scores as noise, or as learning
    "c52": ({"s4-14"}, {"s4-13"}),  # all customers, or reciprocal ones
    "c16": ({"s1-1"}, {"s4-8"}),  # meaningless, or only misused
}


def test_the_seven_tensions_are_debates_that_are_voted_on_twice() -> None:
    questions = {question.key: question for question in coverage().questions}
    votes = {key for key, question in questions.items() if question.type == "vote"}

    assert votes == {f"{key}-vote-{time}" for key in DEBATES for time in ("first", "second")}
    for key, sides in DEBATES.items():
        first, second = questions[f"{key}-vote-first"], questions[f"{key}-vote-second"]
        assert second.data["again"] == first.key
        assert "again" not in first.data
        texts = [[side["text"] for side in vote.data["positions"]] for vote in (first, second)]
        assert texts[0] == texts[1]
        for vote in (first, second):
            assert set.union(*sides) <= set(vote.tags)


def test_the_document_is_current() -> None:
    """If this fails: `python -m tools.coursequality coverage`."""
    text = coverage_text(coverage(), folder=COURSE, document=DOCUMENT, root=ROOT)

    assert DOCUMENT.read_text(encoding="utf-8") == text
