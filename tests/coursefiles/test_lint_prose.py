"""Words, sentences, syllables and the reading grade, against counts by hand."""

import pytest

from courses.coursefiles.publishing.lesson_text import read_text, words
from tools.coursequality.prose import TextCounts, reading, sentences, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("queue", 1),
        ("service", 2),
        ("measurement", 3),
        ("relationship", 4),
        ("96", 1),
        ("1,200", 1),
    ],
)
def test_syllables_are_counted_by_hyphenation(word: str, count: int) -> None:
    assert syllables(word) == count


def test_words() -> None:
    text = "“Well-being” isn't free – it cost 1,200.50 euros (or 94%); A/B testing, too."

    expected = "Well-being isn't free it cost 1,200.50 euros or 94 A B testing too"
    assert words(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("“Is it?” she asked.", 2),
        ("He said “No.” (It was late.) He left", 3),
        ("It rose by 3.5 points, e.g. in May, says Dr. Franz.", 1),
        ("J. Dodkins wrote it. So did I. Did you?", 3),
        ("Wait … what?", 2),
        ("No end", 1),
        ("…", 0),
        ("", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert sentences(text) == count


def test_the_grade_follows_from_the_counts() -> None:
    easy = "The crew came on Monday and mended the pipe before the house was wet."
    hard = (
        "Organisations frequently underestimate customers' considerable expectations regarding it."
    )

    assert reading([easy]) == TextCounts(words=14, sentences=1, syllables=17)
    assert reading([easy]).grade == pytest.approx(0.39 * 14 + 11.8 * 17 / 14 - 15.59)
    assert reading([hard]) == TextCounts(words=8, sentences=1, syllables=27)
    assert reading([easy, hard]).grade == pytest.approx(0.39 * 22 / 2 + 11.8 * 44 / 22 - 15.59)


def test_no_words_no_grade() -> None:
    assert reading([]).grade == 0


def test_a_lessons_text_is_what_a_reader_sees_as_words() -> None:
    text = read_text(
        "## Two words\n\nThree [[term:more|more]] words[[source:x]] and $a+b$.\n\n[[check:c1]]\n\n"
        '![Alternative text](asset:a.svg "A caption")\n\n| A cell | Two |\n|---|---|\n| x | 7 |\n\n'
        "> [!TIP]\n> On *Monday*.\n"
    )

    assert [(block.kind, block.line, block.text) for block in text.blocks] == [
        ("heading", 1, "Two words"),
        ("prose", 3, "Three more words and ."),
        ("check", 5, "c1"),
        ("figure", 7, "Alternative text"),
        ("caption", 7, "A caption"),
        ("cell", 9, "A cell"),
        ("cell", 9, "Two"),
        ("cell", 11, "x"),
        ("cell", 11, "7"),
        ("heading", 13, "Tip"),
        ("prose", 14, "On Monday."),
    ]
    assert text.word_count == 2 + 4 + 2 + 5 + 1 + 2
