"""What every registered question type must keep, whatever else it does."""

import ast
import json
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

import courses.questions
from courses.conf import DEFAULTS
from courses.questions import registry
from courses.questions.base import Raw, ResponseError, Reveal
from courses.questions.data import DataError
from tests.questions.drive import Drive
from tests.questions.examples import EXAMPLES
from tests.questions.twins import CANARY, twin, with_secrets

CASES = [
    pytest.param(key, value, id=f"{key}-{number}")
    for key, values in EXAMPLES.items()
    for number, value in enumerate(values, 1)
]
FIELDS = {
    "single_choice": "choice",
    "multiple_response": "choice",
    "true_false": "choice",
    "matching": "match",
    "categorise": "category",
    "ordering": "order",
    "numeric": "blank",
    "cloze": "blank",
    "short_text": "text",
    "essay": "text",
    "hotspot": "region",
    "vote": "choice",
}
JUDGEMENTS = {"is_correct", "is_partly_correct"}
SOLUTIONS = {
    *("solution", "solution_text", "accepted", "is_used", "ordered"),
    *("rubric", "model_answer"),
}
SECRET_NAMES = {"feedback", "explanation", *JUDGEMENTS, *SOLUTIONS}
REVEALS = [Reveal(*flags) for flags in product((False, True), repeat=len(Reveal.names()))]
QUICK = settings(max_examples=60, deadline=None)

every_example = pytest.mark.parametrize(("key", "value"), CASES)


def names_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from names_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from names_in(part)


def scrambled(value: Any) -> Any:
    """The same JSON with its mappings in another order, as a database may return them."""
    if isinstance(value, dict):
        return {name: scrambled(value[name]) for name in sorted(value, reverse=True)}
    return [scrambled(part) for part in value] if isinstance(value, list) else value


def sendable(drive: Drive) -> list[dict[str, Any]]:
    """Raw inputs of the type's own samples that can be read."""
    samples = drive.type.samples(drive.data, drive.params)
    return [sample.raw for sample in samples if not sample.is_unreadable]


@st.composite
def raw_inputs(draw: st.DrawFn, key: str, words: list[str]) -> Raw:
    """Fields and texts that partly belong to the question and partly are anything."""
    texts = st.sampled_from(words) | st.text(max_size=12) | st.sampled_from(["", " ", "1", "-3,5"])
    own = st.sampled_from([FIELDS[key], *(f"{FIELDS[key]}.{word}" for word in words)])
    odd = st.sampled_from(["position.e1", "rubric.a", "decimal", "text", "blank.", "choice"])
    return draw(st.dictionaries(own | odd, st.lists(texts, max_size=4), max_size=6))


def words_of(drive: Drive) -> list[str]:
    """Every short text that a page with this question could send back."""
    shown = drive.type.present(drive.data, drive.params, None, Reveal.nothing())
    right = drive.type.solution(drive.data, drive.params) or {}

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from value
            for part in value.values():
                yield from texts(part)
        elif isinstance(value, list):
            for part in value:
                yield from texts(part)
        elif isinstance(value, str):
            yield value

    return sorted({text for text in texts([shown, right]) if len(text) < 40})


def test_every_type_that_ships_has_two_examples() -> None:
    shipped = [path.rpartition(".")[2] for path in DEFAULTS["QUESTION_TYPES"]]

    assert sorted(type(registry.get(key)).__name__ for key in EXAMPLES) == sorted(shipped)
    assert all(len(values) >= 2 for values in EXAMPLES.values())


@pytest.mark.parametrize("key", EXAMPLES)
def test_members_that_others_rely_on(key: str) -> None:
    question_type = registry.get(key)

    assert question_type.key == key
    assert question_type.template == f"cx_courses/questions/{key}.html"
    assert str(question_type.label)
    assert question_type.interaction.isidentifier()


@every_example
def test_examples_have_no_problems(key: str, value: dict[str, Any]) -> None:
    drive = Drive(key, value)

    assert [str(problem) for problem in drive.type.check(drive.data)] == []


@every_example
def test_dump_and_load_lose_nothing(key: str, value: dict[str, Any]) -> None:
    question_type = registry.get(key)
    data = question_type.load(value)
    stored = json.loads(json.dumps(question_type.dump(data)))

    assert question_type.load(stored) == data
    assert question_type.dump(question_type.load(stored)) == question_type.dump(data)


@every_example
def test_the_order_of_json_objects_means_nothing(key: str, value: dict[str, Any]) -> None:
    ours = Drive(key, value)
    theirs = Drive(key, scrambled(value))
    everything = Reveal.everything()
    raw = ours.type.solution(ours.data, ours.params)

    assert theirs.data == ours.data
    assert theirs.params == ours.params
    assert theirs.type.present(
        theirs.data, scrambled(theirs.params), scrambled(raw), everything
    ) == (ours.type.present(ours.data, ours.params, raw, everything))


