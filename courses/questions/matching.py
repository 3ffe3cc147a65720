"""Prompts on the left, texts on the right: each prompt placed right earns its share."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.errors import Problem
from courses.questions.arrangement import drawn_by_text, labels, ordered, shuffled
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
    keyed,
)
from courses.questions.data import BaseData
from courses.questions.presentation import KEY, MARKDOWN, ui
from courses.questions.responses import by_key_of, key_of, response_of
from courses.questions.scoring import share
from courses.questions.shown import judged
from courses.questions.texts import normalised


@dataclass(frozen=True, kw_only=True)
class Pair:
    key: str = field(metadata=ui(gettext_lazy("Key"), widget=KEY, generated="a"))
    text: str = field(metadata=ui(gettext_lazy("Left side"), widget=MARKDOWN))
    match: str = field(metadata=ui(gettext_lazy("Belongs to it"), widget=MARKDOWN))
    feedback: str = field(metadata=ui(gettext_lazy("Reason for the learner"), widget=MARKDOWN))


@dataclass(frozen=True, kw_only=True)
class Distractor:
    key: str = field(metadata=ui(gettext_lazy("Key"), widget=KEY, generated="x1"))
    text: str = field(metadata=ui(gettext_lazy("Text"), widget=MARKDOWN))
    feedback: str = field(metadata=ui(gettext_lazy("Reason for the learner"), widget=MARKDOWN))


@dataclass(frozen=True, kw_only=True)
class MatchingData(BaseData):
    pairs: tuple[Pair, ...] = field(
        metadata=ui(gettext_lazy("Pairs"), item=gettext_lazy("Pair"), least=3)
    )
    distractors: tuple[Distractor, ...] = field(
        default=(),
        metadata=ui(
            gettext_lazy("Texts on the right that belong to nothing"),
            item=gettext_lazy("Text that belongs to nothing"),
        ),
    )
    shuffle: bool = field(
        default=True, metadata=ui(gettext_lazy("Show the pairs in another order to each learner"))
    )


class Matching(QuestionType[MatchingData]):
    """One choice per prompt; field `match.<prompt key>` = the label of a right-hand text.

    Right-hand texts stand under labels drawn for the attempt ("1", "2" …): the author's keys
    would pair them. Score: share of prompts placed right.

    present() adds:
    - prompts: [{key, field, text, chosen, chosen_text, is_correct?, feedback?, solution?,
      solution_text?}]; chosen and solution are labels
    - choices: [{key: label, text, is_used?, feedback?}]; the last two for the solution alone
    """

    key = "matching"
    label = gettext_lazy("Matching")
    about = gettext_lazy("Texts that belong together in pairs.")
    interaction = "match"
    is_neutral = True
    Data = MatchingData
    response_schema = response_of(["match"], match=by_key_of("prompts", key_of("choices")))

    def check(self, data: MatchingData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        yield from check_count(data.pairs, "pairs", least=2)
        yield from check_keys(data.pairs, "pairs")
        yield from check_keys(data.distractors, "distractors")
        yield from check_texts(data.pairs, "pairs", "text", "match", "feedback")
        yield from check_texts(data.pairs, "pairs", unique="match")
        yield from check_texts(data.distractors, "distractors", "text", "feedback")
        keys = {pair.key for pair in data.pairs}
        matches = {normalised(pair.match) for pair in data.pairs}
        for index, distractor in enumerate(data.distractors):
            if distractor.key in keys:
                message = _("A pair has this key already.")
                yield Problem(f"distractors.{index}.key", message)
            if normalised(distractor.text) in matches:
                message = _("This text belongs to a pair, so it cannot be a distractor.")
                yield Problem(f"distractors.{index}.text", message)

    def prepare(self, data: MatchingData, rng: Random) -> Json:
        prompts = [pair.key for pair in data.pairs]
        return {
            "order": shuffled(prompts, rng, is_shuffled=data.shuffle),
            "choices": drawn_by_text(self._right_hand(data), rng),
        }

    def _right_hand(self, data: MatchingData) -> dict[str, str]:
        """Return every right-hand text by the key of its pair or distractor."""
        texts = {pair.key: pair.match for pair in data.pairs}
        return texts | {distractor.key: distractor.text for distractor in data.distractors}

    def parse(self, data: MatchingData, params: Json, raw: Raw) -> Json | None:
        matched = keyed(raw, "match", [pair.key for pair in data.pairs], labels(params["choices"]))
        return {"match": matched} if matched else None

    def empty_parts(self, data: MatchingData, response: Json) -> int:
        return len(data.pairs) - len(response["match"])

    def grade(self, data: MatchingData, params: Json, response: Json | None) -> Outcome:
        placed = self._placed(params, response)
        is_right = [placed.get(pair.key) == pair.key for pair in data.pairs]
        parts = tuple(
            Part(pair.key, Fraction(right), self._feedback(data, pair, placed.get(pair.key)))
            for pair, right in zip(data.pairs, is_right, strict=True)
        )
        return Outcome(share(is_right), parts)

    def _placed(self, params: Json, response: Json | None) -> dict[str, str]:
        """Return prompt key → author's key of the right-hand text it was given."""
        known = labels(params.get("choices", ()))
        given = response["match"] if response else {}
        return {prompt: known[label] for prompt, label in given.items() if label in known}

    def _feedback(self, data: MatchingData, pair: Pair, placed: str | None) -> str:
        """Return why the pair belongs together, or why a chosen distractor belongs nowhere."""
        if placed is None:
            return ""
        unused = {distractor.key: distractor.feedback for distractor in data.distractors}
        return unused.get(placed, pair.feedback)

    def present(
        self, data: MatchingData, params: Json, response: Json | None, reveal: Reveal
    ) -> Json:
        placed = self._placed(params, response) if reveal.response else {}
        shown = self.base_presentation(data, reveal)
        shown["prompts"] = [
            self._present_prompt(data, params, pair, placed.get(pair.key), reveal)
            for pair in ordered(data.pairs, params["order"])
        ]
        shown["choices"] = self._present_choices(data, params, reveal)
        return shown

    def _present_prompt(
        self, data: MatchingData, params: Json, pair: Pair, placed: str | None, reveal: Reveal
    ) -> Json:
        label_of = {key: label for label, key in labels(params["choices"]).items()}
        texts = self._right_hand(data)
        feedback = self._feedback(data, pair, placed)
        if reveal.solution and feedback != pair.feedback:
            feedback = "\n\n".join(filter(None, [feedback, pair.feedback]))
        shown: Json = {
            "key": pair.key,
            "field": f"match.{pair.key}",
            "text": pair.text,
            "chosen": label_of[placed] if placed else None,
            "chosen_text": texts.get(placed) if placed else None,
        }
        is_right = placed == pair.key
        shown |= judged(
            is_own=placed is not None, is_correct=is_right, feedback=feedback, reveal=reveal
        )
        if reveal.solution:
            shown |= {"solution": label_of.get(pair.key), "solution_text": pair.match}
        return shown

    def _present_choices(self, data: MatchingData, params: Json, reveal: Reveal) -> list[Json]:
        texts = self._right_hand(data)
        unused = {distractor.key: distractor.feedback for distractor in data.distractors}
        shown = []
        for label, key in labels(params["choices"]).items():
            if key not in texts:
                continue
            row: Json = {"key": label, "text": texts[key]}
            if reveal.solution:
                row["is_used"] = key not in unused
                if reveal.feedback and key in unused:
                    row["feedback"] = unused[key]
            shown.append(row)
        return shown

    def solution(self, data: MatchingData, params: Json) -> Json:
        label_of = {key: label for label, key in labels(params["choices"]).items()}
        return {"match": {pair.key: label_of[pair.key] for pair in data.pairs}}

    def samples(self, data: MatchingData, params: Json) -> Iterator[Sample]:
        right = self.solution(data, params)["match"]
        keys = list(right)
        turned = dict(zip(keys, [*list(right.values())[1:], right[keys[0]]], strict=True))
        yield Sample({"match": right}, Fraction(1))
        yield Sample({"match": {keys[0]: right[keys[0]]}}, Fraction(1, len(keys)))
        yield Sample({"match": turned}, Fraction(0))
        yield Sample({"match": dict.fromkeys(keys, right[keys[0]])}, Fraction(1, len(keys)))
        yield Sample({"match": dict.fromkeys(keys, "")}, Fraction(0))
        yield Sample({"match": {keys[0]: "no-such-choice"}}, None, is_unreadable=True)
        yield Sample({"match": {"no-such-prompt": "1"}}, None, is_unreadable=True)

    def to_item(self, data: MatchingData) -> Item:
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            choices=tuple(
                Choice(pair.key, pair.text, Fraction(1, len(data.pairs)), pair.feedback)
                for pair in data.pairs
            ),
            targets=(
                *(Choice(pair.key, pair.match) for pair in data.pairs),
                *(
                    Choice(distractor.key, distractor.text, feedback=distractor.feedback)
                    for distractor in data.distractors
                ),
            ),
            pairs=tuple((pair.key, pair.key) for pair in data.pairs),
            extra={} if data.shuffle else {"shuffle": False},
        )

    def from_item(self, item: Item) -> MatchingData | None:
        if item.interaction != self.interaction or item.type_key not in ("", self.key):
            return None
        target_of = dict(item.pairs)
        used = list(target_of.values())
        texts = {target.key: target.text for target in item.targets}
        is_one_to_one = len(set(used)) == len(used) == len(item.choices) == len(item.pairs)
        if not is_one_to_one or not set(used) <= set(texts):
            return None
        return MatchingData(
            stem=item.prompt,
            explanation=item.explanation,
            hints=item.hints,
            pairs=tuple(
                Pair(
                    key=choice.key,
                    text=choice.text,
                    match=texts[target_of[choice.key]],
                    feedback=choice.feedback,
                )
                for choice in item.choices
                if choice.key in target_of
            ),
            distractors=tuple(
                Distractor(key=target.key, text=target.text, feedback=target.feedback)
                for target in item.targets
                if target.key not in used
            ),
            shuffle=item.extra.get("shuffle", True),
        )
