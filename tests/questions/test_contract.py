"""What every registered question type must keep, whatever else it does."""

import ast
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import courses.questions
from courses.conf import DEFAULTS
from courses.questions import registry
from courses.questions.base import Raw, ResponseError, Reveal
from courses.questions.contract import SHIPPED_RULES, Cases
from courses.questions.data import DataError
from tests.questions.cases import CASES, EXAMPLES
from tests.questions.drive import Drive

QUICK = settings(deadline=None)


@pytest.mark.parametrize("rule", SHIPPED_RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("key", CASES)
def test_type_keeps_the_contract(key: str, rule: Callable[[Cases], None]) -> None:
    rule(CASES[key])


def test_every_type_that_ships_has_cases_of_its_own() -> None:
    folder = Path(__file__).parent / "cases"
    files = {path.stem for path in folder.glob("[!_]*.py")}
    shipped = [path.rpartition(".")[2] for path in DEFAULTS["QUESTION_TYPES"]]

    assert files == set(CASES)
    assert sorted(type(registry.get(key)).__name__ for key in CASES) == sorted(shipped)


@st.composite
def raw_inputs(draw: st.DrawFn, key: str, words: list[str]) -> Raw:
    """Fields and texts that partly belong to the question and partly are anything."""
    texts = st.sampled_from(words) | st.text(max_size=12) | st.sampled_from(["", " ", "1", "-3,5"])
    fields = registry.get(key).response_schema["properties"]
    own = st.sampled_from([*fields, *(f"{name}.{word}" for name in fields for word in words)])
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
