"""A text of the learner's own, with a rubric: a person grades it, or the learner compares."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Problem
from courses.questions.authoring import check_count, check_keys, check_stem, check_texts
from courses.questions.base import (
    Choice,
    Entry,
    Item,
    Json,
    Outcome,
    QuestionType,
    Raw,
    ResponseError,
    Reveal,
    Sample,
    keyed,
    one,
)
from courses.questions.data import BaseData
from courses.questions.presentation import KEY, MARKDOWN, TEXT, ui
from courses.questions.raw import RAW_TEXT_LIMIT
from courses.questions.refilling import refilled, sent_text
from courses.questions.responses import by_key_of, response_of, typed_text
from courses.questions.texts import is_blank, normalised, word_count

DEFAULT_MAX_WORDS = 300


@dataclass(frozen=True, kw_only=True)
class Criterion:
    key: str = field(metadata=ui(gettext_lazy("Key"), widget=KEY, generated="a"))
    text: str = field(metadata=ui(gettext_lazy("Criterion"), widget=MARKDOWN))
    levels: tuple[str, ...] = field(
        metadata=ui(
            gettext_lazy("Levels"),
            help=gettext_lazy("From the worst to the best."),
            item=gettext_lazy("Level"),
            widget=TEXT,
            least=3,
        )
    )


@dataclass(frozen=True, kw_only=True)
class EssayData(BaseData):
    rubric: tuple[Criterion, ...] = field(
        metadata=ui(gettext_lazy("Rubric"), item=gettext_lazy("Criterion"), least=1)
    )
    model_answer: str = field(metadata=ui(gettext_lazy("Model answer"), widget=MARKDOWN))
    min_words: int = field(
        default=0,
        metadata=ui(
            gettext_lazy("Fewest words"),
            help=gettext_lazy("0: no limit. A text beyond the limits is not refused."),
        ),
    )
    max_words: int = field(
        default=DEFAULT_MAX_WORDS,
        metadata=ui(gettext_lazy("Most words"), help=gettext_lazy("0: no limit.")),
    )
    feedback: str = field(
        default="",
        metadata=ui(
            gettext_lazy("What every learner reads after sending"),
            widget=MARKDOWN,
            is_advanced=True,
        ),
    )


class Essay(QuestionType[EssayData]):
    """Field `text`; in self-comparison also `rubric.<criterion key>` = index of a level.

    Score: none by machine (`scaled=None`); an empty text earns 0. The self rating is kept with
    the response and never graded. Word limits are advice: a longer text is stored, not cut.

    present() adds:
    - value, words, min_words, max_words, is_too_short, is_too_long, feedback?
    - rubric?: [{key, field, text, chosen, levels: [{index, value, text, is_chosen}]}] and
      model_answer?, both with the solution alone
    """

    key = "essay"
    label = gettext_lazy("Essay")
    about = gettext_lazy("A text of their own; a person grades it with your rubric.")
    interaction = "extended_text"
    is_neutral = True
    needs_person = True
    is_typed = True
    Data = EssayData
    response_schema = response_of(
        ["text"],
        text=typed_text("The learner's text.", longest=RAW_TEXT_LIMIT),
        rubric=by_key_of(
            "rubric",
            {"type": "integer", "minimum": 0, "description": "The level chosen, from 0."},
        ),
    )

    def check(self, data: EssayData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        yield from check_count(data.rubric, "rubric", least=1)
        yield from check_keys(data.rubric, "rubric")
        yield from check_texts(data.rubric, "rubric", "text")
        for index, criterion in enumerate(data.rubric):
            path = f"rubric.{index}.levels"
            yield from check_count(criterion.levels, path, least=2)
            for place, level in enumerate(criterion.levels):
                if is_blank(level):
                    yield Problem(f"{path}.{place}", _("This text must not be empty."))
                if normalised(level) in map(normalised, criterion.levels[:place]):
                    yield Problem(f"{path}.{place}", _("Two entries have the same text."))
        if not data.model_answer.strip():
            yield Problem("model_answer", _("This text must not be empty."))
        if data.min_words < 0 or data.max_words < 0:
            yield Problem("min_words", _("A number of words cannot be negative."))
        if 0 < data.max_words < data.min_words:
            yield Problem("max_words", _("This is less than the fewest words asked for."))

    def parse(self, data: EssayData, params: Json, raw: Raw) -> Json | None:
        # Browsers send CR LF and API clients LF: the same text must be stored the same.
        text = one(raw, "text").replace("\r\n", "\n")
        rating = self._rating(data, raw)
        if is_blank(text) and not rating:
            return None
        return {"text": text, "rubric": rating} if rating else {"text": text}

    def _rating(self, data: EssayData, raw: Raw) -> dict[str, int]:
        given = keyed(raw, "rubric", [criterion.key for criterion in data.rubric])
        rating = {}
        for criterion in data.rubric:
            levels = [str(index) for index in range(len(criterion.levels))]
            if criterion.key not in given:
                continue
            if given[criterion.key] not in levels:
                raise ResponseError(_("This response does not belong to this question."))
            rating[criterion.key] = int(given[criterion.key])
        return rating

    def grade(self, data: EssayData, params: Json, response: Json | None) -> Outcome:
        if not response or is_blank(response["text"]):
            return Outcome(Fraction(0))
        return Outcome(None, feedback=data.feedback)

    def present(self, data: EssayData, params: Json, response: Json | None, reveal: Reveal) -> Json:
        own: Json = response if response and reveal.response else {"text": ""}
        words = word_count(own["text"])
        shown = self.base_presentation(data, reveal) | {
            "value": own["text"],
            "words": words,
            "min_words": data.min_words,
            "max_words": data.max_words,
            "is_too_short": 0 < words < data.min_words,
            "is_too_long": 0 < data.max_words < words,
        }
        if reveal.feedback and data.feedback and words:
            shown["feedback"] = data.feedback
        if reveal.solution:
            rating = own.get("rubric", {})
            shown["model_answer"] = data.model_answer
            shown["rubric"] = [self._present_criterion(c, rating.get(c.key)) for c in data.rubric]
        return shown

    def _present_criterion(self, criterion: Criterion, chosen: int | None) -> Json:
        return {
            "key": criterion.key,
            "field": f"rubric.{criterion.key}",
            "text": criterion.text,
            "chosen": chosen,
            "levels": [
                {"index": index, "value": str(index), "text": text, "is_chosen": index == chosen}
                for index, text in enumerate(criterion.levels)
            ],
        }

    def refill(self, shown: Json, raw: Raw) -> Json:
        return {**refilled(shown, raw), "value": sent_text(raw, "text")}

    def solution(self, data: EssayData, params: Json) -> Json | None:
        return None

    def samples(self, data: EssayData, params: Json) -> Iterator[Sample]:
        criterion = data.rubric[0]
        beyond = {criterion.key: len(criterion.levels)}
        yield Sample({"text": "Both authors have a point.\r\nMine is this."}, None)
        yield Sample({"text": data.model_answer}, None)
        yield Sample({"text": "word " * (data.max_words + 1)}, None)
        yield Sample({"text": "A text, rated.", "rubric": {criterion.key: 1}}, None)
        yield Sample({"text": " \n "}, Fraction(0))
        yield Sample({"text": "A text.", "rubric": beyond}, None, is_unreadable=True)
        yield Sample({"rubric": {"no-such-criterion": 0}}, None, is_unreadable=True)
        yield Sample({"text": ["one", "two"]}, None, is_unreadable=True)

    def to_item(self, data: EssayData) -> Item:
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            entries=(
                Entry(
                    "text",
                    accepted=(Choice("model", data.model_answer, Fraction(1)),),
                    feedback=data.feedback,
                ),
            ),
            extra={
                "min_words": data.min_words,
                "max_words": data.max_words,
                "rubric": self.dump(data)["rubric"],
            },
        )

    def from_item(self, item: Item) -> EssayData | None:
        if item.interaction != self.interaction or item.type_key not in ("", self.key):
            return None
        entry = item.entries[0] if item.entries else Entry("text")
        return self.load(
            {
                "stem": item.prompt,
                "explanation": item.explanation,
                "hints": list(item.hints),
                "model_answer": entry.accepted[0].text if entry.accepted else "",
                "feedback": entry.feedback,
                "min_words": item.extra.get("min_words", 0),
                "max_words": item.extra.get("max_words", DEFAULT_MAX_WORDS),
                "rubric": item.extra.get("rubric", []),
            }
        )
