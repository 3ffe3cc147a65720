"""Cloze: author errors, gaps in their paragraphs, drop-downs."""

from typing import Any

import pytest

from courses.questions.base import ResponseError
from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, changed, problem_paths

CLOZE = EXAMPLES["cloze"][0]


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
