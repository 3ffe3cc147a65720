"""The list of types: a host adds its own with one file and one line, and may leave some out."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from django.test import override_settings

from courses.conf import DEFAULTS
from courses.errors import NotFound, Problem
from courses.questions import registry
from courses.questions.base import (
    Item,
    Json,
    Outcome,
    Part,
    QuestionType,
    Raw,
    ResponseError,
    Reveal,
    Sample,
    flatten,
    one,
)
from courses.questions.data import BaseData
from courses.questions.responses import response_of, typed_text


@dataclass(frozen=True, kw_only=True)
class EvenData(BaseData):
    feedback: str


class Even(QuestionType[EvenData]):
    """A host's own type: any even number is right."""

    key = "host_even"
    label = "Even number"
    interaction = "text_entry"
    Data = EvenData
    response_schema = response_of(["number"], number=typed_text("An even number."))

    def check(self, data: EvenData) -> Iterator[Problem]:
        if not data.feedback:
            yield Problem("feedback", "This text must not be empty.")

    def parse(self, data: EvenData, params: Json, raw: Raw) -> Json | None:
        text = one(raw, "number")
        if text and not (text.isascii() and text.isdecimal() and len(text) < 9):
            raise ResponseError()
        return {"number": text} if text else None

    def grade(self, data: EvenData, params: Json, response: Json | None) -> Outcome:
        if not response:
            return Outcome(Fraction(0))
        scaled = Fraction(int(response["number"]) % 2 == 0)
        return Outcome(scaled, (Part("number", scaled, data.feedback),))

    def present(self, data: EvenData, params: Json, response: Json | None, reveal: Reveal) -> Json:
        return self.base_presentation(data, reveal)

    def solution(self, data: EvenData, params: Json) -> Json:
        return {"number": "2"}

    def samples(self, data: EvenData, params: Json) -> Iterator[Sample]:
        yield Sample({"number": 4}, Fraction(1))
        yield Sample({"number": 5}, Fraction(0))
        yield Sample({"number": "many"}, None, is_unreadable=True)

    def to_item(self, data: EvenData) -> Item:
        return Item(self.interaction, self.key, data.stem)

    def from_item(self, item: Item) -> EvenData | None:
        return None


HOST_LIST = [
    "courses.questions.single_choice.SingleChoice",
    "tests.questions.test_registry.Even",
]


def test_a_host_s_own_type_is_used_like_any_other(settings: Any) -> None:
    settings.COURSES_QUESTION_TYPES = HOST_LIST
    even = registry.get("host_even")
    data = even.load({"stem": "Give an even number.", "feedback": "Pairs."})
    params = even.prepare(data, Random(1))
    for sample in even.samples(data, params):
        if sample.is_unreadable:
            with pytest.raises(ResponseError):
                even.parse(data, params, flatten(sample.raw))
        else:
            response = even.parse(data, params, flatten(sample.raw))
            assert even.grade(data, params, response).scaled == sample.scaled

    assert list(registry.all_types()) == ["single_choice", "host_even"]
    assert even.template == "cx_courses/questions/host_even.html"
    assert even.present(data, params, None, Reveal()) == {
        "type": "host_even",
        "stem": "Give an even number.",
    }


def test_a_type_that_the_host_left_out_is_not_found(settings: Any) -> None:
    settings.COURSES_QUESTION_TYPES = HOST_LIST
    with pytest.raises(NotFound):
        registry.get("essay")


def test_the_list_is_read_again_when_the_setting_changes() -> None:
    with override_settings(COURSES_QUESTION_TYPES=HOST_LIST):
        assert set(registry.all_types()) == {"single_choice", "host_even"}

    assert len(registry.all_types()) == len(DEFAULTS["QUESTION_TYPES"])
