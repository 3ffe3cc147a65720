"""Author data and raw responses: what is read, and what is refused where."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.questions.base import RAW_FIELDS_LIMIT, RAW_TEXT_LIMIT, ResponseError, flatten, keyed
from courses.questions.data import BaseData, DataError, Expression, dump, load


@dataclass(frozen=True, kw_only=True)
class Leaf:
    key: str
    value: Expression = Expression("0")  # noqa: RUF009


@dataclass(frozen=True, kw_only=True)
class Tree(BaseData):
    leaves: tuple[Leaf, ...] = ()
    named: dict[str, Leaf] = field(default_factory=dict)
    is_tall: bool = False
    height: int | None = None


FULL = {
    "stem": "?",
    "hints": ["one"],
    "leaves": [{"key": "a", "value": "1/3"}, {"key": "b"}],
    "named": {"x": {"key": "c"}},
    "is_tall": True,
    "height": 3,
}


def problems(value: Any) -> list[str]:
    with pytest.raises(DataError) as error:
        load(Tree, value)
    return [problem.path for problem in error.value.problems]


def test_loaded_data_is_dumped_without_defaults() -> None:
    assert dump(load(Tree, FULL)) == FULL
    assert dump(load(Tree, {"stem": "?", "is_tall": False, "height": None})) == {"stem": "?"}


def test_numbers_of_expressions_keep_their_writing() -> None:
    leaves = [{"key": "a", "value": number} for number in (1, 0.05, "1e3")]

    assert [leaf.value for leaf in load(Tree, {"stem": "?", "leaves": leaves}).leaves] == [
        "1",
        "0.05",
        "1e3",
    ]


@pytest.mark.parametrize(
    ("value", "paths"),
    [
        ([], [""]),
        ({}, ["stem"]),
        ({"stem": 1}, ["stem"]),
        ({"stem": "?", "is_tall": 1}, ["is_tall"]),
        ({"stem": "?", "height": True}, ["height"]),
        ({"stem": "?", "hints": "one"}, ["hints"]),
        ({"stem": "?", "leaves": [{"key": "a"}, {"kye": "b"}]}, ["leaves.1.kye", "leaves.1.key"]),
        ({"stem": "?", "leaves": [{"key": "a", "value": True}]}, ["leaves.0.value"]),
        ({"stem": "?", "named": []}, ["named"]),
        ({"stem": "?", "named": {"x": None}}, ["named.x"]),
    ],
)
def test_every_mistake_has_its_path(value: Any, paths: list[str]) -> None:
    assert problems(value) == paths


def test_nested_input_becomes_flat_fields() -> None:
    raw = {"match": {"a": "1", "b": None}, "rows": {}, "choice": ["x", 2], "flag": True, "n": 1.5}

    assert flatten(raw) == {
        "match.a": ["1"],
        "match.b": [],
        "rows": [],
        "choice": ["x", "2"],
        "flag": ["true"],
        "n": ["1.5"],
    }


@pytest.mark.parametrize(
    "raw",
    [
        {"text": "x" * (RAW_TEXT_LIMIT + 1)},
        {"text": "nul\x00"},
        {"text": "half \ud800"},
        {"choice": [["nested"]]},
        {"choice": [{"a": 1}]},
        {"a": {"b": {"c": {"d": {"e": 1}}}}},
        {"choice": ["x"] * (RAW_FIELDS_LIMIT + 1)},
        {f"f{n}": "x" for n in range(RAW_FIELDS_LIMIT + 1)},
    ],
)
def test_input_beyond_the_limits_is_refused_not_cut(raw: dict[str, Any]) -> None:
    with pytest.raises(ResponseError):
        flatten(raw)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), json_values, max_size=4))
def test_any_json_is_flat_texts_or_refused(raw: dict[str, Any]) -> None:
    try:
        flat = flatten(raw)
    except ResponseError:
        return

    assert all(isinstance(text, str) for texts in flat.values() for text in texts)
    assert flatten(flat) == flat


def test_keyed_fields() -> None:
    raw = {"match.b": ["2"], "match.a": [" "], "other": ["x"]}

    assert keyed(raw, "match", ["a", "b"]) == {"b": "2"}
    for wrong in ({"match.c": ["1"]}, {"match.a": ["1", "2"]}):
        with pytest.raises(ResponseError):
            keyed(wrong, "match", ["a", "b"])
    with pytest.raises(ResponseError):
        keyed(raw, "match", ["a", "b"], allowed=["1"])
