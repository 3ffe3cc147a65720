"""A word or a short phrase to type, compared with accepted texts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Problem
from courses.questions.authoring import check_count, check_stem, check_texts
from courses.questions.base import (
    Choice,
    Entry,
    Item,
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
from courses.questions.data import BaseData, Expression
from courses.questions.presentation import LINE, MARKDOWN, ui
from courses.questions.refilling import sent_text
from courses.questions.responses import response_of, typed_text
from courses.questions.shown import judged
from courses.questions.texts import ANY_LANGUAGE, first_twice, is_blank, normalised

MAX_LENGTH = 200
FULL_MARKS = Expression("1")
_SHARE = re.compile(r"[01]|0?\.\d{1,6}|1\.0{1,6}|\d{1,3}/[1-9]\d{0,2}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    text: str = field(metadata=ui(gettext_lazy("Accepted text"), widget=LINE))
    feedback: str = field(metadata=ui(gettext_lazy("Reason for the learner"), widget=MARKDOWN))
    scaled: Expression = field(
        default=FULL_MARKS,
        metadata=ui(
            gettext_lazy("Share of the points"),
            help=gettext_lazy("From 0 to 1, such as 0.5 or 1/3."),
        ),
    )


@dataclass(frozen=True, kw_only=True)
class ShortTextData(BaseData):
    accept: tuple[Accepted, ...] = field(
        metadata=ui(gettext_lazy("Texts with points"), item=gettext_lazy("Text"), least=1)
    )
    otherwise: str = field(
        metadata=ui(
            gettext_lazy("Reason for the learner who wrote something else"), widget=MARKDOWN
        )
    )
    case_sensitive: bool = field(
        default=False, metadata=ui(gettext_lazy("Capital and small letters make a difference"))
    )


class ShortText(QuestionType[ShortTextData]):
    """One line to type; field `text`.

    Score: that of the accepted text it equals (see `texts.normalised`), otherwise 0.

    present() adds:
    - value, max_length, is_correct?, is_partly_correct?, feedback?
    - accepted?: texts that earn full marks
    """

    key = "short_text"
    label = gettext_lazy("Short text")
    about = gettext_lazy("A word or a phrase to type.")
    interaction = "text_entry"
    is_neutral = True
    is_typed = True
    Data = ShortTextData
    response_schema = response_of(["text"], text=typed_text("What was typed.", longest=MAX_LENGTH))

    def check(self, data: ShortTextData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        yield from check_count(data.accept, "accept", least=1)
        yield from check_texts(data.accept, "accept", "text", "feedback")
        if not data.otherwise.strip():
            yield Problem("otherwise", _("This text must not be empty."))
        texts = [accepted.text for accepted in data.accept]
        twice = first_twice(texts, is_case_sensitive=data.case_sensitive)
        if twice is not None:
            yield Problem(f"accept.{twice}.text", _("Two entries count as the same text."))
        for index, accepted in enumerate(data.accept):
            if len(accepted.text) > MAX_LENGTH:
                yield Problem(f"accept.{index}.text", _("This text is too long to be typed."))
            if _share(accepted) is None:
                message = _("A share from 0 to 1 is expected here, such as 0.5 or 1/3.")
                yield Problem(f"accept.{index}.scaled", message)
        if not any(_share(accepted) == 1 for accepted in data.accept):
            yield Problem("accept", _("At least one text must earn full marks (scaled: 1)."))

    def parse(self, data: ShortTextData, params: Json, raw: Raw) -> Json | None:
        text = one(raw, "text").strip()
        if len(text) > MAX_LENGTH:
            limit = {"limit": MAX_LENGTH}
            raise ResponseError(_("This text is longer than %(limit)d characters.") % limit)
        return None if is_blank(text) else {"text": text}

    def grade(self, data: ShortTextData, params: Json, response: Json | None) -> Outcome:
        if not response:
            return Outcome(Fraction(0))
        accepted = self._match(data, params, response["text"])
        scaled = Fraction(accepted.scaled) if accepted else Fraction(0)
        feedback = accepted.feedback if accepted else data.otherwise
        return Outcome(scaled, (Part("text", scaled, feedback),))

    def _match(self, data: ShortTextData, params: Json, text: str) -> Accepted | None:
        form = partial(
            normalised,
            is_case_sensitive=data.case_sensitive,
            language=params.get("language", ANY_LANGUAGE),
        )
        wanted = form(text)
        return next((one for one in data.accept if form(one.text) == wanted), None)

    def known_errors(self, data: ShortTextData) -> tuple[str, ...]:
        return tuple(accepted.text for accepted in self._wrong(data))

    def met_errors(self, data: ShortTextData, params: Json, response: Json) -> tuple[int, ...]:
        found = self._match(data, params, response["text"])
        return tuple(place for place, one in enumerate(self._wrong(data)) if one is found)

    def _wrong(self, data: ShortTextData) -> list[Accepted]:
        """Return the texts that the author foresaw and that earn less than all points."""
        return [accepted for accepted in data.accept if Fraction(accepted.scaled) < 1]

    def present(
        self, data: ShortTextData, params: Json, response: Json | None, reveal: Reveal
    ) -> Json:
        own = response if reveal.response else None
        outcome = self.grade(data, params, own)
        feedback = outcome.parts[0].feedback if outcome.parts else data.otherwise
        shown = self.base_presentation(data, reveal)
        shown |= {"value": own["text"] if own else "", "max_length": MAX_LENGTH}
        shown |= judged(
            is_own=own is not None,
            is_correct=outcome.scaled == 1,
            feedback=feedback,
            reveal=reveal,
        )
        if "is_correct" in shown:
            shown["is_partly_correct"] = outcome.scaled not in (0, 1)
        if reveal.solution:
            shown["accepted"] = [accepted.text for accepted in self._right(data)]
        return shown

    def _right(self, data: ShortTextData) -> list[Accepted]:
        return [accepted for accepted in data.accept if Fraction(accepted.scaled) == 1]

    def refill(self, shown: Json, raw: Raw) -> Json:
        return {**shown, "value": sent_text(raw, "text")}

    def solution(self, data: ShortTextData, params: Json) -> Json:
        return {"text": self._right(data)[0].text.strip()}

    def samples(self, data: ShortTextData, params: Json) -> Iterator[Sample]:
        for accepted in data.accept:
            yield Sample({"text": accepted.text}, Fraction(accepted.scaled))
            spaced = f"  {accepted.text.replace(' ', chr(0xA0))}\t"
            yield Sample({"text": spaced}, Fraction(accepted.scaled))
        yield Sample({"text": "☂ none of these ☂"}, Fraction(0))
        yield Sample({"text": "   "}, Fraction(0))
        yield Sample({"text": "x" * (MAX_LENGTH + 1)}, None, is_unreadable=True)
        yield Sample({"text": ["one", "two"]}, None, is_unreadable=True)

    def to_item(self, data: ShortTextData) -> Item:
        choices = tuple(
            Choice(str(number), accepted.text, Fraction(accepted.scaled), accepted.feedback)
            for number, accepted in enumerate(data.accept, 1)
        )
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            entries=(Entry("text", accepted=choices, feedback=data.otherwise),),
            extra={
                **({"case_sensitive": True} if data.case_sensitive else {}),
                # As the author wrote them: 0.5 and 1/2 are one weight.
                "scaled": [str(accepted.scaled) for accepted in data.accept],
            },
        )

    def from_item(self, item: Item) -> ShortTextData | None:
        if item.interaction != self.interaction or item.type_key not in ("", self.key):
            return None
        if len(item.entries) != 1 or "[[" in item.prompt:
            return None
        entry = item.entries[0]
        shares = item.extra.get("scaled") or [str(choice.weight) for choice in entry.accepted]
        return ShortTextData(
            stem=item.prompt,
            explanation=item.explanation,
            hints=item.hints,
            accept=tuple(
                Accepted(
                    text=choice.text,
                    feedback=choice.feedback,
                    scaled=Expression(scaled),
                )
                for choice, scaled in zip(entry.accepted, shares, strict=True)
            ),
            otherwise=entry.feedback,
            case_sensitive=item.extra.get("case_sensitive", False),
        )


def _share(accepted: Accepted) -> Fraction | None:
    """Return what an accepted text earns, or None when that is no share from 0 to 1."""
    if not _SHARE.fullmatch(accepted.scaled):
        return None
    share = Fraction(accepted.scaled)
    return share if share <= 1 else None
