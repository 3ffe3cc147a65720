"""What the site acknowledged, made into a sequence, and compared with its answers meanwhile."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from tests.domain.attempt_model import ESSAY, Model
from tests.factories import NOW
from tests.races.wire import Sent

Log = Sequence[Sent]

EXPECTED = {
    "start": {"", "in_flight"},
    "save": {"", "in_flight", "stale_revision", "blank_refused", "closed"},
    "flag": {"", "closed"},
    "read": {""},
    "submit": {"", "in_flight"},
    "grade": {"", "in_flight"},
}
"""Kind of request → the allowed answers, by the code of the problem."""


def first_answers(log: Log, kind: str) -> Iterator[Sent]:
    """The requests of this kind that were done, each once."""
    return (
        one
        for one in log
        if one.ask.kind == kind and one.answer.is_done and not one.answer.is_replayed
    )


def new_saves(log: Log) -> Iterator[Sent]:
    return (one for one in first_answers(log, "save") if one.answer.body["is_new"])


def stored(log: Log) -> dict[tuple[int, int], Sent]:
    """(Position, revision) → the save that was acknowledged as new, in this order."""
    found: dict[tuple[int, int], Sent] = {}
    for one in new_saves(log):
        place = (one.ask.position, one.answer.body["revision"])
        assert place not in found, "two saves were told the same revision"
        found[place] = one
    return dict(sorted(found.items()))


def value_of(body: dict[str, Any]) -> Any:
    """The response that this save asks to store: None where it is cleared, or holds only blanks."""
    response = body.get("response") or {}
    return None if body.get("clear") or not any(response.values()) else response


def replay(log: Log, model: Model) -> Model:
    """The model after the acknowledged actions, one after the other."""
    attempt = model.start(NOW)
    for (position, revision), one in stored(log).items():
        value, based_on = value_of(one.ask.body), one.ask.body["based_on"]
        sent = "clear" if value is None else value
        result = model.save(attempt, position, sent, based_on, one.ask.key, now=NOW)
        assert result == (revision, True)
    model.submit(attempt, NOW)
    grades = sorted(
        (one.answer.body["sequence"], Fraction(one.ask.body["scaled"]))
        for one in first_answers(log, "grade")
    )
    for sequence, share in grades:
        model.grade(attempt, share)
        assert attempt.items[ESSAY].judged == sequence
    return model


def every_repeat_got_the_first_answer(log: Log) -> None:
    """One key, one effect: one answer that is no replay, and all others are that answer."""
    by_key: dict[str, list[Sent]] = {}
    for one in log:
        assert one.answer.code in EXPECTED[one.ask.kind], one
        if one.ask.key is not None and one.answer.is_done:
            by_key.setdefault(one.ask.key, []).append(one)
    for same in by_key.values():
        assert sum(not one.answer.is_replayed for one in same) == 1
        assert len({str(one.answer.repeatable) for one in same}) == 1
    statuses = [one.answer.status for one in first_answers(log, "start")]
    assert statuses.count(201) == 1


def no_answer_contradicts_the_order(log: Log, model: Model) -> None:
    """What was answered before a request began is known to it."""
    items = model.attempts[0].items
    saves = list(new_saves(log))
    submits = list(first_answers(log, "submit"))
    closing, closed = (min(getattr(one, end) for one in submits) for end in ("began", "ended"))
    for one in log:
        if one.ask.kind == "save":
            _a_save_fits(one, items[one.ask.position], saves, closing, closed)
        elif one.ask.kind == "read":
            _a_read_fits(one, items, saves, closing, closed)
        elif one.ask.kind == "flag":
            assert one.began < closed if one.answer.is_done else one.ended > closing


def possible_flags(log: Log, position: int) -> set[bool]:
    """The flag after all: one that nobody set again after it was acknowledged."""
    rows = [
        one
        for one in log
        if one.ask.kind == "flag" and one.ask.position == position and one.answer.is_done
    ]
    last = max((one.began for one in rows), default=0)
    return {one.ask.body["is_flagged"] for one in rows if one.ended >= last} or {False}


def _a_save_fits(one: Sent, item: Any, saves: list[Sent], closing: float, closed: float) -> None:
    body, value = one.answer.body, value_of(one.ask.body)
    if one.answer.code == "closed":
        assert one.ended > closing or item.is_closed
    elif one.answer.code in {"stale_revision", "blank_refused"}:
        _is_in_the_log(item, body.get("revision", 0), body.get("value"))
        assert body.get("revision", 0) >= _known(saves, one)
    elif one.answer.is_done:
        _is_in_the_log(item, body["revision"], value)
        if not one.answer.is_replayed:
            assert one.began < closed
            assert body["revision"] >= _known(saves, one) + body["is_new"]


def _a_read_fits(
    one: Sent, items: dict[int, Any], saves: list[Sent], closing: float, closed: float
) -> None:
    answer = one.answer.body
    if not answer["is_open"]:
        assert one.ended > closing
        return
    assert one.began < closed
    for shown in answer["items"]:
        position = shown["position"]
        _is_in_the_log(items[position], shown["revision"], shown["response"])
        assert shown["revision"] >= _known(saves, one, position)


def _is_in_the_log(item: Any, revision: int, value: Any) -> None:
    assert (item.log[revision - 1] if revision else None) == value


def _known(saves: list[Sent], one: Sent, position: int = 0) -> int:
    """The last revision that had been acknowledged when the request began."""
    place = position or one.ask.position
    return max(
        (
            save.answer.body["revision"]
            for save in saves
            if save.ask.position == place and save.ended < one.began
        ),
        default=0,
    )
