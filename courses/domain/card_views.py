"""Cards as pages and the API show them: those of the daily review, and a learner's mistakes."""

from dataclasses import dataclass, replace
from datetime import date

from courses.domain import card_sets, item_views
from courses.domain.attempts import reading
from courses.domain.item_views import ItemView
from courses.domain.lessons.checks import field_prefix
from courses.domain.outline import LessonOutline
from courses.domain.reveal.policy import Policy
from courses.models import AttemptItem, Course

SECONDS_PER_CARD = 40
"""What a card takes, about; for the estimate before a set."""


@dataclass(frozen=True)
class CardView:
    """A card of a set. `due_on` is the next due date in the daily review, once it was answered."""

    view: ItemView
    lesson: LessonOutline | None
    due_on: date | None = None


@dataclass(frozen=True)
class CardSet:
    """The cards that are asked today, in their order."""

    course: Course
    cards: list[CardView]

    @property
    def answered_count(self) -> int:
        return sum(card.view.is_answered for card in self.cards)

    @property
    def left_count(self) -> int:
        """How many cards are still asked today: the number that every page shows."""
        return len(self.cards) - self.answered_count

    @property
    def is_done(self) -> bool:
        return not self.left_count

    @property
    def current(self) -> CardView | None:
        """Return the card that is asked now."""
        return next((card for card in self.cards if not card.view.is_answered), None)

    def card(self, question_key: str) -> CardView | None:
        """Return the card of this question, if the set has it."""
        named = (card for card in self.cards if card.view.question_key == question_key)
        return next(named, None)

    def number(self, card: CardView) -> int:
        """Return the place of a card in the set, from 1."""
        return self.cards.index(card) + 1

    @property
    def known_count(self) -> int:
        """How many of the answered cards were right."""
        return sum(card.view.is_correct is True for card in self.cards)

    @property
    def worth_reading(self) -> list[LessonOutline]:
        """Return the lessons of the answered cards that were not right, each once."""
        missed = (card for card in self.cards if card.view.is_answered and not card.view.is_correct)
        return list({card.lesson.key: card.lesson for card in missed if card.lesson}.values())

    @property
    def minutes(self) -> int:
        """About how long what is left takes; at least one."""
        return max(1, round(SECONDS_PER_CARD * self.left_count / 60))


@dataclass(frozen=True)
class CardResponse:
    card: CardView
    number: int
    """Its place in the set, from 1."""
    card_count: int
    """How many the set has."""
    is_new: bool
    is_done: bool
    """Is every card of the set answered?"""


def card_view(
    *,
    item: AttemptItem,
    lesson: LessonOutline | None,
    policy: Policy | None,
    due_on: date | None = None,
) -> CardView:
    """Show a card by the rules of its attempt, or before there is an attempt."""
    name = field_prefix(item.version.question.key)
    if policy is None:
        view = item_views.preview_item(
            version=item.version,
            params=item.params,
            points=card_sets.POINTS,
            name=name,
            is_live=True,
        )
        return CardView(replace(view, position=item.position), lesson)
    view = reading.live_view(item=item, policy=policy, name=name)
    return CardView(view, lesson, due_on if view.is_closed else None)
