"""The author's form of every type gives back what it was given."""

import dataclasses
import typing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.coursefiles import read_course
from courses.errors import Problem
from courses.questions import forms, registry
from courses.questions.base import QuestionType
from courses.questions.contract.editor import posted
from courses.questions.data import BaseData, Expression
from courses.questions.presentation import NAMED_ROWS, ROWS
from tests.hosts.slider.slider import Slider
from tests.lengths import length
from tests.questions.cases import EXAMPLES

SHIPPED = Path(__file__).parents[2] / "courses" / "content" / "customer-experience"
KINDS = [*registry.all_types().values(), Slider()]
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=12
).filter(str.strip)


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Data of a kind in which no row is wholly empty."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple:
        return st.lists(values_of(inner[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(TEXTS, values_of(inner[1]), max_size=3)
    if inner and type(None) in inner:
        return st.none() | values_of(inner[0])
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(kind, **{name: values_of(hint) for name, hint in hints.items()})
    if kind is Expression:
        return TEXTS
    return {str: TEXTS, bool: st.booleans(), int: st.integers(-(10**9), 10**9)}[kind]


def through_the_page(kind: QuestionType[Any], value: Any) -> forms.Reading:
    return forms.read(kind, posted(forms.controls(kind, forms.fill(kind, value))))


@pytest.mark.two_lengths
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_generated_data_comes_back_from_its_form(kind: QuestionType[Any]) -> None:
    @settings(
        max_examples=length(short=5, long=200),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=values_of(kind.Data))
    def check(data: Any) -> None:
        value = kind.dump(data)
        reading = through_the_page(kind, value)
        # Rows without a key get one.
        assert (reading.value, reading.problems) == (value, ())
        assert kind.load(reading.value) == data

    check()


@pytest.mark.proofs
def test_every_question_of_the_shipped_course_comes_back_from_its_form() -> None:
    course = read_course(SHIPPED).course
    questions = [question for module in course.modules for question in module.questions]
    lost = []
    for question in questions:
        kind = registry.get(question.type)
        value = kind.dump(kind.load(question.data))
        reading = through_the_page(kind, value)
        if (reading.value, reading.problems) != (value, ()):
            lost.append(question.key)

    assert len(questions) > 500
    assert lost == []


def rows_of(kind: QuestionType[Any], fields: forms.Fields) -> dict[str, list[str]]:
    walked = forms.controls(kind, fields).walk()
    return {
        one.name: [row.name for row in one.children]
        for one in walked
        if one.widget in (ROWS, NAMED_ROWS)
    }


@pytest.mark.two_lengths
@pytest.mark.parametrize("key", EXAMPLES)
def test_rows_move_and_nothing_is_lost(key: str) -> None:
    kind, rng = registry.get(key), Random(1)
    for example in EXAMPLES[key]:
        fields = forms.fill(kind, kind.dump(kind.load(example)))
        for _turn in range(length(short=5, long=200)):
            lists = rows_of(kind, fields)
            name = rng.choice(sorted(lists))
            added = forms.change(kind, fields, f"add:{name}")
            new = rows_of(kind, added)[name][-1]
            assert forms.change(kind, added, f"drop:{new}") == fields
            assert forms.read(kind, added).value == forms.read(kind, fields).value
            if len(lists[name]) > 1:
                place = rng.randrange(1, len(lists[name]))
                row = lists[name][place]
                moved = forms.change(kind, fields, f"up:{row}")
                assert forms.change(kind, moved, f"down:{lists[name][place - 1]}") == fields
                fields = moved
        again = forms.read(kind, fields).value
        assert sorted(str(part) for part in leaves(again)) == sorted(
            str(part) for part in leaves(kind.dump(kind.load(example)))
        )


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        parts = value.values() if isinstance(value, dict) else value
        return [leaf for part in parts for leaf in leaves(part)]
    return [value]


def test_first_and_last_row_stay_where_they_are_and_nonsense_changes_nothing() -> None:
    kind = registry.get("single_choice")
    fields = forms.fill(kind, EXAMPLES["single_choice"][0])
    for action in (
        "up:data.options.0", "down:data.options.99", "drop:data.options", "add:data.stem", "add:",
        "add:data.nothing", "", "drop:data.options.0.text", "eat:data.options.1",
        "up:data.options.²", "add:stem", "add:data.options.0.text.deeper",
    ):  # fmt: skip
        assert forms.change(kind, fields, action) == fields


def test_one_right_option_is_chosen_once_for_all_and_moves_with_its_row() -> None:
    kind = registry.get("single_choice")
    options = [{"text": text, "feedback": "Why", "key": text} for text in "abc"]
    fields = forms.fill(kind, {"stem": "?", "options": options}) | {"data.options~correct": "1"}
    right = lambda sent: [  # noqa: E731
        option["text"] for option in forms.read(kind, sent).value["options"] if "correct" in option
    ]

    assert right(fields) == ["b"]
    assert right(forms.change(kind, fields, "up:data.options.1")) == ["b"]
    assert right(forms.change(kind, fields, "down:data.options.0")) == ["b"]
    assert right(forms.change(kind, fields, "drop:data.options.0")) == ["b"]
    assert right(forms.change(kind, fields, "drop:data.options.1")) == []
    assert right(forms.change(kind, fields, "add:data.options")) == ["b"]


def test_two_right_options_of_a_single_choice_are_both_shown() -> None:
    kind = registry.get("single_choice")
    options = [{"text": t, "feedback": "Why", "key": t, "correct": True} for t in "ab"]
    value = {"stem": "?", "options": options}

    assert through_the_page(kind, value).value == value


def test_empty_rows_are_left_out_and_errors_stand_in_the_right_row() -> None:
    kind = registry.get("single_choice")
    fields = forms.fill(kind, {}) | {
        "data.options.1.text": "First",
        "data.options.3.text": "Second",
        "data.options.3.feedback": "Why",
    }
    reading = forms.read(kind, fields)
    problems = [
        Problem(reading.name_of(problem.path), problem.message)
        for problem in kind.check(kind.load({"stem": "", **reading.value}))
    ]
    root = forms.controls(kind, fields, problems)

    assert [option["text"] for option in reading.value["options"]] == ["First", "Second"]
    assert [(one.name, one.words) for one in root.walk() if one.errors] == [
        ("data.stem", "Question"),
        ("data.options", "Options"),
        ("data.options.1.feedback", "Option 2: Reason for the learner"),
    ]


def test_names_of_a_mapping_are_asked_for_and_not_taken_twice() -> None:
    kind = registry.get("numeric")
    fields = forms.fill(kind, {"values": {"a.b": "1", "c": "2", "d": "3"}})
    fields |= {"data.values.1~key": "a.b", "data.values.2~key": ""}
    reading = forms.read(kind, fields)

    assert reading.value["values"] == {"a.b": "1"}
    assert [problem.path for problem in reading.problems] == [
        "data.values.1~key",
        "data.values.2~key",
    ]
    assert reading.name_of("values.a.b") == "data.values.0"


def test_new_rows_get_the_first_free_key_and_stored_keys_stay() -> None:
    kind = registry.get("single_choice")
    options = [{"text": t, "feedback": "Why", "key": k} for t, k in (("1", "b"), ("2", "z"))]
    fields = forms.change(kind, forms.fill(kind, {"options": options}), "add:data.options")
    fields["data.options.2.text"] = "3"

    assert [one["key"] for one in forms.read(kind, fields).value["options"]] == ["b", "z", "a"]


def test_keys_that_must_differ_across_lists_do() -> None:
    kind = registry.get("matching")
    pairs = [{"text": one, "match": f"{one}!", "feedback": "Why"} for one in ("1", "2")]
    others = [{"text": one, "feedback": "Why"} for one in ("3", "4")]
    fields = forms.fill(kind, {"stem": "?", "pairs": pairs, "distractors": others})
    value = forms.read(kind, fields).value

    assert [one["key"] for one in value["distractors"]] == ["x1", "x2"]
    assert list(kind.check(kind.load(value))) == []


def test_choices_follow_what_the_form_holds() -> None:
    kind = registry.get("categorise")
    fields = forms.fill(kind, {}) | {"data.categories.1.text": "Metric"}
    by_name = {one.name: one for one in forms.controls(kind, fields).walk()}

    assert by_name["data.cards.0.category"].choices == (
        ("", "Choose …"),
        ("a", "Category 1"),
        ("b", "Metric"),
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Inner:
    size: int | None = None
    note: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class OddData(BaseData):
    anything: Any = None
    inner: Inner | None = None
    grid: tuple[tuple[int, ...], ...] = ()
    flags: tuple[bool, ...] = ()
    named: dict[str, Inner] = dataclasses.field(default_factory=dict)


class Odd(QuestionType[OddData]):
    key = "odd"
    label = "Odd"
    Data = OddData


@pytest.mark.parametrize(
    "value",
    [
        {"stem": "s", "anything": {"a": [1, None, True]}, "inner": {"size": 3}},
        {"stem": "s", "grid": [[1, 2], [3]], "flags": [False, True]},
        {"stem": "s", "named": {"one": {}, "two": {"note": "n"}}, "anything": False},
    ],
)
def test_type_of_a_host_has_a_form_without_saying_how(value: Any) -> None:
    kind = Odd()
    reading = through_the_page(kind, value)
    labels = {one.label for one in forms.controls(kind, forms.fill(kind, value)).walk()}

    assert (reading.value, reading.problems) == (value, ())
    assert {"Question", "Anything", "Inner", "Grid", "Flags", "Named"} <= labels


def test_invalid_json_and_numbers_are_reported_at_their_field() -> None:
    kind = Odd()
    fields = forms.fill(kind, {"stem": "s"})
    fields |= {"data.anything": "{", "data.grid.0.0": "x"}
    reading = forms.read(kind, fields)

    assert [problem.path for problem in reading.problems] == ["data.anything"]
    assert reading.value["grid"] == [["x"]]
    assert forms.words(kind, "grid.0.1") == "Grid 1: Grid 2"


def test_words_between_brackets_become_gaps() -> None:
    cloze = registry.get("cloze")
    text = "Her [[solved need]] counts, not [[our tickets | our calls]]; see [[term:cx]] and [[2]]."
    texts = forms.fill(cloze, {"stem": "Fill in."}) | {"data.text": text}
    marked = forms.with_marks(cloze, texts)

    assert marked["data.text"] == "Her [[1]] counts, not [[3]]; see [[term:cx]] and [[2]]."
    assert forms.read(cloze, marked).value["blanks"] == [
        {"key": "1", "accept": ["solved need"], "feedback": ""},
        {"key": "3", "accept": ["our tickets", "our calls"], "feedback": ""},
    ]
    assert forms.with_marks(cloze, marked) == marked


def test_gaps_and_numbers_that_a_text_names_get_rows() -> None:
    cloze, numeric = registry.get("cloze"), registry.get("numeric")
    texts = forms.fill(cloze, {"stem": "Fill in."}) | {"data.text": "A [[1]] and [[2]], [[2]]."}
    gaps = forms.with_named_rows(cloze, texts)
    assert [gaps[f"data.blanks.{number}.key"] for number in (0, 1)] == ["1", "2"]
    assert "data.blanks.2.key" not in gaps
    assert forms.with_named_rows(cloze, gaps) == gaps
    assert [one["key"] for one in forms.read(cloze, gaps).value["blanks"]] == ["1", "2"]

    stem = "{start} and {end:1}, {total}, {x y}, $\\frac{1}{n}$"
    sums = forms.fill(numeric, {"stem": stem, "values": {"total": "start + end"}})
    drawn = forms.with_named_rows(numeric, sums)
    assert [drawn[f"data.params.{number}~key"] for number in (0, 1)] == ["end", "start"]
    assert "data.params.2~key" not in drawn
    assert forms.with_named_rows(numeric, drawn) == drawn
