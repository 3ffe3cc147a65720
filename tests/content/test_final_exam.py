"""The bank of the final exam: wide, with new figures for everybody, and about the field."""

import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

from tests.content.oracle import COURSE, shipped
from tools.coursequality.coverage import read_coverage

EXAM = "final-exam"
PER_DRAW = 3
NAMES = re.compile(
    r"Quiseng|Lewan|Dodkins|Franz|Smuda|DiJulius|Tom Peters|BP Group|Forrester|CXPA|XM Institute"
    r"|Alaybek|Reichheld|Keiningham|Baehre|Hirschman|Bain|sceptical article|post of 2015"
)
TRIVIA = re.compile(r"\bthis course\b|\bthe course's\b|\blessons? \d")
AFTERWARDS_ONLY = {"feedback", "explanation", "if_true", "if_false", "otherwise"}
MOST_WITH_NAMES = Fraction(1, 10)


@cache
def items() -> list[Any]:
    return [
        question
        for module in shipped().modules
        for question in module.questions
        if "exam" in question.tags
    ]


@cache
def draws() -> dict[str, int]:
    """Questions drawn for each objective."""
    quiz = next(quiz for quiz in shipped().quizzes if quiz.key == EXAM)
    return {item.draw.objective: item.draw.count for item in quiz.items}


def asked(value: Any) -> Iterator[str]:
    """Every text that is read before one answers."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from asked(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in AFTERWARDS_ONLY:
                yield from asked(part)


def test_three_items_are_written_for_each_one_drawn() -> None:
    written = Counter(item.objective for item in items())

    assert sum(draws().values()) == 40
    assert {key: written[key] >= PER_DRAW * count for key, count in draws().items()} == (
        dict.fromkeys(draws(), True)
    )


def test_every_number_is_drawn_again() -> None:
    numeric = [item for item in items() if item.type == "numeric"]

    assert len(numeric) >= 18
    assert [item.key for item in numeric if not item.data.get("params")] == []


def test_as_many_statements_are_true_as_false() -> None:
    answers = Counter(item.data["answer"] for item in items() if item.type == "true_false")

    assert answers[True] == answers[False]


def test_every_idea_that_is_taught_is_asked_about() -> None:
    tags = {tag for item in items() for tag in item.tags}
    ideas = read_coverage(COURSE).wanted.ideas

    assert [idea.tag for idea in ideas if not idea.left_out and idea.tag not in tags] == []


def test_few_points_are_for_items_that_name_an_author() -> None:
    """The points that an attempt gets on average for items that name an author."""
    all_items, named = Counter[str](), Counter[str]()
    for item in items():
        all_items[item.objective] += 1
        named[item.objective] += any(NAMES.search(text) for text in asked(item.data))
    points = sum(Fraction(count * named[key], all_items[key]) for key, count in draws().items())

    assert points / sum(draws().values()) <= MOST_WITH_NAMES


def test_no_item_asks_what_stands_where_in_the_course() -> None:
    found = [
        (item.key, text) for item in items() for text in asked(item.data) if TRIVIA.search(text)
    ]

    assert found == []


def test_the_margin_that_the_exam_states_is_the_one_that_the_course_teaches() -> None:
    """196 times the root of p (1 - p) / n, at the pass mark and with the number of questions."""
    quiz = next(quiz for quiz in shipped().quizzes if quiz.key == EXAM)
    share, count = float(Fraction(quiz.pass_mark)) / 100, sum(draws().values())
    margin = 196 * (share * (1 - share) / count) ** 0.5

    assert f"about {margin:.0f} points either way" in " ".join(quiz.intro.split())
