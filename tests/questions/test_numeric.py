"""Numeric: the model items with their worked checks, draws, known errors and author errors."""

import time
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from django.utils import translation

from courses.questions.expressions import evaluate
from courses.questions.numeric.blanks import with_keys
from courses.questions.numeric.parameters import drawn, with_derived
from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, changed, problem_paths
from tests.questions.model_items import DRAWN, MODEL_ITEMS, N1, N2, N3, N4

WORKED = [
    ("N1", {"nps": "28.0"}),
    ("N2", {"csat": "65.0"}),
    ("N3", {"a": "5.475", "b": "80.0"}),
    ("N3", {"a": "5.48", "b": "80"}),
    ("N4", {"clv": "320"}),
    ("N5", {"margin": "9.6"}),
]
PLAIN: dict[str, Any] = EXAMPLES["numeric"][1]
CHECK_LIMIT_S = 0.2


def worked(name: str) -> Drive:
    return Drive("numeric", MODEL_ITEMS[name], params={"values": DRAWN[name]})


@pytest.mark.parametrize(("name", "typed"), WORKED)
def test_worked_check_of_the_model_item(name: str, typed: dict[str, str]) -> None:
    assert worked(name).grade({"blank": typed}).scaled == 1


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("N1", {"nps": "28.3"}),
        ("N1", {"nps": "27.7"}),
        ("N2", {"csat": "65.3"}),
        ("N3", {"a": "5.5", "b": "79.7"}),
        ("N4", {"clv": "316"}),
        ("N4", {"clv": "324"}),
        ("N5", {"margin": "9.9"}),
    ],
)
def test_outside_tolerance_earns_nothing(name: str, wrong: dict[str, str]) -> None:
    assert worked(name).grade({"blank": wrong}).scaled == 0


@pytest.mark.parametrize("typed", ["27.8", "28.2", "27.80"])
def test_the_edge_of_the_tolerance_is_inside(typed: str) -> None:
    assert worked("N1").grade({"blank": {"nps": typed}}).scaled == 1


@pytest.mark.parametrize("typed", ["316.8", "323.2"])
def test_the_edge_of_a_relative_tolerance_is_inside(typed: str) -> None:
    assert worked("N4").grade({"blank": {"clv": typed}}).scaled == 1


@pytest.mark.parametrize("name", MODEL_ITEMS)
@pytest.mark.parametrize("seed", range(10))
def test_every_known_error_gives_its_feedback(name: str, seed: int) -> None:
    drive = Drive("numeric", MODEL_ITEMS[name], seed=seed)
    known = {key: Decimal(text) for key, text in drive.params["values"].items()}
    known = with_keys(drive.data.blanks, with_derived(known, drive.data.values))
    for blank in drive.data.blanks:
        taken: list[Decimal] = []
        for error in blank.errors:
            slip = evaluate(error.answer, known)
            raw = {"blank": {blank.key: f"{slip:.6f}"}}
            # Two slips may meet at one number; then the first in the list gives the feedback.
            if all(abs(slip - other) > 2 * blank.tolerance(slip, known) for other in taken):
                assert drive.feedback(raw)[blank.key] == error.feedback
            assert drive.grade(raw).scaled == 0
            taken.append(slip)


def test_worked_errors_of_the_first_model_item() -> None:
    drive = worked("N1")
    found = [
        drive.feedback({"blank": {"nps": text}})["nps"] for text in ("48", "41.2", "33.2", "44.8")
    ]

    assert found == [error["feedback"] for error in N1["blanks"][0]["errors"]]


def test_an_unknown_slip_still_gets_a_reason() -> None:
    feedback = worked("N1").feedback({"blank": {"nps": "-99"}})["nps"]

    assert feedback.startswith("This number comes from none of the usual slips.")
    assert Drive("numeric", EXAMPLES["numeric"][0]).feedback({"blank": {"nps": "-999"}}) == {
        "nps": "Begin with the share of promoters."
    }


def test_each_blank_earns_its_share() -> None:
    drive = worked("N3")

    assert drive.grade({"blank": {"a": "5.48"}}).scaled == Fraction(1, 2)
    assert drive.grade({"blank": {"a": "1", "b": "80"}}).scaled == Fraction(1, 2)


@pytest.mark.parametrize("name", MODEL_ITEMS)
def test_model_items_have_no_problems_and_are_checked_quickly(name: str) -> None:
    times = []
    for _ in range(3):
        start = time.process_time()
        assert problem_paths("numeric", MODEL_ITEMS[name]) == []
        times.append(time.process_time() - start)

    assert min(times) < CHECK_LIMIT_S


