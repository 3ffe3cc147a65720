"""A file of GIFT questions becomes items, and what it cannot keep is named."""

from fractions import Fraction

import pytest

from courses.interchange import formats
from courses.interchange.found import Found, UnreadableFile, value_of


def read(text: str, format_key: str = "gift") -> list[Found]:
    return formats.read(format_key, text.encode(), name="bank.txt")


def test_categories_tags_and_identities_go_to_the_questions_behind_them() -> None:
    text = (
        "$CATEGORY: top/Rome\n\n// [id:r-1] [tag:war] [tag:a\\]b]\n::Tomb::Who?{=Grant ~Lee}\n\n"
        "// alone\n\nTrue?{T}\n\n$CATEGORY: other\n\nWrite.{}"
    )
    one, two, three = read(text)
    assert (one.line, one.type, one.title) == (3, "multichoice", "Tomb")
    assert (one.ident, one.category, one.tags, one.losses) == (
        "r-1",
        "top/Rome",
        ("war", "a]b"),
        (),
    )
    assert (two.line, two.category, three.category) == (8, "top/Rome", "other")


def test_each_text_has_its_own_format() -> None:
    [found] = read("[html]<b>Why</b> 2*3*4?{=[markdown]*so* ~[plain]<b>*no* #[html]<i>x</i>}")
    assert value_of(found.item) == {
        "stem": "**Why** 2\\*3\\*4?",
        "options": [
            {"key": "a", "text": "*so*", "feedback": "", "correct": True},
            {"key": "b", "text": "<b>\\*no\\*", "feedback": "*x*"},
        ],
    }


def test_two_texts_that_belong_to_the_same_are_cards_to_sort() -> None:
    [found] = read("Sort.{=cat->pet =dog->pet =cow->farm =->zoo}")
    assert found.item.type_key == "categorise"
    assert value_of(found.item)["cards"][1] == {
        "key": "b", "text": "dog", "category": "k1", "feedback": "",
    }  # fmt: skip
    assert [row["text"] for row in value_of(found.item)["categories"]] == ["pet", "farm", "zoo"]


def test_numbers_that_earn_nothing_are_known_errors() -> None:
    [found] = read("Six times seven?{#=42:0 =%50%41..43 =%0%13:0#Added. ~#No.}")
    assert value_of(found.item)["blanks"] == [
        {
            "key": "a", "answer": "42", "feedback": "", "otherwise": "No.",
            "errors": [{"answer": "13", "feedback": "Added."}],
        }
    ]  # fmt: skip
    assert [loss.code for loss in found.losses] == ["several_numbers"]


@pytest.mark.parametrize(
    ("text", "line", "kind", "reason"),
    [
        ("\n\nQ?{=a", 3, "", "The answers have no closing }."),
        ("A text.", 1, "description", "This text asks nothing"),
        ("Q?{#none}", 1, "", "“none” is no number"),
    ],
)
def test_what_is_not_supported_has_line_and_reason(
    text: str, line: int, kind: str, reason: str
) -> None:
    [found] = read(text)
    assert (found.line, found.type, found.item) == (line, kind, None)
    assert found.reason.startswith(reason)


def test_aiken_with_either_sign_and_a_statement() -> None:
    text = "Which?\nA) x\nB) *y*\nANSWER: B\nThe sun is cold.\n\nA. True\nB. False\nanswer: b\n"
    one, two = read(text, "aiken")
    assert [(choice.text, choice.weight) for choice in one.item.choices] == [
        ("x", Fraction(0)), ("\\*y\\*", Fraction(1)),
    ]  # fmt: skip
    assert (two.line, value_of(two.item)["answer"]) == (5, False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Which?\nA. x\nB. y", "The line ANSWER:"),
        ("Which?\nA. x\nB y\nANSWER: A", "Line 3:"),
        ("A. x\nB. y\nANSWER: A", "A question has a text"),
        ("Which?\nA. x\nB. y\nANSWER: C", "ANSWER: names no answer"),
    ],
)
def test_aiken_that_is_not_complete_is_named(text: str, reason: str) -> None:
    [found] = read(text, "aiken")
    assert found.item is None
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"one\ntwo\n\xffoo", 3), (b"a\x00b", 1), (b"\xff\xfea", 1)],
)
def test_a_broken_encoding_is_refused_with_file_and_line(content: bytes, line: int) -> None:
    with pytest.raises(UnreadableFile) as caught:
        formats.read("gift", content, name="bank.txt")
    assert (caught.value.file, caught.value.line) == ("bank.txt", line)


def test_a_file_above_the_limit_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="larger than 50 MB"):
        formats.read("aiken", b" " * (50 * 2**20 + 1), name="bank.txt")


def test_utf_16_with_its_mark_is_read() -> None:
    [found] = formats.read("gift", "Zoë?{T}".encode("utf-16"), name="bank.txt")
    assert found.item.prompt == "Zoë?"
