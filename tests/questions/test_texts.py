"""When two typed texts are the same."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.questions.base import ResponseError
from courses.questions.texts import normalised
from tests.questions.drive import Drive
from tests.questions.examples import EXAMPLES

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
