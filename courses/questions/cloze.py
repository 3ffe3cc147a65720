"""A text with gaps to fill, typed or chosen from a list; each gap earns its share."""

import re
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
from courses.questions.gaps import GAP, Blank, with_gaps
from courses.questions.presentation import MARKDOWN, ui
from courses.questions.responses import by_key_of, response_of, typed_text
from courses.questions.scoring import share
from courses.questions.shown import judged
from courses.questions.texts import ANY_LANGUAGE, first_twice, normalised

MAX_LENGTH = 200
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


@dataclass(frozen=True, kw_only=True)
class ClozeData(BaseData):
    text: str = field(
        metadata=ui(
            gettext_lazy("Text with gaps"),
            help=gettext_lazy(
                "Put the words of each gap between [[ and ]]; further accepted words follow a |, "
                "as in [[need|wish]]. They become gaps with numbers."
            ),
            mark=gettext_lazy("Make a gap of the selected words"),
            widget=MARKDOWN,
        )
    )
    blanks: tuple[Blank, ...] = field(
        metadata=ui(gettext_lazy("Gaps"), item=gettext_lazy("Gap"), least=1)
    )


class Cloze(QuestionType[ClozeData]):
    """Fields `blank.<key>`: a text, or for a blank with options the chosen option's text.

    Score: share of blanks whose text equals an accepted one (see `texts.normalised`).

    present() adds:
    - paragraphs: [[{kind: "text", text} or {kind: "blank", key, field, number, label, options,
      value, is_correct?, feedback?, solution?, accepted?}]]; options: [{text, is_chosen}] sorted
      by text, or None when the blank is typed
    - blanks: the blank rows once more, in reading order; text: the source with its markers
    """

    key = "cloze"
    label = gettext_lazy("Fill in the blanks")
    about = gettext_lazy("Gaps in a text, to type or to choose.")
    interaction = "text_entry"
    is_neutral = True
    is_typed = True
    Data = ClozeData
    response_schema = response_of(
        ["blank"],
        blank=by_key_of(
            "blanks",
            typed_text(
                "What was typed, or the text of one of the blank's `options`.", longest=MAX_LENGTH
            ),
        ),
    )

    def check(self, data: ClozeData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        yield from check_count(data.blanks, "blanks", least=1)
        yield from check_keys(data.blanks, "blanks")
        yield from check_texts(data.blanks, "blanks", "feedback", unique="label")
        yield from self._check_markers(data)
        for index, blank in enumerate(data.blanks):
            yield from self._check_blank(blank, f"blanks.{index}")

    def _check_markers(self, data: ClozeData) -> Iterator[Problem]:
        marked = GAP.findall(data.text)
        keys = {blank.key for blank in data.blanks}
        for key in sorted(set(marked) | keys):
            marker = {"marker": f"[[{key}]]"}
            if key not in keys:
                yield Problem("text", _("No blank belongs to the marker %(marker)s.") % marker)
            elif marked.count(key) != 1:
                yield Problem("text", _("The marker %(marker)s must stand here once.") % marker)

    def _check_blank(self, blank: Blank, path: str) -> Iterator[Problem]:
        yield from check_count(blank.accept, f"{path}.accept", least=1)
        for index, text in enumerate(blank.accept):
            if not normalised(text) or len(text) > MAX_LENGTH:
                yield Problem(f"{path}.accept.{index}", _("This text cannot be typed."))
        if not blank.options:
            return
        yield from check_count(blank.options, f"{path}.options", least=2)
        twice = first_twice(list(blank.options))
        if twice is not None:
            yield Problem(f"{path}.options.{twice}", _("Two entries count as the same text."))
        if sum(blank.accepts(option, language="") for option in blank.options) != 1:
            yield Problem(f"{path}.options", _("Exactly one option must be an accepted text."))

    def named_rows(self, value: Json) -> Iterator[tuple[str, str]]:
        for key in GAP.findall(str(value.get("text", ""))):
            yield "blanks", key

    def marked(self, value: Json) -> Json:
        return with_gaps(value)

    def parse(self, data: ClozeData, params: Json, raw: Raw) -> Json | None:
        given = keyed(raw, "blank", [blank.key for blank in data.blanks])
        filled = {key: text.strip() for key, text in given.items()}
        for blank in data.blanks:
            text = filled.get(blank.key, "")
            if len(text) > MAX_LENGTH:
                limit = {"limit": MAX_LENGTH}
                raise ResponseError(_("This text is longer than %(limit)d characters.") % limit)
            if text and blank.options:
                known([option.strip() for option in blank.options], [text])
        return {"blank": filled} if filled else None

    def empty_parts(self, data: ClozeData, response: Json) -> int:
        return len(data.blanks) - len(response["blank"])

    def grade(self, data: ClozeData, params: Json, response: Json | None) -> Outcome:
        given = response["blank"] if response else {}
        blanks = self._in_reading_order(data)
        language = params.get("language", ANY_LANGUAGE)
        is_right = [
            blank.key in given and blank.accepts(given[blank.key], language) for blank in blanks
        ]
        parts = tuple(
            Part(blank.key, Fraction(right), blank.feedback if blank.key in given else "")
            for blank, right in zip(blanks, is_right, strict=True)
        )
        return Outcome(share(is_right), parts)

    def _in_reading_order(self, data: ClozeData) -> list[Blank]:
        marked = GAP.findall(data.text)
        return sorted(data.blanks, key=lambda blank: marked.index(blank.key))

    def present(self, data: ClozeData, params: Json, response: Json | None, reveal: Reveal) -> Json:
        given = response["blank"] if response and reveal.response else {}
        blanks = {
            blank.key: self._present_blank(
                blank,
                number,
                given.get(blank.key, ""),
                reveal,
                language=params.get("language", ANY_LANGUAGE),
            )
            for number, blank in enumerate(self._in_reading_order(data), 1)
        }
        shown = self.base_presentation(data, reveal)
        shown["text"] = data.text
        shown["paragraphs"] = [
            self._segments(paragraph, blanks) for paragraph in _PARAGRAPHS.split(data.text.strip())
        ]
        shown["blanks"] = list(blanks.values())
        return shown

    def _segments(self, paragraph: str, blanks: dict[str, Json]) -> list[Json]:
        """Return text and blanks in turn: `split` with a group puts markers at odd indexes."""
        segments = []
        for index, piece in enumerate(GAP.split(paragraph)):
            if index % 2:
                segments.append(blanks[piece])
            elif piece:
                segments.append({"kind": "text", "text": piece})
        return segments

    def _present_blank(
        self, blank: Blank, number: int, value: str, reveal: Reveal, *, language: str
    ) -> Json:
        options = sorted((option.strip() for option in blank.options), key=_alphabetical)
        shown: Json = {
            "kind": "blank",
            "key": blank.key,
            "field": f"blank.{blank.key}",
            "number": number,
            "label": blank.label or _("Blank %(number)d") % {"number": number},
            "options": [{"text": text, "is_chosen": text == value} for text in options] or None,
            "value": value,
        }
        shown |= judged(
            is_own=bool(value),
            is_correct=bool(value) and blank.accepts(value, language),
            feedback=blank.feedback,
            reveal=reveal,
        )
        if reveal.solution:
            shown |= {"solution": self._right(blank), "accepted": list(blank.accept)}
        return shown

    def _right(self, blank: Blank) -> str:
        """Return the option that is right; of a typed blank the first accepted text."""
        texts = blank.options or blank.accept
        return next(text for text in texts if blank.accepts(text, language="")).strip()

    def solution(self, data: ClozeData, params: Json) -> Json:
        return {"blank": {blank.key: self._right(blank) for blank in data.blanks}}

    def samples(self, data: ClozeData, params: Json) -> Iterator[Sample]:
        right = self.solution(data, params)["blank"]
        first = data.blanks[0]
        yield Sample({"blank": right}, Fraction(1))
        yield Sample({"blank": {first.key: right[first.key]}}, Fraction(1, len(right)))
        yield Sample({"blank": dict.fromkeys(right, " ")}, Fraction(0))
        yield Sample({"blank": {"no-such-blank": "x"}}, None, is_unreadable=True)
        too_long = "x" * (MAX_LENGTH + 1)
        yield Sample({"blank": {first.key: too_long}}, None, is_unreadable=True)
        for blank in data.blanks:
            wrong = [option for option in blank.options if not blank.accepts(option)]
            for text in wrong or ["☂ not this ☂"]:
                yield Sample({"blank": {blank.key: text}}, Fraction(0))
            for text in blank.accept if not blank.options else ():
                yield Sample({"blank": {blank.key: f" {text} "}}, Fraction(1, len(right)))

    def to_item(self, data: ClozeData) -> Item:
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=f"{data.stem}\n\n{data.text}",
            explanation=data.explanation,
            hints=data.hints,
            entries=tuple(self._entry(blank, len(data.blanks)) for blank in data.blanks),
            extra={
                "stem": data.stem,
                "options": {
                    blank.key: list(blank.options) for blank in data.blanks if blank.options
                },
            },
        )

    def _entry(self, blank: Blank, count: int) -> Entry:
        accepted = tuple(
            Choice(str(number), text, Fraction(1, count), blank.feedback)
            for number, text in enumerate(blank.accept, 1)
        )
        return Entry(blank.key, blank.label, accepted, blank.feedback)

    def from_item(self, item: Item) -> ClozeData | None:
        if item.interaction != self.interaction or item.type_key not in ("", self.key):
            return None
        if sorted(GAP.findall(item.prompt)) != sorted(entry.key for entry in item.entries):
            return None
        stem = item.extra.get("stem", "")
        options = item.extra.get("options", {})
        return ClozeData(
            stem=stem or _("Fill in the blanks."),
            text=item.prompt.removeprefix(f"{stem}\n\n") if stem else item.prompt,
            explanation=item.explanation,
            hints=item.hints,
            blanks=tuple(
                Blank(
                    key=entry.key,
                    accept=tuple(choice.text for choice in entry.accepted),
                    feedback=entry.feedback,
                    label=entry.label,
                    options=tuple(options.get(entry.key, ())),
                )
                for entry in item.entries
            ),
        )


def _alphabetical(text: str) -> tuple[str, str]:
    """Return a sort key that depends on neither case nor the author's order."""
    return text.casefold(), text
