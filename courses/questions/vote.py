"""A side taken in a debate, and how surely. Nobody is right; asked again, it shows the move."""

from collections.abc import Iterator
from dataclasses import dataclass, field
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
    QuestionType,
    Raw,
    ResponseError,
    Reveal,
    Sample,
    known,
    one,
)
from courses.questions.data import BaseData
from courses.questions.presentation import KEY, LINE, MARKDOWN, ui
from courses.questions.refilling import refilled, with_chosen
from courses.questions.responses import key_of, listed, response_of, typed_text
from courses.questions.texts import is_blank

CERTAINTIES = tuple(str(step) for step in range(0, 101, 10))
"""Per cent, in steps: a feeling has no finer ones."""
REASON_LIMIT = 300
"""Characters of a reason; a longer one is refused, never cut."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """A side; `feedback`, shown once the vote is cast, is about who holds it and why not."""

    key: str = field(metadata=ui(gettext_lazy("Key"), widget=KEY, generated="a"))
    text: str = field(metadata=ui(gettext_lazy("Text"), widget=MARKDOWN))
    feedback: str = field(
        metadata=ui(
            gettext_lazy("Who holds it, and what it has to face"),
            help=gettext_lazy("Shown once the vote is cast."),
            widget=MARKDOWN,
        )
    )


@dataclass(frozen=True, kw_only=True)
class VoteData(BaseData):
    """`again` is the key of the vote before, in the same lesson and with the same positions."""

    positions: tuple[Side, ...] = field(
        metadata=ui(gettext_lazy("Positions"), item=gettext_lazy("Position"), least=2)
    )
    again: str = field(
        default="",
        metadata=ui(
            gettext_lazy("Asks again"),
            help=gettext_lazy(
                "The key of an earlier vote of the same lesson with the same positions."
            ),
            widget=LINE,
            is_advanced=True,
        ),
    )
    asks_reason: bool = field(default=True, metadata=ui(gettext_lazy("Ask for a reason")))


class Vote(QuestionType[VoteData]):
    """Fields `choice`, `certainty` (0, 10 … 100) and, if asked for, `reason`.

    Score: none, whatever the vote; `scaled` is always None. A vote once cast stands.

    present() adds:
    - options: [{key, text, is_chosen, feedback?}] in the order of this attempt
    - certainty: {field, steps, chosen}
    - reason: {field, value}, only if it is asked for
    """

    key = "vote"
    label = gettext_lazy("Vote")
    about = gettext_lazy("A side in a debate, before and after reading; nobody is right or wrong.")
    interaction = "vote"
    is_neutral = True
    is_scored = False
    is_typed = True
    Data = VoteData
    response_schema = response_of(
        ["choice", "certainty"],
        choice=key_of("options"),
        certainty=listed("How sure the learner is, in per cent.", [int(c) for c in CERTAINTIES]),
        reason=typed_text("Why, where the question asks for it.", longest=REASON_LIMIT),
    )

    def check(self, data: VoteData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        yield from check_count(data.positions, "positions", least=2)
        yield from check_keys(data.positions, "positions")
        yield from check_texts(data.positions, "positions", "text", "feedback")

    def earlier_vote(self, data: VoteData) -> str:
        return data.again

    def prepare(self, data: VoteData, rng: Random) -> Json:
        """Draw the order of the sides, so that none is first for everybody."""
        return {"order": shuffled([position.key for position in data.positions], rng)}

    def parse(self, data: VoteData, params: Json, raw: Raw) -> Json | None:
        chosen, certainty = one(raw, "choice"), one(raw, "certainty")
        reason = one(raw, "reason").replace("\r\n", "\n").strip()
        if is_blank(chosen + certainty + reason):
            return None
        if not chosen:
            raise ResponseError(_("Choose a position first."))
        known([position.key for position in data.positions], [chosen])
        if certainty not in CERTAINTIES:
            raise ResponseError(_("Say how sure you are: 0, 10, 20 … 100 per cent."))
        if reason and not data.asks_reason:
            raise ResponseError(_("This response does not belong to this question."))
        if len(reason) > REASON_LIMIT:
            limit = {"limit": REASON_LIMIT}
            raise ResponseError(_("This text is longer than %(limit)d characters.") % limit)
        vote: Json = {"choice": chosen, "certainty": int(certainty)}
        return vote | {"reason": reason} if reason else vote

    def grade(self, data: VoteData, params: Json, response: Json | None) -> Outcome:
        return Outcome(None)

    def present(self, data: VoteData, params: Json, response: Json | None, reveal: Reveal) -> Json:
        own: Json = response if response and reveal.response else {}
        chosen, certainty = own.get("choice"), own.get("certainty")
        shown = self.base_presentation(data, reveal)
        shown["options"] = [
            self._row(position, is_chosen=position.key == chosen, reveal=reveal)
            for position in ordered(data.positions, params.get("order", ()))
        ]
        shown["certainty"] = {
            "field": "certainty",
            "steps": list(CERTAINTIES),
            "chosen": None if certainty is None else str(certainty),
        }
        if data.asks_reason:
            shown["reason"] = {"field": "reason", "value": own.get("reason", "")}
        return shown

    def _row(self, position: Side, *, is_chosen: bool, reveal: Reveal) -> Json:
        row: Json = {"key": position.key, "text": position.text, "is_chosen": is_chosen}
        if reveal.feedback and (is_chosen or reveal.solution):
            row["feedback"] = position.feedback
        return row

    def refill(self, shown: Json, raw: Raw) -> Json:
        return with_chosen(refilled(shown, raw), "options", raw.get("choice", ()))

    def solution(self, data: VoteData, params: Json) -> None:
        return None

    def samples(self, data: VoteData, params: Json) -> Iterator[Sample]:
        first = data.positions[0].key
        for position in data.positions:
            yield Sample({"choice": position.key, "certainty": 70}, None)
        yield Sample({"choice": first, "certainty": "0"}, None)
        yield Sample({}, None)
        yield Sample({"choice": first}, None, is_unreadable=True)
        yield Sample({"choice": first, "certainty": 55}, None, is_unreadable=True)
        yield Sample({"certainty": 70}, None, is_unreadable=True)
        yield Sample({"choice": "no-such-position", "certainty": 70}, None, is_unreadable=True)
        reason = {"choice": first, "certainty": 100, "reason": " As seen at the gate.\r\n"}
        yield Sample(reason, None, is_unreadable=not data.asks_reason)
        essay = {**reason, "reason": "x" * (REASON_LIMIT + 1)}
        yield Sample(essay, None, is_unreadable=True)

    def to_item(self, data: VoteData) -> Item:
        extra: Json = {"again": data.again} if data.again else {}
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            choices=tuple(
                Choice(position.key, position.text, feedback=position.feedback)
                for position in data.positions
            ),
            extra=extra if data.asks_reason else extra | {"asks_reason": False},
        )

    def from_item(self, item: Item) -> VoteData | None:
        if item.interaction != self.interaction or item.type_key not in ("", self.key):
            return None
        return VoteData(
            stem=item.prompt,
            explanation=item.explanation,
            hints=item.hints,
            positions=tuple(
                Side(key=choice.key, text=choice.text, feedback=choice.feedback)
                for choice in item.choices
            ),
            again=item.extra.get("again", ""),
            asks_reason=item.extra.get("asks_reason", True),
        )
