"""What every question type must keep: each rule takes the cases of a type."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any

from django.utils import translation

from courses.questions import registry
from courses.questions.base import Json, ResponseError, Reveal, flatten
from courses.questions.contract.cases import SECRETS, Cases, Drive
from courses.questions.data import DataError
from courses.questions.responses import ANYTHING

CANARY = "canary-"
JUDGEMENTS = frozenset(("is_correct", "is_partly_correct"))
DERIVED = frozenset(("chosen_text",))
"""Texts that follow from a response and stand in no field of a form."""
REVEALS = [Reveal(*flags) for flags in product((False, True), repeat=len(Reveal.names()))]


def members_are_declared(cases: Cases) -> None:
    kind = registry.get(cases.key)
    assert len(cases.examples) > 1, "two examples show more than one"
    assert kind.key == cases.key
    assert str(kind.label)
    assert kind.interaction.isidentifier()
    assert kind.response_schema is not ANYTHING


def examples_have_no_problems(cases: Cases) -> None:
    for drive in cases.drives():
        assert [str(problem) for problem in drive.type.check(drive.data)] == []


def dump_and_load_lose_nothing(cases: Cases) -> None:
    for drive in cases.drives():
        stored = json.loads(json.dumps(drive.type.dump(drive.data)))
        assert drive.type.load(stored) == drive.data
        assert drive.type.dump(drive.type.load(stored)) == drive.type.dump(drive.data)


def order_of_json_objects_means_nothing(cases: Cases) -> None:
    everything = Reveal.everything()
    for ours in cases.drives():
        theirs = Drive(cases.key, _scrambled(ours.value))
        raw = ours.type.solution(ours.data, ours.params)
        assert theirs.data == ours.data
        assert theirs.params == ours.params
        shown = ours.type.present(ours.data, ours.params, raw, everything)
        params, again = _scrambled(theirs.params), _scrambled(raw)
        assert theirs.type.present(theirs.data, params, again, everything) == shown


def unknown_and_missing_data_is_refused_with_its_path(cases: Cases) -> None:
    kind = registry.get(cases.key)
    assert _problem_paths(kind.load, {**cases.examples[0], "colour": "red"}) == ["colour"]
    assert "stem" in _problem_paths(kind.load, {})


def samples_earn_what_they_promise(cases: Cases) -> None:
    for seed in range(5):
        for drive in cases.drives(seed):
            samples = list(drive.type.samples(drive.data, drive.params))
            for sample in samples:
                if sample.is_unreadable:
                    assert _is_refused(drive, sample.raw), sample
                else:
                    assert drive.grade(sample.raw).scaled == sample.scaled, sample
            assert any(sample.is_unreadable for sample in samples)
            promised = {sample.scaled for sample in samples}
            if not drive.type.is_scored:
                assert promised == {None}
            else:
                marks = (
                    {None, Fraction(0)} if drive.type.needs_person else {Fraction(0), Fraction(1)}
                )
                assert promised >= marks


def solution_earns_full_marks(cases: Cases) -> None:
    for drive in cases.drives():
        solution = drive.type.solution(drive.data, drive.params)
        if drive.type.is_judged_by_rule:
            assert drive.type.grade(drive.data, drive.params, solution).scaled == 1
        else:
            assert solution is None


def nothing_answered_earns_nothing(cases: Cases) -> None:
    for drive in cases.drives():
        assert drive.parse({}) is None
        assert drive.grade({}).scaled == (0 if drive.type.is_scored else None)


def canonical_response_can_be_sent_again(cases: Cases) -> None:
    for drive in cases.drives():
        responses = [drive.parse(raw) for raw in drive.sendable()]
        assert any(responses)
        for response in filter(None, responses):
            stored = json.loads(json.dumps(response))
            assert stored == response
            assert drive.parse(stored) == response


def unknown_field_of_a_response_is_refused_by_name(cases: Cases) -> None:
    for drive in cases.drives():
        for raw in ({}, *drive.sendable()):
            for name in ("nonsense", "no-such-field.no-such-key.deeper"):
                assert _response_paths(drive, {**raw, name: "a"}) in ([name], [])


def refused_save_gives_back_what_was_sent(cases: Cases) -> None:
    nothing = Reveal.nothing()
    for drive in cases.drives():
        response = next(filter(None, map(drive.parse, drive.sendable())))
        empty = drive.type.present(drive.data, drive.params, None, nothing)
        stored = drive.type.present(drive.data, drive.params, response, nothing)
        refilled = drive.type.refill(empty, flatten(response))
        lost = Counter(_leaves(stored)) - Counter(_leaves(refilled))
        assert not lost, f"{lost} would be lost: see `refill`"


def draws_depend_on_the_generator_alone(cases: Cases) -> None:
    for seed in range(20):
        drawn = [drive.params for drive in cases.drives(seed)]
        assert drawn == [drive.params for drive in cases.drives(seed)]
        assert json.loads(json.dumps(drawn)) == drawn


def exchange_item_loses_nothing(cases: Cases) -> None:
    for drive in cases.drives():
        item = drive.type.to_item(drive.data)
        assert drive.type.from_item(item) == drive.data
        assert item.interaction == drive.type.interaction
        json.dumps(item.extra)
        for other in registry.all_types().values():
            assert other.key == cases.key or other.from_item(item) is None


def exchange_item_of_unknown_origin_is_read_where_it_can_be(cases: Cases) -> None:
    """Read an item without `extra`: by some type if it is neutral, else refuse it, never guess."""
    for drive in cases.drives():
        item = drive.type.to_item(drive.data)
        foreign = type(item)(**{**item.__dict__, "type_key": "", "extra": {}})
        try:
            found = [other.from_item(foreign) for other in registry.all_types().values()]
        except DataError:
            found = []
        assert any(found) or not drive.type.is_neutral


def nothing_is_revealed_before_its_time(cases: Cases) -> None:
    secret = cases.solutions | SECRETS | JUDGEMENTS
    for plain in cases.drives():
        drive = Drive(cases.key, cases.marked(plain.value, CANARY))
        for raw in [None, *plain.sendable()]:
            shown = drive.present(raw)
            assert CANARY not in json.dumps(shown)
            assert not secret & set(_names(shown))
            assert shown == drive.present(raw, points=True, overall=True)


def every_flag_reveals_its_own_and_no_more(cases: Cases) -> None:
    secret = cases.solutions | SECRETS | JUDGEMENTS
    for drive in cases.drives():
        for raw, reveal in product([None, *drive.sendable()], REVEALS):
            response = None if raw is None else drive.parse(raw)
            shown = drive.type.present(drive.data, drive.params, response, reveal)
            allowed = set()
            allowed |= {"explanation"} if reveal.explanation else set()
            allowed |= {"feedback"} if reveal.feedback else set()
            allowed |= JUDGEMENTS if reveal.correctness or reveal.solution else set()
            allowed |= cases.solutions if reveal.solution else set()
            assert secret & set(_names(shown)) <= allowed
            if not reveal.response:
                assert shown == drive.type.present(drive.data, drive.params, None, reveal)


def judgements_are_of_what_was_chosen(cases: Cases) -> None:
    secret = cases.solutions | SECRETS | JUDGEMENTS
    for drive in cases.drives():
        shown = drive.present({}, correctness=True, feedback=True, points=True, overall=True)
        assert not secret & set(_names(shown))


def twins_look_the_same_until_review(cases: Cases) -> None:
    for value, seed in product(cases.examples, range(10)):
        ours = Drive(cases.key, value, seed=seed)
        theirs = Drive(cases.key, cases.twin(value), seed=seed)
        assert json.dumps(ours.present()) == json.dumps(theirs.present())
        # The twin must differ where all is shown, or the comparison proves nothing.
        shown = ours.present(solution=True, feedback=True)
        assert shown != theirs.present(solution=True, feedback=True)


def twins_react_the_same_to_a_response(cases: Cases) -> None:
    for ours in cases.drives():
        theirs = Drive(cases.key, cases.twin(ours.value))
        for raw in ours.sendable():
            if "rubric" not in raw:  # its keys are the author's, and differ
                assert json.dumps(ours.present(raw)) == json.dumps(theirs.present(raw))


def review_gives_a_reason_for_every_judgement(cases: Cases) -> None:
    for plain in cases.drives():
        drive = Drive(cases.key, cases.marked(plain.value, CANARY))
        shown = drive.present(
            plain.sendable()[0], correctness=True, feedback=True, explanation=True, solution=True
        )
        assert CANARY in json.dumps(shown.get("explanation", CANARY))
        for rows in (part for part in shown.values() if isinstance(part, list)):
            for row in rows:
                if isinstance(row, dict) and "is_correct" in row:
                    assert row["feedback"].startswith(CANARY)


def language_changes_no_mark(cases: Cases) -> None:
    for here in cases.drives():
        marks = [here.grade(raw).scaled for raw in here.sendable()]
        for language in ("de", "ar", "en-gb"):
            with translation.override(language):
                there = Drive(cases.key, here.value)
                assert [there.grade(raw).scaled for raw in here.sendable()] == marks
                assert there.params == here.params


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _names(part)
    elif isinstance(value, list):
        for part in value:
            yield from _names(part)


def _leaves(value: Any) -> Iterator[tuple[str, str]]:
    """Yield every text that is shown and every choice, with its name."""
    rows = value.items() if isinstance(value, dict) else (("", part) for part in value)
    for name, part in rows:
        if isinstance(part, dict | list):
            yield from _leaves(part)
        elif name == "is_chosen" or (isinstance(part, str) and name not in DERIVED):
            yield name, str(part)


def _scrambled(value: Any) -> Any:
    """Return the same JSON with its mappings in another order, as a database may return them."""
    if isinstance(value, dict):
        return {name: _scrambled(value[name]) for name in sorted(value, reverse=True)}
    return [_scrambled(part) for part in value] if isinstance(value, list) else value


def _problem_paths(load: Callable[[Json], Any], value: Json) -> list[str]:
    try:
        load(value)
    except DataError as error:
        return [problem.path for problem in error.problems]
    raise AssertionError("these data were not refused")


def _is_refused(drive: Drive, raw: Json) -> bool:
    try:
        drive.parse(raw)
    except ResponseError:
        return True
    return False


def _response_paths(drive: Drive, raw: Json) -> list[str]:
    try:
        drive.parse(raw)
    except ResponseError as error:
        found = error
    else:
        raise AssertionError(f"{raw} was not refused")
    assert str(found.message)
    return [problem.path for problem in found.problems]
