"""What differs between two states, as fields and lines."""

from hypothesis import given
from hypothesis import strategies as st

from courses.domain.authoring.editions import diff_lines, diff_words, differences

LINES = st.lists(st.text("ab", max_size=3), max_size=6).map("\n".join)


def test_equal_states_have_no_difference_but_their_position():
    assert differences({"a": 1, "position": 1}, after={"a": 1, "position": 2}) == ()


def test_fields_are_named_by_their_path_and_lists_of_texts_are_lines():
    before = {"tags": ["a", "b"], "data": {"options": [{"text": "x"}], "is_on": False}}
    after = {"tags": ["a", "c"], "data": {"options": [{"text": "y"}], "is_on": True}}

    found = {one.path: [(line.kind, line.text) for line in one.lines] for one in
             differences(before, after=after)}  # fmt: skip

    assert found == {
        "tags": [("same", "a"), ("removed", "b"), ("added", "c")],
        "data.options.0.text": [("removed", "x"), ("added", "y")],
        "data.is_on": [("removed", "false"), ("added", "true")],
    }


@given(LINES, LINES)
def test_lines_give_back_both_texts(before, after):
    lines = diff_lines(before, after=after)

    assert "\n".join(one.text for one in lines if one.kind != "added") == before
    assert "\n".join(one.text for one in lines if one.kind != "removed") == after


@given(LINES, LINES)
def test_passages_give_back_both_texts(before, after):
    found = diff_words(before, after=after)

    assert "".join(one.text for one in found if one.kind != "added") == before
    assert "".join(one.text for one in found if one.kind != "removed") == after


def test_changed_words_are_marked_within_their_line():
    found = diff_words("One line.\nSay why it went wrong.\n", after="One line.\nSay how it is.\n")

    assert [(one.kind, one.text) for one in found] == [
        ("same", "One line.\nSay "),
        ("removed", "why"),
        ("added", "how"),
        ("same", " it "),
        ("removed", "went wrong"),
        ("added", "is"),
        ("same", ".\n"),
    ]
