"""Cards sorted into categories: each card in its category earns its share."""

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
    keyed,
)
from courses.questions.data import BaseData
from courses.questions.presentation import KEY, LINE, MARKDOWN, PICK, ui
from courses.questions.responses import by_key_of, key_of, response_of
from courses.questions.scoring import share
from courses.questions.shown import judged


@dataclass(frozen=True, kw_only=True)
class Category:
    key: str = field(metadata=ui(gettext_lazy("Key"), widget=KEY, generated="a"))
    text: str = field(metadata=ui(gettext_lazy("Name of the category"), widget=LINE))


@dataclass(frozen=True, kw_only=True)
class Card:
    key: str = field(metadata=ui(gettext_lazy("Key"), widget=KEY, generated="a"))
    text: str = field(metadata=ui(gettext_lazy("Text"), widget=MARKDOWN))
    category: str = field(
        metadata=ui(gettext_lazy("Category"), widget=PICK, choices_from="categories")
    )
    feedback: str = field(metadata=ui(gettext_lazy("Reason for the learner"), widget=MARKDOWN))


@dataclass(frozen=True, kw_only=True)
class CategoriseData(BaseData):
    categories: tuple[Category, ...] = field(
        metadata=ui(gettext_lazy("Categories"), item=gettext_lazy("Category"), least=2)
    )
    cards: tuple[Card, ...] = field(
        metadata=ui(gettext_lazy("Cards"), item=gettext_lazy("Card"), least=4)
    )
    shuffle: bool = field(
        default=True, metadata=ui(gettext_lazy("Show the cards in another order to each learner"))
    )


class Categorise(QuestionType[CategoriseData]):
    """One category per card; field `category.<card key>` = category key.

    Score: share of cards in their category. Categories keep the author's order.

    present() adds:
    - categories: [{key, text}]
    - cards: [{key, field, text, chosen, chosen_text, is_correct?, feedback?, solution?,
      solution_text?}]; chosen and solution are category keys
    """

    key = "categorise"
    label = gettext_lazy("Categorise")
    about = gettext_lazy("Cards to sort into categories.")
    interaction = "match"
    is_neutral = True
    free_rows = "cards"
    Data = CategoriseData
    response_schema = response_of(["category"], category=by_key_of("cards", key_of("categories")))

    def check(self, data: CategoriseData) -> Iterator[Problem]:
        yield from check_stem(data.stem)
        yield from check_count(data.categories, "categories", least=2)
        yield from check_count(data.cards, "cards", least=2)
        yield from check_keys(data.categories, "categories")
        yield from check_keys(data.cards, "cards")
        yield from check_texts(data.categories, "categories", "text")
        yield from check_texts(data.cards, "cards", "text", "feedback")
        keys = [category.key for category in data.categories]
        for index, card in enumerate(data.cards):
            if card.category not in keys:
                known = {"known": ", ".join(keys)}
                message = _("No category has this key; known here: %(known)s.") % known
                yield Problem(f"cards.{index}.category", message)

    def prepare(self, data: CategoriseData, rng: Random) -> Json:
        keys = [card.key for card in data.cards]
        return {"order": shuffled(keys, rng, is_shuffled=data.shuffle)}

    def parse(self, data: CategoriseData, params: Json, raw: Raw) -> Json | None:
        categories = [category.key for category in data.categories]
        sorted_in = keyed(raw, "category", [card.key for card in data.cards], categories)
        return {"category": sorted_in} if sorted_in else None

    def empty_parts(self, data: CategoriseData, response: Json) -> int:
        return len(data.cards) - len(response["category"])

    def grade(self, data: CategoriseData, params: Json, response: Json | None) -> Outcome:
        given = response["category"] if response else {}
        is_right = [given.get(card.key) == card.category for card in data.cards]
        parts = tuple(
            Part(card.key, Fraction(right), card.feedback if card.key in given else "")
            for card, right in zip(data.cards, is_right, strict=True)
        )
        return Outcome(share(is_right), parts)

    def present(
        self, data: CategoriseData, params: Json, response: Json | None, reveal: Reveal
    ) -> Json:
        given = response["category"] if response and reveal.response else {}
        texts = {category.key: category.text for category in data.categories}
        shown = self.base_presentation(data, reveal)
        shown["categories"] = [{"key": key, "text": text} for key, text in texts.items()]
        shown["cards"] = [
            self._present_card(card, texts, given.get(card.key), reveal)
            for card in ordered(data.cards, params.get("order", ()))
        ]
        return shown

    def _present_card(
        self, card: Card, texts: dict[str, str], chosen: str | None, reveal: Reveal
    ) -> Json:
        shown: Json = {
            "key": card.key,
            "field": f"category.{card.key}",
            "text": card.text,
            "chosen": chosen,
            "chosen_text": texts.get(chosen) if chosen else None,
        }
        shown |= judged(
            is_own=chosen is not None,
            is_correct=chosen == card.category,
            feedback=card.feedback,
            reveal=reveal,
        )
        if reveal.solution:
            shown |= {"solution": card.category, "solution_text": texts[card.category]}
        return shown

    def solution(self, data: CategoriseData, params: Json) -> Json:
        return {"category": {card.key: card.category for card in data.cards}}

    def samples(self, data: CategoriseData, params: Json) -> Iterator[Sample]:
        right = self.solution(data, params)["category"]
        keys = [category.key for category in data.categories]
        wrong = {card: keys[keys.index(category) - 1] for card, category in right.items()}
        first = data.cards[0].key
        yield Sample({"category": right}, Fraction(1))
        yield Sample({"category": {first: right[first]}}, Fraction(1, len(right)))
        yield Sample({"category": wrong | {first: right[first]}}, Fraction(1, len(right)))
        yield Sample({"category": wrong}, Fraction(0))
        yield Sample({"category": dict.fromkeys(right, "")}, Fraction(0))
        yield Sample({"category": {first: "no-such-category"}}, None, is_unreadable=True)
        yield Sample({"category": {"no-such-card": keys[0]}}, None, is_unreadable=True)

    def to_item(self, data: CategoriseData) -> Item:
        return Item(
            interaction=self.interaction,
            type_key=self.key,
            prompt=data.stem,
            explanation=data.explanation,
            hints=data.hints,
            choices=tuple(
                Choice(card.key, card.text, Fraction(1, len(data.cards)), card.feedback)
                for card in data.cards
            ),
            targets=tuple(Choice(category.key, category.text) for category in data.categories),
            pairs=tuple((card.key, card.category) for card in data.cards),
            extra={} if data.shuffle else {"shuffle": False},
        )

    def from_item(self, item: Item) -> CategoriseData | None:
        if item.interaction != self.interaction or item.type_key not in ("", self.key):
            return None
        target_of = dict(item.pairs)
        has_category = all(choice.key in target_of for choice in item.choices)
        # Without a type key a one-to-one item is matching; a target used twice is a category.
        is_shared = len(set(target_of.values())) < len(target_of)
        if not has_category or not (item.type_key or is_shared):
            return None
        return CategoriseData(
            stem=item.prompt,
            explanation=item.explanation,
            hints=item.hints,
            categories=tuple(Category(key=target.key, text=target.text) for target in item.targets),
            cards=tuple(
                Card(
                    key=choice.key,
                    text=choice.text,
                    category=target_of[choice.key],
                    feedback=choice.feedback,
                )
                for choice in item.choices
            ),
            shuffle=item.extra.get("shuffle", True),
        )
