"""Lessons named by number are links by key, and show the number that the lesson has now."""

from tests.coursefiles.linted import BANK, CHECKS, LESSON, edited, found
from tests.coursefiles.sample import FILES

RULES = "lesson_words: [lesson, lessons]\n"


def test_a_number_in_an_explanation_without_a_link() -> None:
    assert edited(RULES, CHECKS, "both short.", "both short. See lesson 1.2.") == [
        f"{CHECKS}:14: “lesson 1.2” is no link; write [lesson 1.2](lesson:key)."
    ]


def test_a_number_in_a_reason_without_a_link() -> None:
    assert edited(RULES, CHECKS, "That counts work.", "Lesson 1.2 counts work.") == [
        f"{CHECKS}:12: “Lesson 1.2” is no link; write [Lesson 1.2](lesson:key)."
    ]


def test_a_number_in_a_lesson_without_a_link() -> None:
    changed = edited(RULES, LESSON, "> Read on in", "> After lesson 1.2 in")

    assert changed == [f"{LESSON}:16: “lesson 1.2” is no link; write [lesson 1.2](lesson:key)."]


def test_a_link_by_key_is_right_with_one_number_or_two() -> None:
    one = FILES[CHECKS].replace("both short.", "see [lesson 1.2](lesson:the-next).")
    two = FILES[CHECKS].replace(
        "both short.", "see lessons [1.1](lesson:two-views) and [1.2](lesson:the-next)."
    )

    assert found(RULES, **{CHECKS: one}) == []
    assert found(RULES, **{CHECKS: two}) == []


def test_a_link_with_the_number_of_another_lesson() -> None:
    """As it stands after lessons changed places."""
    changed = FILES[CHECKS].replace("both short.", "see [lesson 1.1](lesson:the-next).")

    assert found(RULES, **{CHECKS: changed}) == [
        f"{CHECKS}:14: “lesson 1.1” links to the-next, which is lesson 1.2 now."
    ]


def test_other_numbers_are_left_alone() -> None:
    changed = FILES[BANK].replace("Why.", "Version 1.0 beats 2.0 in 3.5 of 4 lessons.")

    assert found(RULES, **{BANK: changed}) == []