@pytest.mark.parametrize("key", EXAMPLES)
def test_unknown_and_missing_fields_are_refused_with_their_path(key: str) -> None:
    question_type = registry.get(key)
    with pytest.raises(DataError) as unknown:
        question_type.load({**EXAMPLES[key][0], "colour": "red"})
    with pytest.raises(DataError) as missing:
        question_type.load({})

    assert [problem.path for problem in unknown.value.problems] == ["colour"]
    assert "stem" in [problem.path for problem in missing.value.problems]


@pytest.mark.parametrize("key", EXAMPLES)
@QUICK
@given(data=st.data())
def test_author_data_of_any_shape_is_loaded_or_refused(key: str, data: st.DataObject) -> None:
    question_type = registry.get(key)
    example = EXAMPLES[key][0]
    junk = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just({}),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
        max_leaves=5,
    )
    value = {**example, data.draw(st.sampled_from(sorted(example))): data.draw(junk)}
    try:
        problems = list(question_type.check(question_type.load(value)))
    except DataError as error:
        problems = list(error.problems)
        refused = True
    else:
        refused = False

    assert all(problem.message for problem in problems)
    assert problems or not refused


@every_example
@pytest.mark.parametrize("seed", range(5))
def test_samples_earn_what_they_promise(key: str, value: dict[str, Any], seed: int) -> None:
    drive = Drive(key, value, seed=seed)
    samples = list(drive.type.samples(drive.data, drive.params))
    for sample in samples:
        if sample.is_unreadable:
            with pytest.raises(ResponseError):
                drive.parse(sample.raw)
        else:
            assert drive.grade(sample.raw).scaled == sample.scaled, sample
    promised = {sample.scaled for sample in samples}

    assert any(sample.is_unreadable for sample in samples)
    if not drive.type.is_scored:
        assert promised == {None}
        return
    assert promised >= (
        {None, Fraction(0)} if drive.type.needs_person else {Fraction(0), Fraction(1)}
    )


@every_example
def test_solution_earns_full_marks(key: str, value: dict[str, Any]) -> None:
    drive = Drive(key, value)
    solution = drive.type.solution(drive.data, drive.params)
    if drive.type.needs_person or not drive.type.is_scored:
        assert solution is None
    else:
        assert drive.type.grade(drive.data, drive.params, solution).scaled == 1


@every_example
def test_nothing_answered_earns_nothing(key: str, value: dict[str, Any]) -> None:
    drive = Drive(key, value)

    assert drive.parse({}) is None
    assert drive.grade({}).scaled == (0 if drive.type.is_scored else None)


@every_example
def test_a_canonical_response_can_be_sent_again(key: str, value: dict[str, Any]) -> None:
    drive = Drive(key, value)
    responses = [drive.parse(raw) for raw in sendable(drive)]

    assert any(responses)
    for response in filter(None, responses):
        stored = json.loads(json.dumps(response))
        assert stored == response
        assert drive.parse(stored) == response


@pytest.mark.parametrize("key", EXAMPLES)
@QUICK
@given(data=st.data())
def test_any_input_is_read_or_refused_and_graded_alike_twice(key: str, data: st.DataObject) -> None:
    drive = Drive(key, data.draw(st.sampled_from(EXAMPLES[key])))
    raw = data.draw(raw_inputs(key, words_of(drive)))
    try:
        response = drive.parse(raw)
    except ResponseError:
        return
    outcome = drive.type.grade(drive.data, drive.params, response)
    stored = json.loads(json.dumps(response))

    assert drive.type.grade(drive.data, drive.params, stored) == outcome
    assert outcome.scaled is None or 0 <= outcome.scaled <= 1
    assert outcome.scaled is not None or drive.type.needs_person or not drive.type.is_scored
    assert outcome.scaled is None or drive.type.is_scored
    assert response is None or drive.parse(stored) == response
    for reveal in (Reveal.nothing(), Reveal.everything()):
        json.dumps(drive.type.present(drive.data, drive.params, response, reveal))


@every_example
def test_draws_depend_on_the_generator_alone(key: str, value: dict[str, Any]) -> None:
    drives = [Drive(key, value, seed=seed) for seed in range(20)]
    again = [Drive(key, value, seed=seed).params for seed in range(20)]

    assert [drive.params for drive in drives] == again
    assert json.loads(json.dumps(again)) == again


@every_example
def test_exchange_item_loses_nothing(key: str, value: dict[str, Any]) -> None:
    drive = Drive(key, value)
    item = drive.type.to_item(drive.data)

    assert drive.type.from_item(item) == drive.data
    assert item.interaction == drive.type.interaction
    json.dumps(item.extra)
    for other in registry.all_types().values():
        assert other.key == key or other.from_item(item) is None


@every_example
def test_exchange_item_of_unknown_origin_finds_a_type(key: str, value: dict[str, Any]) -> None:
    drive = Drive(key, value)
    item = drive.type.to_item(drive.data)
    foreign = type(item)(**{**item.__dict__, "type_key": "", "extra": {}})
    try:
        found = [other.from_item(foreign) for other in registry.all_types().values()]
    except DataError:
        # What only `extra` carries is missing (a picture, say): refused with paths, not guessed.
        assert drive.type.interaction == "hotspot"
        return

    assert any(found)


