"""Elements to bring into the right order; every pair of elements counts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Problem
from courses.questions.arrangement import drawn_by_text, labels
from courses.questions.authoring import check_count, check_keys, check_stem, check_texts
from courses.questions.base import (
    Choice,
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
    known,
)
from courses.questions.data import BaseData
from courses.questions.presentation import KEY, MARKDOWN, ui
from courses.questions.refilling import refilled
from courses.questions.responses import by_key_of, keys_of, response_of
from courses.questions.scoring import in_place, order_score
from courses.questions.shown import judged

PREFIX = "e"


@dataclass(frozen=True, kw_only=True)
class Element:
    key: str = field(metadata=ui(gettext_lazy("Key"), widget=KEY, generated="a"))
    text: str = field(metadata=ui(gettext_lazy("Text"), widget=MARKDOWN))
    feedback: str = field(metadata=ui(gettext_lazy("Reason for the learner"), widget=MARKDOWN))


@dataclass(frozen=True, kw_only=True)
class OrderingData(BaseData):
    elements: tuple[Element, ...] = field(
        metadata=ui(
            gettext_lazy("Elements"),
            help=gettext_lazy("In the right order. Learners get them in another one."),
            item=gettext_lazy("Element"),
            least=4,
        )
    )


class Ordering(QuestionType[OrderingData]):
    """Field `order`, the element labels from first to last; or `position.<label>` = "1" … "n".

    The author's list is the key, so elements stand under labels drawn for the attempt ("e1",
    "e2" …). Score: max(0, 2 × share of correctly ordered pairs − 1), see `scoring.order_score`.

    present() adds:
    - elements: [{key: label, field, text, position, is_correct?, feedback?, solution?}] in the
      learner's order, before a response in the drawn one; is_correct: need not be moved;
      position and solution are places 1 … n
    - positions: [1 … n], is_answered, ordered?: [{key, text}]
    """

    key = "ordering"
    label = gettext_lazy("Ordering")
    about = gettext_lazy("Steps or entries to bring into order.")
    interaction = "order"
    is_neutral = True
    Data = OrderingData
    response_schema = response_of(
        order=keys_of("elements", is_complete=True),
        position=by_key_of(
            "elements", {"type": "integer", "minimum": 1, "description": "Its place, from 1."}
        ),
    )

    def check(self, data: OrderingData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        yield from check_count(data.elements, "elements", least=2)
        yield from check_keys(data.elements, "elements")
        yield from check_texts(data.elements, "elements", "text", "feedback")

    def prepare(self, data: OrderingData, rng: Random) -> Json:
        return {"order": drawn_by_text({e.key: e.text for e in data.elements}, rng)}

    def parse(self, data: OrderingData, params: Json, raw: Raw) -> Json | None:
        all_labels = list(labels(params["order"], prefix=PREFIX))
        order = [label for label in raw.get("order", ()) if label]
        if not order:
            order = self._by_position(raw, all_labels)
        known(all_labels, order)
        if order and len(order) != len(all_labels):
            raise ResponseError(_("Some elements are missing in this order."))
        return {"order": order} if order else None

    def _by_position(self, raw: Raw, all_labels: list[str]) -> list[str]:
        """Return labels by the places chosen for them; empty when no place was chosen."""
        places = [str(place) for place in range(1, len(all_labels) + 1)]
        given = keyed(raw, "position", all_labels, places)
        if given and len(given) < len(all_labels):
            raise ResponseError(_("Give every element a place."))
        if len(set(given.values())) < len(given):
            raise ResponseError(_("Two elements have the same place; give each its own."))
        return sorted(given, key=lambda label: int(given[label]))

    def grade(self, data: OrderingData, params: Json, response: Json | None) -> Outcome:
        placed = self._placed(data, params, response)
        rank = {element.key: index for index, element in enumerate(data.elements)}
        ranks = [rank[element.key] for element in placed]
        parts = tuple(
            Part(element.key, Fraction(stays), element.feedback)
            for element, stays in zip(placed, in_place(ranks), strict=True)
        )
        return Outcome(order_score(ranks), parts)

    def _placed(self, data: OrderingData, params: Json, response: Json | None) -> list[Element]:
        """Return the elements in the order of the response."""
        key_of = labels(params.get("order", ()), prefix=PREFIX)
        by_key = {element.key: element for element in data.elements}
        given = [key_of.get(label) for label in (response["order"] if response else ())]
        return [by_key[key] for key in given if key in by_key]

    def present(
        self, data: OrderingData, params: Json, response: Json | None, reveal: Reveal
    ) -> Json:
        placed = self._placed(data, params, response if reveal.response else None)
        by_key = {element.key: element for element in data.elements}
        rows = placed or [by_key[key] for key in params["order"] if key in by_key]
        shown = self.base_presentation(data, reveal)
        shown["is_answered"] = bool(placed)
        shown["positions"] = list(range(1, len(rows) + 1))
        shown["elements"] = self._present_rows(data, params, rows, reveal, is_placed=bool(placed))
        if reveal.solution:
            label_of = self._label_of(params)
            shown["ordered"] = [
                {"key": label_of[element.key], "text": element.text}
                for element in data.elements
                if element.key in label_of
            ]
        return shown

    def _present_rows(
        self,
        data: OrderingData,
        params: Json,
        rows: list[Element],
        reveal: Reveal,
        *,
        is_placed: bool,
    ) -> list[Json]:
        label_of = self._label_of(params)
        place_of = {element.key: place for place, element in enumerate(data.elements, 1)}
        stays = in_place([place_of[element.key] for element in rows])
        shown = []
        for index, element in enumerate(rows):
            label = label_of[element.key]
            row: Json = {
                "key": label,
                "field": f"position.{label}",
                "text": element.text,
                "position": index + 1 if is_placed else None,
            }
            row |= judged(
                is_own=is_placed,
                is_correct=is_placed and stays[index],
                feedback=element.feedback,
                reveal=reveal,
            )
            if reveal.solution:
                row["solution"] = place_of[element.key]
            shown.append(row)
        return shown

    def _label_of(self, params: Json) -> dict[str, str]:
        """Return author's key → public label."""
        return {key: label for label, key in labels(params["order"], prefix=PREFIX).items()}

    def refill(self, shown: Json, raw: Raw) -> Json:
        order = [label for label in raw.get("order", ()) if label]
        places = {f"position.{label}": [str(place)] for place, label in enumerate(order, 1)}
        return refilled(shown, places or raw)

    def solution(self, data: OrderingData, params: Json) -> Json:
        label_of = self._label_of(params)
        return {"order": [label_of[element.key] for element in data.elements]}

    def samples(self, data: OrderingData, params: Json) -> Iterator[Sample]:
        right = self.solution(data, params)["order"]
        swapped = [right[1], right[0], *right[2:]]
        pairs = len(right) * (len(right) - 1) // 2
        one_pair_wrong = max(Fraction(0), 1 - Fraction(2, pairs))
        places = {label: str(place) for place, label in enumerate(right, 1)}
        yield Sample({"order": right}, Fraction(1))
        yield Sample({"position": places}, Fraction(1))
        yield Sample({"order": swapped}, one_pair_wrong)
        yield Sample({"order": right[::-1]}, Fraction(0))
        yield Sample({"position": dict.fromkeys(right, "")}, Fraction(0))
        yield Sample({"position": dict.fromkeys(right, "1")}, None, is_unreadable=True)
        yield Sample({"position": {right[0]: "1"}}, None, is_unreadable=True)
        yield Sample({"order": right[:-1]}, None, is_unreadable=True)
        yield Sample({"order": [*right[:-1], right[0]]}, None, is_unreadable=True)

    def to_item(self, data: OrderingData) -> Item:
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            choices=tuple(
                Choice(element.key, element.text, feedback=element.feedback)
                for element in data.elements
            ),
        )

    def from_item(self, item: Item) -> OrderingData | None:
        if item.interaction != self.interaction or item.type_key not in ("", self.key):
            return None
        return OrderingData(
            stem=item.prompt,
            explanation=item.explanation,
            hints=item.hints,
            elements=tuple(
                Element(key=choice.key, text=choice.text, feedback=choice.feedback)
                for choice in item.choices
            ),
        )
