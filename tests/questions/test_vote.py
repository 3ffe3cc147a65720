"""Vote: author errors, what a vote holds, no score for anybody, what is shown when."""

from typing import Any

import pytest

from courses.questions.base import ResponseError
from courses.questions.vote import REASON_LIMIT
from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, changed, problem_paths

VOTE, AGAIN = EXAMPLES["vote"]
CAST = {"choice": "a", "certainty": "70", "reason": " As seen\r\nat the gate. "}


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("stem", " ", ["stem"]),
        ("positions", VOTE["positions"][:1], ["positions"]),
        ("positions.0.text", "", ["positions.0.text"]),
        ("positions.0.feedback", "", ["positions.0.feedback"]),
        ("positions.1.text", "everyone", ["positions.1.text"]),
        ("positions.1.key", "a", ["positions.1.key"]),
    ],
)
def test_author_errors_of_vote(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("vote", changed(VOTE, path, new)) == expected


def test_a_vote_is_a_side_a_certainty_and_perhaps_a_reason() -> None:
    drive = Drive("vote", VOTE)

    assert drive.parse(CAST) == {
        "choice": "a",
        "certainty": 70,
        "reason": "As seen\nat the gate.",
    }
    assert drive.parse({"choice": "a", "certainty": 0}) == {"choice": "a", "certainty": 0}
    assert drive.parse({"choice": "", "certainty": "", "reason": " "}) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"choice": "a"},
        {"certainty": 70},
        {"reason": "Because."},
        {"choice": "a", "certainty": 101},
        {"choice": "a", "certainty": -10},
        {"choice": "a", "certainty": "7e1"},
        {"choice": "z", "certainty": 70},
        {"choice": ["a", "b"], "certainty": 70},
        {"choice": "a", "certainty": 70, "reason": "x" * (REASON_LIMIT + 1)},
    ],
)
def test_half_a_vote_is_refused_and_nothing_is_cut(raw: dict[str, Any]) -> None:
    with pytest.raises(ResponseError):
        Drive("vote", VOTE).parse(raw)


def test_a_reason_that_was_not_asked_for_is_refused() -> None:
    with pytest.raises(ResponseError):
        Drive("vote", AGAIN).parse({"choice": "yes", "certainty": 70, "reason": "So there."})


@pytest.mark.parametrize("position", ["a", "b", "c"])
def test_no_position_earns_or_loses_anything(position: str) -> None:
    drive = Drive("vote", VOTE)
    outcome = drive.grade({"choice": position, "certainty": 100})

    assert (outcome.scaled, outcome.parts) == (None, ())
    assert drive.type.is_scored is False
    assert drive.type.solution(drive.data, drive.params) is None


def test_no_side_stands_first_for_everybody() -> None:
    firsts = {Drive("vote", VOTE, seed=seed).present()["options"][0]["key"] for seed in range(20)}

    assert firsts == {"a", "b", "c"}


def test_position_feedback_is_hidden_until_the_vote() -> None:
    drive = Drive("vote", VOTE)
    shown = [row.get("feedback") for row in drive.present(CAST)["options"]]
    own = drive.present(CAST, feedback=True)["options"]
    everything = drive.present(CAST, feedback=True, solution=True)["options"]

    assert shown == [None] * 3
    assert [row["key"] for row in own if "feedback" in row] == ["a"]
    assert all(row["feedback"] for row in everything)
    assert not any("is_correct" in row for row in everything)


def test_a_second_vote_names_the_first() -> None:
    first, second = Drive("vote", VOTE), Drive("vote", AGAIN)

    assert first.type.earlier_vote(first.data) == ""
    assert second.type.earlier_vote(second.data) == "first-vote"