@every_example
def test_nothing_is_revealed_before_its_time(key: str, value: dict[str, Any]) -> None:
    drive = Drive(key, with_secrets(value, CANARY))
    for raw in [None, *sendable(Drive(key, value))]:
        shown = drive.present(raw)
        assert CANARY not in json.dumps(shown)
        assert not SECRET_NAMES & set(names_in(shown))
        assert shown == drive.present(raw, points=True, overall=True)


@every_example
def test_every_flag_reveals_its_own_and_no_more(key: str, value: dict[str, Any]) -> None:
    drive = Drive(key, value)
    for raw, reveal in product([None, *sendable(drive)], REVEALS):
        response = None if raw is None else drive.parse(raw)
        shown = drive.type.present(drive.data, drive.params, response, reveal)
        allowed = set()
        allowed |= {"explanation"} if reveal.explanation else set()
        allowed |= {"feedback"} if reveal.feedback else set()
        allowed |= JUDGEMENTS if reveal.correctness or reveal.solution else set()
        allowed |= SOLUTIONS if reveal.solution else set()
        assert SECRET_NAMES & set(names_in(shown)) <= allowed
        if not reveal.response:
            assert shown == drive.type.present(drive.data, drive.params, None, reveal)


@every_example
def test_correctness_and_feedback_speak_only_of_what_was_chosen(
    key: str, value: dict[str, Any]
) -> None:
    drive = Drive(key, value)
    shown = drive.present({}, correctness=True, feedback=True, points=True, overall=True)

    assert not SECRET_NAMES & set(names_in(shown))


@every_example
def test_twin_worlds_look_the_same_until_review(key: str, value: dict[str, Any]) -> None:
    for seed in range(10):
        ours, theirs = Drive(key, value, seed=seed), Drive(key, twin(key, value), seed=seed)
        assert json.dumps(ours.present()) == json.dumps(theirs.present())
    # The twin must be another world, or the comparison proves nothing.
    assert ours.present(solution=True, feedback=True) != theirs.present(
        solution=True, feedback=True
    )


@every_example
def test_twin_worlds_react_the_same_to_a_response(key: str, value: dict[str, Any]) -> None:
    ours, theirs = Drive(key, value), Drive(key, twin(key, value))
    for raw in sendable(ours):
        if "rubric" in raw:
            continue
        assert json.dumps(ours.present(raw)) == json.dumps(theirs.present(raw))


@every_example
def test_review_tells_a_reason_for_everything(key: str, value: dict[str, Any]) -> None:
    drive = Drive(key, with_secrets(value, CANARY))
    raw = sendable(drive)[0]
    shown = drive.present(raw, correctness=True, feedback=True, explanation=True, solution=True)

    assert CANARY in json.dumps(shown.get("explanation", CANARY))
    for rows in (part for part in shown.values() if isinstance(part, list)):
        for row in rows:
            if isinstance(row, dict) and "is_correct" in row:
                assert row["feedback"].startswith(CANARY)


@every_example
@pytest.mark.parametrize("language", ["de", "ar", "en-gb"])
def test_the_language_changes_no_mark(key: str, value: dict[str, Any], language: str) -> None:
    here = Drive(key, value)
    before = [here.grade(raw).scaled for raw in sendable(here)]
    with translation.override(language):
        there = Drive(key, value)
        assert [there.grade(raw).scaled for raw in sendable(there)] == before
        assert there.params == here.params


def test_types_import_neither_database_nor_web_nor_clock() -> None:
    forbidden = (
        *("django.contrib", "django.core.cache", "django.db", "django.forms", "django.http"),
        *("django.shortcuts", "django.template", "django.urls", "django.views"),
        *("rest_framework", "courses.models", "courses.domain", "courses.web", "courses.api"),
        *("courses.coursefiles", "courses.markup", "datetime", "time", "secrets", "os", "pathlib"),
    )
    folder = Path(courses.questions.__path__[0])
    imported = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                imported |= {f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}

    assert len(imported) > 30
    assert [
        name for name in sorted(imported) for bad in forbidden if f"{name}.".startswith(f"{bad}.")
    ] == []
    assert {name for name in imported if name.startswith("random")} == {"random.Random"}


@every_example
@pytest.mark.parametrize("name", ["nonsense", "choices", "match.no-such-key.deeper"])
def test_a_field_that_the_type_does_not_know_is_refused(key: str, value: Any, name: str) -> None:
    """Alone, and beside a response that would be kept."""
    drive = Drive(key, value)
    for raw in ({}, *sendable(drive)):
        with pytest.raises(ResponseError) as refused:
            drive.parse({**raw, name: "a"})

        assert [problem.path for problem in refused.value.problems] in ([name], [])
        assert str(refused.value.message)


@every_example
def test_every_field_of_a_readable_response_is_read(key: str, value: Any) -> None:
    drive = Drive(key, value)
    for raw in sendable(drive):
        drive.parse(raw)
