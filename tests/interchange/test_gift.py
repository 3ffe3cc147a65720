"""A file of GIFT questions becomes items, and what it cannot keep is named."""

import csv
import io
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


def test_a_tag_without_a_letter_for_a_key_is_named() -> None:
    [found] = read("// [tag:日本] [tag:ok]\nTrue?{T}")
    assert [(loss.code, loss.detail) for loss in found.losses] == [("tag", "日本")]


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


SHEET = (
    "type;question;right;answer 1;answer 2;feedback 1;share 2\n"
    'single_choice;Which?;B;"a;b";c;Why.;\n'
    "short_text;Two?;;two;too;;50%\nnumeric;Six?;;6;5;;\nhotspot;Where?;;;;;\nessay;;;;;;\n"
)


def check_sheet(found: list[Found]) -> None:
    assert [one.line for one in found] == [2, 3, 4, 5, 6]
    assert value_of(found[0].item)["options"][1] == {
        "key": "b", "text": "c", "feedback": "", "correct": True,
    }  # fmt: skip
    assert value_of(found[1].item)["accept"][1]["scaled"] == "1/2"
    assert value_of(found[2].item)["blanks"][0]["errors"] == [{"answer": "5", "feedback": ""}]
    assert "hotspot" in found[3].reason
    assert found[4].reason == "The question has no text."


def test_a_sheet_is_read_whatever_separates_its_cells() -> None:
    check_sheet(formats.read("csv", SHEET.encode("utf-8-sig"), name="bank.csv"))


def test_an_excel_file_is_the_same_sheet() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book, out = openpyxl.Workbook(), io.BytesIO()
    for line in csv.reader(SHEET.splitlines(), delimiter=";"):
        book.active.append([float(cell) if cell.isdecimal() else cell for cell in line])
    book.save(out)
    check_sheet(formats.read("xlsx", out.getvalue(), name="bank.xlsx"))


@pytest.mark.parametrize(
    ("key", "content", "reason"),
    [
        ("csv", b"type,question,colour\n", "Not known: colour"),
        ("csv", b'type,question\n"a', "This is no CSV"),
        ("xlsx", b"PK\x03\x04", "damaged"),
        ("xlsx", b"type,question", "damaged"),
    ],
)
def test_a_broken_sheet_is_refused(key: str, content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        formats.read(key, content, name="bank")
