"""The course attributes to its authors what they wrote, with the year of each list."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from tests.content.oracle import shipped

TOWARD_CUSTOMERS = {"Communicate", "Acknowledge", "Respond", "Enrich"}
TOWARD_STAFF = {"Communicate", "Appreciate", "Recognize", "Empower"}
DATED = re.compile(r"2012|later")


@cache
def course() -> Any:
    return shipped()


def lesson(key: str) -> str:
    found = [one for module in course().modules for one in module.lessons if one.key == key]
    return str(found[0].body)


def texts() -> Iterator[tuple[str, str]]:
    """Every text of every question, with the question's key."""
    for module in course().modules:
        for question in module.questions:
            yield from ((question.key, text) for text in strings(question.data))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


@pytest.mark.parametrize(
    ("key", "words"),
    [("beyond-satisfied", TOWARD_CUSTOMERS), ("training-or-education", TOWARD_STAFF)],
)
def test_the_lessons_spell_care_out(key: str, words: set[str]) -> None:
    assert words <= set(re.findall(r"\w+", lesson(key)))


def test_the_glossary_spells_care_out_twice() -> None:
    terms = {term.key: term.definition for term in course().terms}

    assert set(re.findall(r"\w+", terms["customer-care"])) >= TOWARD_CUSTOMERS | TOWARD_STAFF


def test_a_lesson_teaches_that_ai_is_on_the_list_of_what_weighs_less() -> None:
    text = lesson("perception-and-memory")

    assert "AI and chatGPT" in text
    assert "[[check:c14-assistant]]" in text


def test_forresters_lists_are_dated() -> None:
    """The list of 2012 is not the one in use; both stand in the lesson."""
    undated = [
        (key, text) for key, text in texts() if "Forrester" in text and not DATED.search(text)
    ]

    assert undated == []
    assert "research, prioritization, design, enablement, measurement, culture" in " ".join(
        lesson("four-maps").split()
    )
