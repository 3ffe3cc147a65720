"""A place on a scale of whole numbers; near enough is right."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Problem
from courses.questions.authoring import check_stem
from courses.questions.base import (
    Json,
    Outcome,
    Part,
    QuestionType,
    Raw,
    ResponseError,
    Reveal,
    Sample,
    one,
)
from courses.questions.data import BaseData
from courses.questions.responses import response_of
from courses.questions.shown import judged

LONGEST = 6
MOST_PLACES = 21


@dataclass(frozen=True, kw_only=True)
class SliderData(BaseData):
    lowest: int
    highest: int
    answer: int
    tolerance: int = 0
    unit: str = ""
    feedback: str


class Slider(QuestionType[SliderData]):
    """A range to drag or to move by keys; field `value`. One place left of it means no answer.

    present() adds:
    - lowest, highest, blank: the ends of the range, and the place that means no answer
    - unit, value: texts; value is "" while nothing is answered
    - is_correct?, feedback?, solution?
    """

    key = "slider"
    label = gettext_lazy("Slider")
    interaction = "slider"
    Data = SliderData
    response_schema = response_of(
        ["value"], value={"type": "integer", "description": "A whole number within the range."}
    )

    def check(self, data: SliderData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        if not 1 < data.highest - data.lowest + 1 <= MOST_PLACES:
            yield Problem("highest", _("A range has 2 to %(most)d places.") % {"most": MOST_PLACES})
        if not data.lowest <= data.answer <= data.highest:
            yield Problem("answer", _("The answer lies outside of the range."))
        if data.tolerance < 0:
            yield Problem("tolerance", _("A tolerance is not negative."))
        if not data.feedback.strip():
            yield Problem("feedback", _("This text must not be empty."))

    def parse(self, data: SliderData, params: Json, raw: Raw) -> Json | None:
        text = one(raw, "value").strip()
        digits = text.removeprefix("-")
        if not text or text == str(self._blank(data)):
            return None
        if not (digits.isascii() and digits.isdecimal() and len(text) <= LONGEST):
            raise ResponseError(_("A whole number was expected."))
        if not data.lowest <= int(text) <= data.highest:
            raise ResponseError(_("This number lies outside of the range."))
        return {"value": int(text)}

    def grade(self, data: SliderData, params: Json, response: Json | None) -> Outcome:
        if response is None:
            return Outcome(Fraction(0))
        scaled = Fraction(abs(response["value"] - data.answer) <= data.tolerance)
        return Outcome(scaled, (Part("value", scaled, data.feedback),))

    def present(
        self, data: SliderData, params: Json, response: Json | None, reveal: Reveal
    ) -> Json:
        own = response if reveal.response else None
        shown = self.base_presentation(data, reveal) | {
            "lowest": data.lowest,
            "highest": data.highest,
            "blank": self._blank(data),
            "unit": data.unit,
            "value": "" if own is None else str(own["value"]),
        }
        if own is not None or reveal.solution:
            is_correct = self.grade(data, params, own).scaled == 1
            shown |= judged(
                is_own=own is not None, is_correct=is_correct, feedback=data.feedback, reveal=reveal
            )
        return shown | ({"solution": str(data.answer)} if reveal.solution else {})

    def _blank(self, data: SliderData) -> int:
        return data.lowest - 1

    def solution(self, data: SliderData, params: Json) -> Json:
        return {"value": data.answer}

    def samples(self, data: SliderData, params: Json) -> Iterator[Sample]:
        far = data.lowest if data.answer - data.lowest > data.tolerance else data.highest
        yield Sample({"value": data.answer}, Fraction(1))
        yield Sample({"value": str(data.answer + data.tolerance)}, Fraction(1))
        yield Sample({"value": far}, Fraction(0))
        yield Sample({"value": self._blank(data)}, Fraction(0))
        yield Sample({"value": data.highest + 1}, None, is_unreadable=True)
        yield Sample({"value": "far right"}, None, is_unreadable=True)
        yield Sample({"value": [data.lowest, data.highest]}, None, is_unreadable=True)
