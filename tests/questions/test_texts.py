"""When two typed texts are the same."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.questions.base import ResponseError
from courses.questions.texts import is_blank, normalised, word_count
from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, problem_paths

SHORT = EXAMPLES["short_text"][0]

SPELLED = EXAMPLES["cloze"][1]


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
        ("e‐mail", "e-mail"),
        ("win—win", "win-win"),
        *((f"{mark}NPS{mark}", "NPS") for mark in "\u200b\ufeff\u200e\u200f\u202a\u2068\u061c\x08"),
        ("❤\ufe0f", "❤"),
        ("İstanbul", "istanbul"),
        ("i\u0307zmir", "İZMİR"),
    ],
)
def test_texts_that_are_the_same(first: str, second: str) -> None:
    assert normalised(first) == normalised(second)


@pytest.mark.parametrize(("first", "second"), [("cafe", "café"), ("ab", "a b"), ("a", "a.")])
def test_texts_that_are_not_the_same(first: str, second: str) -> None:
    assert normalised(first) != normalised(second)


@settings(deadline=None)
@given(st.text(max_size=40), st.booleans())
def test_composed_and_decomposed_texts_are_the_same(text: str, is_case_sensitive: bool) -> None:
    forms = {
        normalised(unicodedata.normalize(form, text), is_case_sensitive=is_case_sensitive)
        for form in ("NFC", "NFD")
    }

    assert len(forms) == 1


@pytest.mark.parametrize(("key", "field"), [("short_text", "text"), ("cloze", "blank.x")])
@settings(deadline=None)
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
    ("first", "second", "language", "is_same"),
    [
        ("ISPARTA", "ısparta", "tr", True),
        ("ISPARTA", "isparta", "tr", False),
        ("İZMİR", "izmir", "tr", True),
        ("sık", "sik", "tr-TR", False),
        ("BAKI", "bakı", "az", True),
        ("ISPARTA", "isparta", "en", True),
        ("ılık", "ILIK", "de", True),
        ("sık", "sik", "", False),
        ("Image", "IMAGE", "", True),
    ],
)
def test_every_language_has_its_own_i(first, second, language, is_same) -> None:
    forms = {normalised(text, language=language) for text in (first, second)}

    assert (len(forms) == 1) is is_same


@pytest.mark.parametrize("key", ["short_text", "cloze"])
def test_typed_words_are_judged_in_the_language_of_their_course(key: str) -> None:
    if key == "short_text":
        accept = [{"text": "ılık", "feedback": "Warm."}]
        data, field = {"stem": "Say it.", "accept": accept, "otherwise": "No."}, "text"
    else:
        blank = {"key": "a", "accept": ["ılık"], "feedback": "Warm."}
        data, field = {"stem": "Fill.", "text": "It is [[a]].", "blanks": [blank]}, "blank.a"
    turkish = Drive(key, data, params={"language": "tr"})
    other = Drive(key, data, params={})

    assert [turkish.grade({field: text}).scaled for text in ("ILIK", "ilik")] == [1, 0]
    assert [other.grade({field: text}).scaled for text in ("ILIK", "ilik")] == [1, 1]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one two  three", 3),
        ("win – win • 5 %", 3),
        ("e-mail isn\u2019t dead", 3),
        ("\u200b \u2060", 0),
        ("客户体验是一段旅程。", 9),
        ("顧客体験とは何か", 8),
        ("CXは旅である", 6),
        ("고객 경험", 2),
    ],
)
def test_words_are_counted_also_where_no_blanks_divide_them(text: str, count: int) -> None:
    assert word_count(text) == count


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\ufeff \u200e", "\u3164"])
def test_invisible_text_is_no_response(text: str) -> None:
    assert is_blank(text)
    assert Drive("short_text", SHORT).parse({"text": text}) is None
    assert Drive("essay", EXAMPLES["essay"][0]).parse({"text": text}) is None
    assert Drive("cloze", SPELLED).parse({"blank.x": text} if text else {}) is None


@pytest.mark.parametrize(
    "pair",
    [
        ("café", "cafe\u0301"),
        ("Loyalty", "Loyalty\u200b"),
        ("e-mail", "e\u2011mail"),
        ("Image", "IMAGE"),
        ("“care”", '"care"'),
    ],
)
def test_options_that_look_the_same_are_refused(pair: tuple[str, str]) -> None:
    options = [
        {"key": key, "text": text, "feedback": "So.", "correct": key == "a"}
        for key, text in zip("ab", pair, strict=True)
    ]
    assert problem_paths("single_choice", {"stem": "?", "options": options}) == ["options.1.text"]
    pairs = [
        {"key": key, "text": f"Line {key}", "match": match, "feedback": "So."}
        for key, match in (("a", pair[0]), ("b", "Something else"))
    ]
    distractors = [{"key": "c", "text": pair[1], "feedback": "So."}]
    data = {"stem": "?", "pairs": pairs, "distractors": distractors}
    assert problem_paths("matching", data) == ["distractors.0.text"]
