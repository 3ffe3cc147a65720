"""Several options may be right: every hit counts, every false alarm takes a hit back."""

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
)
from courses.questions.data import BaseData
from courses.questions.options import STAYS, Option, exchange_extra, fixed_keys
from courses.questions.presentation import ui
from courses.questions.refilling import with_chosen
from courses.questions.responses import keys_of, response_of
from courses.questions.scoring import plus_minus
from courses.questions.shown import option_row


@dataclass(frozen=True, kw_only=True)
class MultipleResponseData(BaseData):
    options: tuple[Option, ...] = field(
        metadata=ui(gettext_lazy("Options"), help=STAYS, item=gettext_lazy("Option"), least=4)
    )
    shuffle: bool = field(
        default=True, metadata=ui(gettext_lazy("Show the options in another order to each learner"))
    )


class MultipleResponse(QuestionType[MultipleResponseData]):
    """Checkboxes; field `choice`, several.

    Score: max(0, (hits − false alarms) / right options), see `scoring.plus_minus`.

    present() adds:
    - options: [{key, text, is_chosen, is_correct?, feedback?}] in the order of this attempt
    """

    key = "multiple_response"
    label = gettext_lazy("Multiple response")
    about = gettext_lazy("Several options are right, and each wrong choice costs.")
    interaction = "choice"
    is_neutral = True
    free_rows = "options"
    Data = MultipleResponseData
    response_schema = response_of(["choice"], choice=keys_of("options"))

    def check(self, data: MultipleResponseData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        yield from check_count(data.options, "options", least=2)
        yield from check_keys(data.options, "options")
        yield from check_texts(data.options, "options", "text", "feedback")
        right = self._right(data)
        if not right:
            yield Problem("options", _("At least one option must be marked as correct."))
        elif len(right) == len(data.options):
            yield Problem("options", _("At least one option must be wrong."))

    def prepare(self, data: MultipleResponseData, rng: Random) -> Json:
        keys = [option.key for option in data.options]
        fixed = fixed_keys(data.options)
        return {"order": shuffled(keys, rng, is_shuffled=data.shuffle, fixed=fixed)}

    def parse(self, data: MultipleResponseData, params: Json, raw: Raw) -> Json | None:
        chosen = sorted(key for key in raw.get("choice", ()) if key)
        known([option.key for option in data.options], chosen)
        return {"choice": chosen} if chosen else None

    def grade(self, data: MultipleResponseData, params: Json, response: Json | None) -> Outcome:
        chosen = response["choice"] if response else []
        parts = tuple(
            Part(option.key, Fraction(option.correct), option.feedback)
            for option in data.options
            if option.key in chosen
        )
        return Outcome(plus_minus(self._right(data), chosen), parts)

    def present(
        self, data: MultipleResponseData, params: Json, response: Json | None, reveal: Reveal
    ) -> Json:
        chosen = response["choice"] if response and reveal.response else []
        shown = self.base_presentation(data, reveal)
        shown["options"] = [
            option_row(option, is_chosen=option.key in chosen, reveal=reveal)
            for option in ordered(data.options, params.get("order", ()))
        ]
        return shown

    def _right(self, data: MultipleResponseData) -> list[str]:
        return [option.key for option in data.options if option.correct]

    def refill(self, shown: Json, raw: Raw) -> Json:
        return with_chosen(shown, "options", raw.get("choice", ()))

    def solution(self, data: MultipleResponseData, params: Json) -> Json:
        return {"choice": sorted(self._right(data))}

    def samples(self, data: MultipleResponseData, params: Json) -> Iterator[Sample]:
        right = self._right(data)
        wrong = [option.key for option in data.options if not option.correct]
        yield Sample({"choice": right}, Fraction(1))
        yield Sample({"choice": right[:1]}, Fraction(1, len(right)))
        yield Sample({"choice": [right[0], wrong[0]]}, Fraction(0))
        yield Sample({"choice": wrong}, Fraction(0))
        yield Sample({}, Fraction(0))
        yield Sample({"choice": ["no-such-option"]}, None, is_unreadable=True)
        yield Sample({"choice": [right[0], right[0]]}, None, is_unreadable=True)

    def to_item(self, data: MultipleResponseData) -> Item:
        share = Fraction(1, max(1, len(self._right(data))))
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            choices=tuple(
                Choice(
                    option.key, option.text, share if option.correct else -share, option.feedback
                )
                for option in data.options
            ),
            extra=exchange_extra(data.options, is_shuffled=data.shuffle),
        )

    def from_item(self, item: Item) -> MultipleResponseData | None:
        if item.interaction != self.interaction or item.type_key not in ("", self.key):
            return None
        is_single = sum(choice.weight == 1 for choice in item.choices) == 1
        if not item.type_key and is_single:
            return None
        return MultipleResponseData(
            stem=item.prompt,
            explanation=item.explanation,
            hints=item.hints,
            options=tuple(
                Option(
                    key=choice.key,
                    text=choice.text,
                    feedback=choice.feedback,
                    correct=choice.weight > 0,
                    keeps_place=choice.key in item.extra.get("fixed", ()),
                )
                for choice in item.choices
            ),
            shuffle=item.extra.get("shuffle", True),
        )