@pytest.mark.parametrize("name", MODEL_ITEMS)
def test_draws_stay_within_their_limits_and_clear_of_errors(name: str) -> None:
    redrawn = 0
    for seed in range(300):
        drive = Drive("numeric", MODEL_ITEMS[name], seed=seed)
        values = {key: Decimal(text) for key, text in drive.params["values"].items()}
        for key, value in values.items():
            draw = MODEL_ITEMS[name]["params"][key]
            step = Decimal(str(draw.get("step", 1)))
            least, most = Decimal(str(draw["min"])), Decimal(str(draw["max"]))
            assert least <= value <= most
            assert (value - least) % step == 0
        known = with_keys(drive.data.blanks, with_derived(values, drive.data.values))
        assert not any(blank.close_errors(known) for blank in drive.data.blanks)
        redrawn += values != drawn(drive.data.params, Random(seed))

    # The blueprint of the course promises under one in a hundred.
    assert redrawn <= 3


def test_both_ends_of_a_range_can_be_drawn() -> None:
    seen = {Drive("numeric", N4, seed=seed).params["values"]["r"] for seed in range(200)}

    assert {Decimal(text) for text in seen} == {
        Decimal(text) for text in ("0.6", "0.65", "0.7", "0.75", "0.8", "0.85", "0.9")
    }


def test_a_draw_too_close_to_an_error_is_drawn_again() -> None:
    value = changed(PLAIN, "blanks", [PLAIN["blanks"][0]]) | {
        "params": {"x": {"min": 0, "max": 9}},
        "blanks": [
            {
                "key": "b",
                "answer": "10 + x",
                "absolute": "0.1",
                "feedback": "Ten more.",
                "errors": [{"answer": "10 - x", "feedback": "Ten less."}],
            }
        ],
    }
    drives = [Drive("numeric", value, seed=seed) for seed in range(100)]

    assert "0" in {str(drawn(drive.data.params, Random(s))["x"]) for s, drive in enumerate(drives)}
    assert "0" not in {drive.params["values"]["x"] for drive in drives}


def test_the_last_draw_is_used_when_none_is_clear() -> None:
    errors = [{"answer": "P", "feedback": "The same number."}]
    value = changed(N1, "blanks.0", N1["blanks"][0] | {"answer": "P", "errors": errors})
    drive = Drive("numeric", value)

    assert set(drive.params["values"]) == set(N1["params"])
    assert problem_paths("numeric", value) == ["blanks.0.errors.0.answer"]


def test_limits_may_depend_on_earlier_draws_whatever_the_order() -> None:
    params = {
        "b": {"min": "a + 1", "max": "2*a"},
        "a": {"min": 5, "max": 9},
        "c": {"choices": ["a", "b", "a + b"]},
    }
    value = {**PLAIN, "params": params}
    for seed in range(50):
        a, b, c = (
            Decimal(Drive("numeric", value, seed=seed).params["values"][name]) for name in "abc"
        )
        assert a + 1 <= b <= 2 * a
        assert c in (a, b, a + b)


def test_texts_show_the_numbers_of_this_attempt() -> None:
    drive = worked("N1")
    shown = drive.present(explanation=True)

    assert "| 6 | 3 | 65 |" in shown["stem"]
    assert shown["explanation"] == "P = 120, D = 50, n = 250: 100 · (120 − 50) / 250 = 28.0."


def test_numbers_are_shown_in_the_language_of_the_reader() -> None:
    drive = Drive("numeric", N4, params={"values": {"m": "12000", "r": "0.8", "i": "0.1"}})
    with translation.override("de"):
        assert drive.present()["stem"].startswith("Yearly margin €12.000, retention 0,80,")
        assert drive.present(solution=True)["blanks"][0]["solution"] == "32.000"
    with translation.override("en"):
        assert drive.present(solution=True)["blanks"][0]["solution"] == "32,000"


def test_hints_labels_and_feedback_show_numbers_too() -> None:
    params = {"values": {"p": "100", "s": "80", "d": "20"}}
    drive = Drive("numeric", EXAMPLES["numeric"][0], params=params)

    assert drive.type.hints(drive.data, drive.params) == ("There are 200 answers.",)
    assert drive.present()["blanks"][0]["label"] == "NPS of 200 answers"
    assert drive.feedback({"blank": {"nps": "50"}}) == {"nps": "Detractors (20) are missing."}


def test_formulas_in_texts_keep_their_braces() -> None:
    params = {"values": {"p": "100", "s": "80", "d": "20"}}
    shown = Drive("numeric", EXAMPLES["numeric"][0], params=params).present(explanation=True)

    assert shown["explanation"] == (
        "$\\frac{100 (p - d)}{200}$ with n = 200 is 40.0, to two decimals 40.00."
    )


def test_dollars_in_a_text_are_no_formula() -> None:
    value = {**N4, "stem": "A margin of ${m}, a cost of ${m:1}."}
    drive = Drive("numeric", value, params={"values": DRAWN["N4"]})

    assert drive.present()["stem"] == "A margin of $120, a cost of $120.0."


