"""Cloze, short text and essay: what counts as the same text, and what is kept of it."""

import unicodedata
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.questions.base import ResponseError
from courses.questions.texts import normalised
from tests.questions.drive import Drive, changed, problem_paths
from tests.questions.examples import EXAMPLES

CLOZE, SPELLED = EXAMPLES["cloze"]
SHORT, CASED = EXAMPLES["short_text"]
ESSAY = EXAMPLES["essay"][0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Straße", "STRASSE"),
        ("café", "cafe\u0301"),
        ("ﬁt", "fit"),
        ("ＮＰＳ", "nps"),
        ("it’s", "it's"),
        ("it´s", "it's"),
        ("“yes”", '"YES"'),
        ("«yes»", "„yes‟"),
        ("word–of‑mouth", "word-of-mouth"),
        (" a \u00a0\t b\n", "a b"),
        ("co\u00adoperate", "cooperate"),
        ("zero\u200bwidth", "zerowidth"),
        ("½", "1⁄2"),
    ],
)
def test_texts_that_are_the_same(first: str, second: str) -> None:
    assert normalised(first) == normalised(second)


@pytest.mark.parametrize(("first", "second"), [("cafe", "café"), ("ab", "a b"), ("a", "a.")])
def test_texts_that_are_not_the_same(first: str, second: str) -> None:
    assert normalised(first) != normalised(second)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.booleans())
def test_composed_and_decomposed_texts_are_the_same(text: str, is_case_sensitive: bool) -> None:
    forms = {
        normalised(unicodedata.normalize(form, text), is_case_sensitive=is_case_sensitive)
        for form in ("NFC", "NFD")
    }

    assert len(forms) == 1


