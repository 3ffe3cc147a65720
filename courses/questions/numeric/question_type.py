"""The numeric question: the contract's members, from drawing numbers to the review."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Problem
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
    keyed,
    one,
)
from courses.questions.data import BaseData, Expression, dump
from courses.questions.expressions import CONTEXT, ExpressionError
from courses.questions.numeric.blanks import NumericBlank, met_errors, with_keys
from courses.questions.numeric.checks import check_numeric
from courses.questions.numeric.draws import draw_row
from courses.questions.numeric.exchange import blank_of, entry_of
from courses.questions.numeric.parameters import (
    ParameterValues,
    drawn,
    filled_in,
    unknown_placeholders,
    with_derived,
)
from courses.questions.numeric.reading import LENGTH_LIMIT, has_unit, read_number, shown_number
from courses.questions.presentation import ui
from courses.questions.responses import by_key_of, listed, response_of, typed_text
from courses.questions.scoring import share
from courses.questions.shown import judged

DRAWS_LIMIT = 200
SEPARATORS = (".", ",")


@dataclass(frozen=True, kw_only=True)
class NumericData(BaseData):
    blanks: tuple[NumericBlank, ...] = field(
        metadata=ui(gettext_lazy("Numbers to give"), item=gettext_lazy("Number"), least=1, place=1)
    )
    params: dict[str, ParameterValues] = field(
        default_factory=dict,
        metadata=ui(
            gettext_lazy("Numbers drawn for each learner"),
            help=gettext_lazy("Texts and calculations use them by their names: {name} in a text."),
            item=gettext_lazy("Drawn number"),
        ),
    )
    values: dict[str, Expression] = field(
        default_factory=dict,
        metadata=ui(
            gettext_lazy("Calculated numbers"),
            help=gettext_lazy("From drawn numbers and other calculated ones."),
            item=gettext_lazy("Calculated number"),
        ),
    )


class Numeric(QuestionType[NumericData]):
    """Fields `blank.<key>`, and `decimal` = "." or ",", the separator of the reader's language.

    Score: share of blanks within tolerance; a known error earns 0 and its own feedback. Numbers
    are drawn again while a known error lies within three tolerances of the key, so the draw (and
    nothing else on the page) may depend on the key.

    present() adds, texts with the drawn numbers filled in:
    - blanks: [{key, field, label, unit, decimals, value, has_unit, is_correct?, feedback?,
      solution?}]; value as typed, has_unit whether the unit was typed with it, solution as a
      number in the active language, without unit
    """

    key = "numeric"
    label = gettext_lazy("Numeric")
    about = gettext_lazy("One number or several, also with figures drawn for each learner.")
    interaction = "numeric_entry"
    helper_fields = frozenset(("decimal",))
    is_neutral = True
    is_typed = True
    Data = NumericData
    response_schema = response_of(
        ["blank"],
        blank=by_key_of("blanks", typed_text("The number as it was typed.", longest=LENGTH_LIMIT)),
        decimal=listed(
            "The learner's decimal separator; a point where it is left out.", SEPARATORS
        ),
    )

    def check(self, data: NumericData) -> Iterator[Problem]:
        texts = {"stem": data.stem, **{f"hints.{i}": hint for i, hint in enumerate(data.hints)}}
        yield from check_numeric(data.params, data.values, data.blanks, texts, data.explanation)

    def prepare(self, data: NumericData, rng: Random) -> Json:
        if not data.params:
            return {}
        values: dict[str, Decimal] = {}
        for _draw in range(DRAWS_LIMIT):
            try:
                values = drawn(data.params, rng)
                known = with_keys(data.blanks, with_derived(values, data.values))
                if not any(blank.close_errors(known) for blank in data.blanks):
                    break
            except ExpressionError:
                continue
        return {"values": {name: str(value) for name, value in values.items()}}

    def _values(self, data: NumericData, params: Json) -> dict[str, Decimal]:
        """Return what texts and keys may use: drawn and derived values."""
        stored = {name: Decimal(text) for name, text in params.get("values", {}).items()}
        return with_derived(stored, data.values)

    def named_rows(self, value: Json) -> Iterator[tuple[str, str]]:
        known = {*value.get("values", {}), *(one.get("key") for one in value.get("blanks", ()))}
        for name in unknown_placeholders(str(value.get("stem", "")), known.__contains__):
            if name.isidentifier():
                yield "params", name

    def draws(self, data: NumericData, seeds: Iterable[int]) -> list[dict[str, str]]:
        if not data.params:
            return []
        drawn_params = (
            self.prepare(data, Random(seed))  # noqa: S311 (no secret)
            for seed in seeds
        )
        return [draw_row(self._values(data, params), data.blanks) for params in drawn_params]

    def parse(self, data: NumericData, params: Json, raw: Raw) -> Json | None:
        given = keyed(raw, "blank", [blank.key for blank in data.blanks])
        decimal = one(raw, "decimal") or "."
        if decimal not in SEPARATORS:
            raise ResponseError(_("This response does not belong to this question."))
        typed = {key: text.strip() for key, text in given.items()}
        for blank in data.blanks:
            if blank.key in typed:
                read_number(typed[blank.key], decimal=decimal, unit=blank.unit)
        return {"blank": typed, "decimal": decimal} if typed else None

    def grade(self, data: NumericData, params: Json, response: Json | None) -> Outcome:
        parts = self._parts(data, params, response)
        return Outcome(share([part.is_correct for part in parts]), tuple(parts))

    def _parts(self, data: NumericData, params: Json, response: Json | None) -> list[Part]:
        typed = response["blank"] if response else {}
        decimal = response["decimal"] if response else "."
        values = self._values(data, params)
        known = with_keys(data.blanks, values)
        parts = []
        for blank in data.blanks:
            is_right, feedback = False, ""
            if blank.key in typed:
                is_right, feedback = self._judge(blank, typed[blank.key], decimal, known)
            parts.append(Part(blank.key, Fraction(is_right), filled_in(feedback, values)))
        return parts

    def _judge(
        self, blank: NumericBlank, typed: str, decimal: str, known: dict[str, Decimal]
    ) -> tuple[bool, str]:
        number = blank.read(typed, decimal)
        # None: stored under an earlier version of the question, which had another unit.
        return (False, blank.otherwise) if number is None else blank.judge(number, known)

    def known_errors(self, data: NumericData) -> tuple[str, ...]:
        return tuple(error.feedback for blank in data.blanks for error in blank.errors)

    def met_errors(self, data: NumericData, params: Json, response: Json) -> tuple[int, ...]:
        known = with_keys(data.blanks, self._values(data, params))
        return met_errors(data.blanks, response["blank"], response["decimal"], known)

    def present(
        self, data: NumericData, params: Json, response: Json | None, reveal: Reveal
    ) -> Json:
        own = response if reveal.response else None
        values = self._values(data, params)
        shown = self.base_presentation(self._with_numbers(data, values), reveal)
        judgements = self._parts(data, params, own)
        shown["blanks"] = [
            self._present_blank(blank, part, own, values, reveal)
            for blank, part in zip(data.blanks, judgements, strict=True)
        ]
        return shown

    def _with_numbers(self, data: NumericData, values: dict[str, Decimal]) -> NumericData:
        """Return the data with numbers in stem and explanation; only that may use the keys."""
        places = {blank.key: blank.decimals for blank in data.blanks}
        known = with_keys(data.blanks, values)
        explanation = filled_in(data.explanation, known, places)
        return replace(data, stem=filled_in(data.stem, values), explanation=explanation)

    def _present_blank(
        self,
        blank: NumericBlank,
        part: Part,
        own: Json | None,
        values: dict[str, Decimal],
        reveal: Reveal,
    ) -> Json:
        value = own["blank"].get(blank.key, "") if own else ""
        feedback = part.feedback if value else filled_in(blank.feedback, values)
        shown: Json = {
            "key": blank.key,
            "field": f"blank.{blank.key}",
            "label": filled_in(blank.label, values),
            "unit": blank.unit,
            "decimals": blank.decimals,
            "value": value,
            "has_unit": has_unit(value, blank.unit),
        }
        shown |= judged(
            is_own=bool(value), is_correct=part.is_correct, feedback=feedback, reveal=reveal
        )
        if reveal.solution:
            shown["solution"] = shown_number(blank.right(values), blank.decimals)
        return shown

    def hints(self, data: NumericData, params: Json) -> tuple[str, ...]:
        values = self._values(data, params)
        return tuple(filled_in(hint, values) for hint in data.hints)

    def solution(self, data: NumericData, params: Json) -> Json:
        values = self._values(data, params)
        typed = {
            blank.key: self._typed(blank, blank.right(values), values) for blank in data.blanks
        }
        return {"blank": typed, "decimal": "."}

    def _typed(self, blank: NumericBlank, number: Decimal, values: dict[str, Decimal]) -> str:
        """Return the number as somebody would type it, rounded where tolerance allows."""
        if blank.decimals is not None:
            rounded = CONTEXT.quantize(number, Decimal(1).scaleb(-blank.decimals))
            if blank.is_at(rounded, number, values):
                return f"{rounded:f}"
        return f"{number:f}"

    def samples(self, data: NumericData, params: Json) -> Iterator[Sample]:
        right = self.solution(data, params)["blank"]
        known = with_keys(data.blanks, self._values(data, params))
        first = data.blanks[0]
        with_comma = {key: text.replace(".", ",") for key, text in right.items()}
        yield Sample({"blank": right}, Fraction(1))
        yield Sample({"blank": with_comma, "decimal": ","}, Fraction(1))
        yield Sample({"blank": {first.key: right[first.key]}}, Fraction(1, len(right)))
        yield Sample({"blank": dict.fromkeys(right, "  ")}, Fraction(0))
        for blank in data.blanks:
            for wrong in blank.wrong(known):
                yield Sample({"blank": {blank.key: self._typed(blank, wrong, known)}}, Fraction(0))
        for text in ("NaN", "inf", "½", "1/2", "1e999", "twelve", "1.2.3", "9" * 99):
            yield Sample({"blank": {first.key: text}}, None, is_unreadable=True)
        yield Sample({"blank": {"no-such-blank": "1"}}, None, is_unreadable=True)
        yield Sample({"blank": right, "decimal": "x"}, None, is_unreadable=True)

    def to_item(self, data: NumericData) -> Item:
        settings = ("absolute", "relative", "unit", "decimals")
        blanks: list[dict[str, Any]] = dump(data.blanks)
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            entries=tuple(entry_of(blank, len(data.blanks)) for blank in data.blanks),
            extra={
                "params": dump(data.params),
                "values": dump(data.values),
                "blanks": {
                    blank["key"]: {name: blank[name] for name in settings if name in blank}
                    for blank in blanks
                },
            },
        )

    def from_item(self, item: Item) -> NumericData | None:
        if item.interaction != self.interaction or item.type_key not in ("", self.key):
            return None
        settings = item.extra.get("blanks", {})
        return self.load(
            {
                "stem": item.prompt,
                "explanation": item.explanation,
                "hints": list(item.hints),
                "params": item.extra.get("params", {}),
                "values": item.extra.get("values", {}),
                "blanks": [blank_of(entry) | settings.get(entry.key, {}) for entry in item.entries],
            }
        )
