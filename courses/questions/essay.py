"""A text of the learner's own, with a rubric: a person grades it, or the learner compares."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Problem
from courses.questions import rubrics
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
from courses.questions.data import BaseData, Expression
from courses.questions.presentation import KEY, MARKDOWN, TEXT, ui
from courses.questions.raw import RAW_TEXT_LIMIT
from courses.questions.refilling import refilled, sent_text
from courses.questions.responses import by_key_of, response_of, typed_text
from courses.questions.rubrics import RubricCriterion
from courses.questions.texts import is_blank, normalised, word_count

DEFAULT_MAX_WORDS = 300
_POINTS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


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
    points: tuple[Expression, ...] = field(
        default=(),
        metadata=ui(
            gettext_lazy("Points of the levels"),
            help=gettext_lazy("One number for each level. Empty: equal steps from 0 to 1."),
            item=gettext_lazy("Points"),
            is_advanced=True,
        ),
    )

    @property
    def earned(self) -> tuple[Fraction, ...]:
        """What each level earns. Raises ValueError for points that are no numbers."""
        if not self.points:
            return rubrics.equal_steps(len(self.levels))
        return tuple(Fraction(one) for one in self.points)


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
      model_answer?, both with the solution alone; with_levels() adds to each criterion
      given: the level that a person chose
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
            yield from _check_points(criterion, f"rubric.{index}.points")
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

    def rubric(self, data: EssayData) -> tuple[RubricCriterion, ...]:
        total = sum((max(one.earned) for one in data.rubric), Fraction(0))
        return tuple(
            rubrics.criterion(
                key=one.key, text=one.text, levels=one.levels, points=one.earned, total=total
            )
            for one in data.rubric
        )

    def with_levels(self, shown: Json, levels: Mapping[str, int]) -> Json:
        return {
            **shown,
            "rubric": [{**one, "given": levels.get(one["key"])} for one in shown.get("rubric", ())],
        }

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


def _check_points(criterion: Criterion, path: str) -> Iterator[Problem]:
    """Yield problems of the levels' points: a number for each, never falling, the last above 0."""
    if not criterion.points:
        return
    if len(criterion.points) != len(criterion.levels):
        yield Problem(path, _("Give points to each level, or to none."))
    bad = [i for i, one in enumerate(criterion.points) if not _POINTS.fullmatch(one)]
    for index in bad:
        yield Problem(f"{path}.{index}", _("Points of a level are a number such as 0, 1 or 2.5."))
    if bad:
        return
    earned = criterion.earned
    if any(later < earlier for earlier, later in pairwise(earned)):
        yield Problem(path, _("Points must not fall: levels go from the worst to the best."))
    if not earned[-1]:
        yield Problem(path, _("The best level earns more than 0 points."))