@pytest.mark.parametrize(("key", "field"), [("short_text", "text"), ("cloze", "blank.x")])
@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=30) | st.sampled_from(["Gebüsch", "STRASSE", "straße", "NPS"]))
def test_marks_do_not_depend_on_the_normal_form(key: str, field: str, text: str) -> None:
    drive = Drive(key, {"short_text": SHORT, "cloze": SPELLED}[key])
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    try:
        marks = {drive.grade({field: form}).scaled for form in (composed, decomposed)}
    except ResponseError:
        return

    assert len(marks) == 1


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("text", "[[1]] and [[2]]", ["text"]),
        ("text", "[[1]] [[2]] [[3]] [[3]]", ["text"]),
        ("text", "[[1]] [[2]] [[3]] [[4]]", ["text"]),
        ("blanks.0.accept", [], ["blanks.0.accept"]),
        ("blanks.0.accept", ["  "], ["blanks.0.accept.0"]),
        ("blanks.0.feedback", "", ["blanks.0.feedback"]),
        ("blanks.2.options", ["loyalty"], ["blanks.2.options"]),
        ("blanks.2.options", ["reach", "size"], ["blanks.2.options"]),
        ("blanks.2.options", ["loyalty", "reach", "Reach"], ["blanks.2.options.2"]),
        ("blanks.2.accept", ["loyalty", "reach"], ["blanks.2.options"]),
        ("blanks", [], ["blanks", "text", "text", "text"]),
    ],
)
def test_author_errors_of_cloze(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("cloze", changed(CLOZE, path, new)) == expected


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("accept", [], ["accept", "accept"]),
        ("accept.0.text", " ", ["accept.0.text"]),
        ("accept.1.text", "net  promoter SCORE", ["accept.1.text", "accept.1.text"]),
        ("accept.0.text", "x" * 201, ["accept.0.text"]),
        ("accept.0.feedback", "", ["accept.0.feedback"]),
        ("accept.0.scaled", "2", ["accept.0.scaled"]),
        ("accept.0.scaled", "3/2", ["accept.0.scaled"]),
        ("accept.0.scaled", "-1", ["accept.0.scaled"]),
        ("accept.0.scaled", "1e999999", ["accept.0.scaled"]),
        ("accept.0.scaled", "1/0", ["accept.0.scaled"]),
        ("accept.0.scaled", 1, []),
        ("otherwise", "", ["otherwise"]),
    ],
)
def test_author_errors_of_short_text(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("short_text", changed(SHORT, path, new)) == expected


def test_some_text_must_earn_full_marks() -> None:
    value = {**SHORT, "accept": [SHORT["accept"][2]]}

    assert problem_paths("short_text", value) == ["accept"]


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("rubric", [], ["rubric"]),
        ("rubric.0.text", "", ["rubric.0.text"]),
        ("rubric.0.levels", ["only"], ["rubric.0.levels"]),
        ("rubric.0.levels", ["a", " "], ["rubric.0.levels.1"]),
        ("rubric.0.levels", ["a", "a"], ["rubric.0.levels.1"]),
        ("model_answer", "", ["model_answer"]),
        ("min_words", -1, ["min_words"]),
        ("min_words", 200, ["max_words"]),
    ],
)
def test_author_errors_of_essay(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("essay", changed(ESSAY, path, new)) == expected


def test_gaps_stand_in_their_paragraphs() -> None:
    shown = Drive("cloze", CLOZE).present()
    outline = [
        [segment.get("text", segment.get("key")) for segment in paragraph]
        for paragraph in shown["paragraphs"]
    ]

    assert outline == [
        ["Deeds are ", "1", "; what they leave is an ", "2", "."],
        ["Confirmed *again* it is ", "3", "."],
    ]
    assert [blank["label"] for blank in shown["blanks"]] == [
        "Blank 1",
        "Blank 2",
        "What it becomes",
    ]
    assert [option["text"] for option in shown["blanks"][2]["options"]] == [
        "loyalty",
        "reach",
        "satisfaction",
    ]


def test_a_drop_down_takes_only_its_options() -> None:
    with pytest.raises(ResponseError):
        Drive("cloze", CLOZE).parse({"blank": {"3": "fame"}})


def test_review_of_a_blank() -> None:
    drive = Drive("cloze", CLOZE)
    shown = drive.present({"blank": {"2": "cx"}}, correctness=True, solution=True)["blanks"]

    assert [blank["is_correct"] for blank in shown] == [False, True, False]
    assert [blank["solution"] for blank in shown] == ["service", "experience", "loyalty"]
    assert shown[1]["accepted"] == ["experience", "CX"]


def test_partial_credit_of_a_short_text() -> None:
    drive = Drive("short_text", SHORT)
    shown = drive.present({"text": "Promoter Score"}, correctness=True, feedback=True)

    assert drive.grade({"text": "Promoter Score"}).scaled == Fraction(1, 2)
    assert shown["is_correct"] is False
    assert shown["is_partly_correct"] is True
    assert shown["feedback"] == "“Net” is what matters."
    assert drive.present(solution=True)["accepted"] == ["Net Promoter Score", "NPS"]


def test_case_counts_where_the_author_says_so() -> None:
    drive = Drive("short_text", CASED)

    assert drive.grade({"text": "K"}).scaled == 1
    assert drive.grade({"text": "k"}).scaled == 0


def test_an_essay_waits_for_a_person() -> None:
    drive = Drive("essay", ESSAY)

    assert drive.grade({"text": "Words."}).scaled is None
    assert drive.type.needs_person is True


def test_a_long_essay_is_kept_whole_and_measured() -> None:
    drive = Drive("essay", ESSAY)
    text = "  word\r\n" * 151
    response = drive.parse({"text": text})
    shown = drive.present({"text": text})

    assert response == {"text": "  word\n" * 151}
    assert (shown["words"], shown["is_too_long"], shown["is_too_short"]) == (151, True, False)
    assert drive.present({"text": "short"})["is_too_short"] is True


def test_self_rating_is_kept_and_not_graded() -> None:
    drive = Drive("essay", ESSAY)
    raw = {"text": "Mine.", "rubric": {"a": "2", "b": ""}}
    shown = drive.present(raw, solution=True)

    assert drive.parse(raw) == {"text": "Mine.", "rubric": {"a": 2}}
    assert drive.grade(raw).scaled is None
    assert [criterion["chosen"] for criterion in shown["rubric"]] == [2, None]
    assert [level["is_chosen"] for level in shown["rubric"][0]["levels"]] == [False, False, True]
