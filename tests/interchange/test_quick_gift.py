"""Questions in GIFT become questions of ours, or say by line and word why not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.interchange.quick_entry import FoundQuestion, read_questions, with_reason


def read(text: str) -> FoundQuestion:
    [found] = read_questions(text)
    return found


def only(text: str) -> Any:
    """The data of a complete question."""
    found = with_reason(read(text), "Why.")
    assert found.problems == ()
    return found.type.key, found.value


def test_choice_with_reasons_title_and_general_feedback() -> None:
    text = (
        "::Rome:: [markdown] Who stands\nin *grave* 1\\: \\= here? {\n"
        "=Grant #It is his.\n~nobody\n####A tomb.}"
    )
    found = read(text)
    assert (found.name, found.first_line, found.last_line) == ("Rome", 1, 5)
    assert only(text) == (
        "single_choice",
        {
            "stem": "Who stands\nin *grave* 1: = here?",
            "explanation": "A tomb.",
            "options": [
                {"key": "a", "text": "Grant", "feedback": "It is his.", "correct": True},
                {"key": "b", "text": "nobody", "feedback": "Why."},
            ],
        },
    )
    assert found.losses == ()
    assert [problem.path for problem in found.problems] == ["options.1.feedback"]


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("Sun rises in the east.{T#It does.#Yes.}", "true_false",
         {"answer": True, "if_true": "Yes.", "if_false": "It does."}),
        ("A lie.{FALSE}", "true_false", {"answer": False, "if_true": "Why.", "if_false": "Why."}),
        ("Two plus two?{=four =%50%for #Nearly. =*#No.}", "short_text",
         {"accept": [{"text": "four", "feedback": "Why."},
                     {"text": "for", "feedback": "Nearly.", "scaled": "1/2"}],
          "otherwise": "No."}),
        ("Match.{=cat -> cat food =dog -> dog food = -> hay}", "matching",
         {"pairs": [{"key": "a", "text": "cat", "match": "cat food", "feedback": "Why."},
                    {"key": "b", "text": "dog", "match": "dog food", "feedback": "Why."}],
          "distractors": [{"key": "c", "text": "hay", "feedback": "Why."}]}),
        ("When?{#1822:5}", "numeric",
         {"blanks": [{"key": "a", "answer": "1822", "absolute": "5", "feedback": "Why."}]}),
        ("Pi?{#3.141..3.142}", "numeric",
         {"blanks": [{"key": "a", "answer": "3.1415", "absolute": "0.0005", "feedback": "Why."}]}),
        ("Both?{~%50%a ~%50%b ~%-50%c}", "multiple_response",
         {"options": [{"key": "a", "text": "a", "feedback": "Why.", "correct": True},
                      {"key": "b", "text": "b", "feedback": "Why.", "correct": True},
                      {"key": "c", "text": "c", "feedback": "Why."}]}),
    ],
)  # fmt: skip
def test_every_kind(text: str, key: str, expected: Any) -> None:
    kind, value = only(text)
    assert kind == key
    assert {**value, **expected} == value
    assert read(text).losses == ()


def test_answers_within_a_sentence_leave_a_blank() -> None:
    assert only("Costello is {~an actor =a comedian} by trade.")[1]["stem"] == (
        "Costello is _____ by trade."
    )


def test_essay_is_found_and_asks_for_its_rubric() -> None:
    found = with_reason(read("Write about it. {}"), "Why.")
    assert found.type.key == "essay"
    assert {problem.path.partition(".")[0] for problem in found.problems} >= {"rubric"}


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("// mine\n$CATEGORY: tom/dick\nQ?{T}", ["// mine", "$CATEGORY: tom/dick"]),
        ("[html]<b><u>Q</u></b>?{F}", ["Formatting that is not kept: u"]),
        ("Q?{=a ~%50%b}", ["only the right one"]),
        ("Q?{~%70%a ~%30%b ~c}", ["own share"]),
        ("Q?{=Gran*}", ["any letters"]),
        ("Q?{#=5 =%50%6}", ["one right number. Not kept: 6"]),
    ],
)
def test_what_is_lost_is_said(text: str, lost: list[str]) -> None:
    losses = read(text).losses
    assert len(losses) == len(lost)
    assert all(part in loss for part, loss in zip(lost, losses, strict=True))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("\n\nQ? {=a ~b", "Line 3: The answers have no closing }."),
        ("Q? {=a} and {=b}", "Line 1: A question has its answers in one pair of braces."),
        ("Q? {#abc}", "Line 1: “abc” is no number such as 3, 3:0.5 or 2.5..3.5."),
        ("::Only a text:: It says something.", "This text asks nothing"),
        ("$CATEGORY: tom", "These lines are no question: $CATEGORY: tom"),
        ("// alone", "These lines are no question: // alone"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line_and_never_accepted(
    text: str, problem: str
) -> None:
    found = with_reason(read(text), "Why.")
    assert any(one.message.startswith(problem) for one in found.problems)


def test_plain_lines_and_gift_stand_in_one_text() -> None:
    text = (
        "Which?\n* this\n# So.\nthat {maybe}\n# No.\n\n::Two:: Is it?{T}\n\n"
        "What?\nA. x\nB. y\nANSWER: A"
    )
    assert [(one.type.key, one.first_line) for one in read_questions(text)] == [
        ("single_choice", 1), ("true_false", 7), ("single_choice", 9),
    ]  # fmt: skip


PIECES = st.lists(
    st.sampled_from([*"{}=~#%:\\*\n \tT", "->", "::", "a", "1..2", "//", "$CATEGORY:"])
)


@given(PIECES)
def test_any_text_is_read_and_every_line_is_accounted_for(pieces: list[str]) -> None:
    text = "".join(pieces)
    seen = {
        number
        for one in read_questions(text)
        for number in range(one.first_line, one.last_line + 1)
    }
    lines = [number for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    assert set(lines) <= seen
