"""One option of several is right: full marks for it, nothing for the others."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Problem
from courses.questions.arrangement import ordered, shuffled
from courses.questions.authoring import check_count, check_keys, check_stem, check_texts
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
from courses.questions.options import STAYS, Option, exchange_extra, fixed_keys
from courses.questions.presentation import ui
from courses.questions.refilling import with_chosen
from courses.questions.responses import key_of, response_of
from courses.questions.shown import option_row


@dataclass(frozen=True, kw_only=True)
class SingleChoiceData(BaseData):
    options: tuple[Option, ...] = field(
        metadata=ui(
            gettext_lazy("Options"),
            help=STAYS,
            item=gettext_lazy("Option"),
            least=4,
            only_one="correct",
        )
    )
    shuffle: bool = field(
        default=True, metadata=ui(gettext_lazy("Show the options in another order to each learner"))
    )


class SingleChoice(QuestionType[SingleChoiceData]):
    """Radio buttons; field `choice`.

    present() adds:
    - options: [{key, text, is_chosen, is_correct?, feedback?}] in the order of this attempt
    """

    key = "single_choice"
    label = gettext_lazy("Single choice")
    about = gettext_lazy("One of several options is right.")
    interaction = "choice"
    is_neutral = True
    free_rows = "options"
    Data = SingleChoiceData
    response_schema = response_of(["choice"], choice=key_of("options"))

    def check(self, data: SingleChoiceData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        yield from check_count(data.options, "options", least=2)
        yield from check_keys(data.options, "options")
        yield from check_texts(data.options, "options", "text", "feedback")
        if sum(option.correct for option in data.options) != 1:
            yield Problem("options", _("Exactly one option must be marked as correct."))

    def prepare(self, data: SingleChoiceData, rng: Random) -> Json:
        keys = [option.key for option in data.options]
        fixed = fixed_keys(data.options)
        return {"order": shuffled(keys, rng, is_shuffled=data.shuffle, fixed=fixed)}

    def parse(self, data: SingleChoiceData, params: Json, raw: Raw) -> Json | None:
        chosen = one(raw, "choice")
        if not chosen:
            return None
        known([option.key for option in data.options], [chosen])
        return {"choice": chosen}

    def grade(self, data: SingleChoiceData, params: Json, response: Json | None) -> Outcome:
        chosen = response["choice"] if response else None
        for option in data.options:
            if option.key == chosen:
                scaled = Fraction(option.correct)
                return Outcome(scaled, (Part(option.key, scaled, option.feedback),))
        return Outcome(Fraction(0))

    def present(
        self, data: SingleChoiceData, params: Json, response: Json | None, reveal: Reveal
    ) -> Json:
        chosen = response["choice"] if response and reveal.response else None
        shown = self.base_presentation(data, reveal)
        shown["options"] = [
            option_row(option, is_chosen=option.key == chosen, reveal=reveal)
            for option in ordered(data.options, params.get("order", ()))
        ]
        return shown

    def refill(self, shown: Json, raw: Raw) -> Json:
        return with_chosen(shown, "options", raw.get("choice", ()))

    def solution(self, data: SingleChoiceData, params: Json) -> Json:
        return {"choice": next(option.key for option in data.options if option.correct)}

    def samples(self, data: SingleChoiceData, params: Json) -> Iterator[Sample]:
        for option in data.options:
            yield Sample({"choice": option.key}, Fraction(option.correct))
        yield Sample({}, Fraction(0))
        yield Sample({"choice": "no-such-option"}, None, is_unreadable=True)
        yield Sample({"choice": [option.key for option in data.options]}, None, is_unreadable=True)

    def to_item(self, data: SingleChoiceData) -> Item:
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            choices=tuple(
                Choice(option.key, option.text, Fraction(option.correct), option.feedback)
                for option in data.options
            ),
            extra=exchange_extra(data.options, is_shuffled=data.shuffle),
        )

    def from_item(self, item: Item) -> SingleChoiceData | None:
        right = [choice for choice in item.choices if choice.weight == 1]
        if item.interaction != self.interaction or len(right) != 1:
            return None
        if item.type_key not in ("", self.key):
            return None
        return SingleChoiceData(
            stem=item.prompt,
            explanation=item.explanation,
            hints=item.hints,
            options=tuple(
                Option(
                    key=choice.key,
                    text=choice.text,
                    feedback=choice.feedback,
                    correct=choice.weight == 1,
                    keeps_place=choice.key in item.extra.get("fixed", ()),
                )
                for choice in item.choices
            ),
            shuffle=item.extra.get("shuffle", True),
        )
