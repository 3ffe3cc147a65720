"""A statement that is true or false, with a reason for either choice."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Problem
from courses.questions.authoring import check_stem
from courses.questions.base import (
    Choice,
    Item,
    Json,
    Outcome,
    Part,
    QuestionType,
    Raw,
    Reveal,
    Sample,
    known,
    one,
)
from courses.questions.data import BaseData
from courses.questions.presentation import CHOICE, MARKDOWN, ui
from courses.questions.refilling import with_chosen
from courses.questions.responses import listed, response_of
from courses.questions.shown import option_row

KEYS = ("true", "false")


@dataclass(frozen=True, kw_only=True)
class TrueFalseData(BaseData):
    answer: bool = field(
        metadata=ui(
            gettext_lazy("The statement is"),
            widget=CHOICE,
            choices=(("true", gettext_lazy("True")), ("false", gettext_lazy("False"))),
        )
    )
    if_true: str = field(
        metadata=ui(gettext_lazy("Reason for the learner who chose “True”"), widget=MARKDOWN)
    )
    if_false: str = field(
        metadata=ui(gettext_lazy("Reason for the learner who chose “False”"), widget=MARKDOWN)
    )


@dataclass(frozen=True)
class _Option:
    key: str
    text: str
    feedback: str
    correct: bool


class TrueFalse(QuestionType[TrueFalseData]):
    """Two radio buttons, always in the same order; field `choice` = "true" or "false".

    present() adds:
    - options: [{key, text, is_chosen, is_correct?, feedback?}]; text is the translated word
    """

    key = "true_false"
    label = gettext_lazy("True or false")
    about = gettext_lazy("A statement to judge.")
    interaction = "choice"
    is_neutral = True
    Data = TrueFalseData
    response_schema = response_of(["choice"], choice=listed("The statement is …", KEYS))

    def check(self, data: TrueFalseData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        for name in ("if_true", "if_false"):
            if not getattr(data, name).strip():
                yield Problem(name, _("This text must not be empty."))

    def parse(self, data: TrueFalseData, params: Json, raw: Raw) -> Json | None:
        chosen = one(raw, "choice")
        if not chosen:
            return None
        known(KEYS, [chosen])
        return {"choice": chosen}

    def grade(self, data: TrueFalseData, params: Json, response: Json | None) -> Outcome:
        for option in self._options(data):
            if response and option.key == response["choice"]:
                scaled = Fraction(option.correct)
                return Outcome(scaled, (Part(option.key, scaled, option.feedback),))
        return Outcome(Fraction(0))

    def present(
        self, data: TrueFalseData, params: Json, response: Json | None, reveal: Reveal
    ) -> Json:
        chosen = response["choice"] if response and reveal.response else None
        shown = self.base_presentation(data, reveal)
        shown["options"] = [
            option_row(option, is_chosen=option.key == chosen, reveal=reveal)
            for option in self._options(data)
        ]
        return shown

    def _options(self, data: TrueFalseData) -> tuple[_Option, _Option]:
        return (
            _Option("true", _("True"), data.if_true, data.answer),
            _Option("false", _("False"), data.if_false, not data.answer),
        )

    def refill(self, shown: Json, raw: Raw) -> Json:
        return with_chosen(shown, "options", raw.get("choice", ()))

    def solution(self, data: TrueFalseData, params: Json) -> Json:
        return {"choice": "true" if data.answer else "false"}

    def samples(self, data: TrueFalseData, params: Json) -> Iterator[Sample]:
        for option in self._options(data):
            yield Sample({"choice": option.key}, Fraction(option.correct))
        yield Sample({"choice": data.answer}, Fraction(1))
        yield Sample({}, Fraction(0))
        yield Sample({"choice": "maybe"}, None, is_unreadable=True)
        yield Sample({"choice": list(KEYS)}, None, is_unreadable=True)

    def to_item(self, data: TrueFalseData) -> Item:
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            # An exchange file is read elsewhere: its words do not follow the reader's language.
            choices=(
                Choice("true", "True", Fraction(data.answer), data.if_true),
                Choice("false", "False", Fraction(not data.answer), data.if_false),
            ),
        )

    def from_item(self, item: Item) -> TrueFalseData | None:
        if item.interaction != self.interaction or item.type_key != self.key:
            return None
        if tuple(choice.key for choice in item.choices) != KEYS:
            return None
        if_true, if_false = item.choices
        return TrueFalseData(
            stem=item.prompt,
            explanation=item.explanation,
            hints=item.hints,
            answer=if_true.weight == 1,
            if_true=if_true.feedback,
            if_false=if_false.feedback,
        )