def test_typed_number_is_stored_as_typed() -> None:
    drive = worked("N1")
    raw = {"blank": {"nps": " 28,0 "}, "decimal": ","}

    assert drive.parse(raw) == {"blank": {"nps": "28,0"}, "decimal": ","}
    assert drive.grade(raw).scaled == 1
    assert drive.present(raw)["blanks"][0]["value"] == "28,0"


def test_the_separator_alone_is_no_response() -> None:
    assert worked("N1").parse({"blank": {"nps": ""}, "decimal": ","}) is None


@pytest.mark.parametrize("typed", ["65 %", "65%", "65 ٪", "%65"])
def test_the_unit_may_be_typed_along(typed: str) -> None:
    assert worked("N2").grade({"blank": {"csat": typed}}).scaled == 1


def test_a_response_from_before_the_unit_changed_is_still_graded() -> None:
    before, after = (
        worked("N2"),
        Drive("numeric", changed(N2, "blanks.0.unit", "€"), params={"values": DRAWN["N2"]}),
    )
    response = before.parse({"blank": {"csat": "65 %"}})

    assert after.type.grade(after.data, after.params, response).scaled == 0


def test_without_tolerance_half_of_the_last_decimal_counts() -> None:
    blank = {"key": "b", "answer": "10/3", "decimals": 2, "feedback": "Rounded."}
    drive = Drive("numeric", {"stem": "10 by 3?", "blanks": [blank]})
    scaled = {
        text: drive.grade({"blank": {"b": text}}).scaled for text in ("3.33", "3.335", "3.34")
    }

    assert scaled == {"3.33": 1, "3.335": 1, "3.34": 0}


@pytest.mark.parametrize(
    ("path", "new", "expected"),
    [
        ("stem", " ", ["stem"]),
        ("stem", "{q} of them", ["stem"]),
        ("stem", "It is {csat}", ["stem"]),
        ("hints", ["{q}"], ["hints.0"]),
        ("explanation", "{q}", ["explanation"]),
        ("explanation", "{csat} and $\\frac{a}{b}$", []),
        ("blanks.0.feedback", "{q}", ["blanks.0.feedback"]),
        ("blanks.0.errors.1.feedback", "", ["blanks.0.errors.1.feedback"]),
        ("blanks.0.answer", "100*(c4 + ", ["blanks.0.answer"]),
        ("blanks.0.answer", "100*(c4 + c6)/n", ["blanks.0.answer"]),
        ("blanks.0.answer", "1/(c1 - c1)", ["blanks.0"]),
        ("blanks.0.answer", "10**16*c1", ["blanks.0"]),
        ("blanks.0.absolute", "-1", ["blanks.0"]),
        ("blanks.0.absolute", "csat", ["blanks.0.absolute"]),
        ("blanks.0.decimals", 11, ["blanks.0.decimals"]),
        ("blanks.0.decimals", 0, ["blanks.0"]),
        ("blanks.0.errors.0.answer", "csat + 0.1", ["blanks.0.errors.0.answer"]),
        ("blanks.0.errors.0.answer", "sqrt(0 - c1)", ["blanks.0"]),
        ("blanks.0.key", "n", ["blanks.0.key"]),
        ("blanks.0.key", "a b", ["blanks.0.key"]),
        ("values.n", "c1 + n", ["values.n"]),
        ("values", {"n": "k", "k": "n"}, ["values"]),
        ("values.c1", "1", ["values.c1"]),
        ("values.sqrt", "1", ["values.sqrt"]),
        ("params.c1", {"min": 9, "max": 1}, ["params"]),
        ("params.c1", {"min": 1, "max": 9, "step": 0}, ["params"]),
        ("params.c1", {"min": 0, "max": 1, "step": "0.0000001"}, ["params"]),
        ("params.c1", {"min": 1}, ["params.c1"]),
        ("params.c1", {"choices": [1], "min": 1, "max": 2}, ["params.c1"]),
        ("params.c1", {}, ["params.c1"]),
        ("params.c1", {"min": "n", "max": 9}, ["params.c1.min"]),
        ("params.2c", {"min": 1, "max": 2}, ["params.2c"]),
        ("blanks", [], ["blanks"]),
    ],
)
def test_author_errors(path: str, new: Any, expected: list[str]) -> None:
    assert problem_paths("numeric", changed(N2, path, new)) == expected


def test_two_blanks_need_two_labels() -> None:
    assert problem_paths("numeric", changed(N3, "blanks.1.label", "")) == ["blanks.1.label"]


def test_a_key_that_cannot_be_typed_exactly_needs_a_tolerance() -> None:
    value = changed(PLAIN, "blanks.0.answer", "100/3")

    assert problem_paths("numeric", value) == ["blanks.0"]


def test_an_error_that_equals_the_key_is_found_without_parameters() -> None:
    value = changed(PLAIN, "blanks.0.errors.0.answer", "60/2")

    assert problem_paths("numeric", value) == ["blanks.0.errors.0.answer"]
