"""New keys reach every reference: whatever is renamed there and back is what it was."""

from dataclasses import replace

import pytest

from courses.coursefiles.renaming import Renaming, free_keys
from courses.coursefiles.schema import QuestionFile, QuizItemFile
from courses.domain.authoring.duplicating import without_pins
from courses.domain.authoring.entries import take_apart
from tests.content.oracle import shipped
from tests.factories import VOTE


@pytest.fixture(scope="module")
def names():
    entries = take_apart(shipped())
    wanted = {(kind, key): 60 for kind, each in entries.items() for key in each if kind != "asset"}
    return free_keys(wanted, lambda _name: False)


def test_whole_course_renamed_names_no_old_key_and_comes_back(names):
    course = without_pins(shipped())
    renamed = names.record(course)
    old = {name: key for name, key in names.keys.items() if name[0] != "course"}
    new = take_apart(renamed)
    found = {(kind, key) for kind, each in new.items() for key in each if kind != "asset"}
    assert found == {(kind, key) for (kind, _old), key in names.keys.items()}
    assert len(old) > 700
    assert names.inverse().record(renamed) == course


def test_marks_links_and_the_vote_before_are_followed():
    names = Renaming(
        {("question", "a"): "a-2", ("term", "t"): "t-2", ("reference", "s"): "s-2",
         ("lesson", "l"): "l-2"}
    )  # fmt: skip
    text = "[[check:a]] [[check:ab]] [[term:t|T]] [[source:s]] [x](lesson:l#h) [y](lesson:la)"
    assert names.text(text) == (
        "[[check:a-2]] [[check:ab]] [[term:t-2|T]] [[source:s-2]] [x](lesson:l-2#h) [y](lesson:la)"
    )
    vote = QuestionFile(key="b", type="vote", data={**VOTE, "again": "a"}, enemies=("a", "c"))
    renamed = names.record(vote)
    assert (renamed.data["again"], renamed.enemies) == ("a-2", ("a-2", "c"))
    pinned = QuizItemFile(question="a", version=3)
    assert names.record(pinned) == QuizItemFile(question="a-2")
    assert names.record(replace(pinned, question="c")).version == 3


def test_free_keys_share_a_number_and_stay_short():
    taken = {("question", "a-2")}
    found = free_keys({("question", "a"): 60, ("quiz", "b" * 60): 60}, taken.__contains__)
    assert found.keys == {("question", "a"): "a-3", ("quiz", "b" * 60): "b" * 58 + "-3"}
