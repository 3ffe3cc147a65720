"""The daily review: checks of completed lessons, asked again when they are nearly forgotten.

A set of due cards is an attempt at a practice quiz of the course, `daily-review`: the same
responses, the same scoring as everywhere, and no grade. It begins with the first response and is
over when the day is, or when the learner asks for the next set.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import access, card_sets, cards, item_views, preferences, shutting
from courses.domain.attempts import items, reading, saving, starting
from courses.domain.item_views import ItemView
from courses.domain.lessons.checks import field_prefix
from courses.domain.outline import LessonOutline, Outline, outline
from courses.domain.reveal.policy import Policy
from courses.errors import Invalid, NotFound
from courses.models import AttemptItem, Course

SECONDS_PER_CARD = 40
"""What a card takes, about; for the estimate before a set."""


@dataclass(frozen=True)
class CardView:
    """A card of the set. `due_on` is the next due date, once it was answered."""

    view: ItemView
    lesson: LessonOutline | None
    due_on: date | None = None


@dataclass(frozen=True)
class DailyReview:
    """Today's set, and what is left: `due_count` beyond it, `next_on` the first day with more."""

    course: Course
    cards: list[CardView]
    due_count: int
    card_count: int
    next_on: date | None
    is_begun: bool = False

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


def open_review(*, reader: access.Reader, now: datetime) -> DailyReview:
    """Return today's set for this learner. Writes nothing. At most four queries."""
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    plan = outline(reader.course)
    attempt = card_sets.running(enrolment=enrolment, now=now)
    due_on = cards.dates(enrolment=enrolment)
    today = preferences.day(user=enrolment.user, moment=now)
    if attempt is None:
        rows, policy = card_sets.planned(enrolment=enrolment, now=now), None
    else:
        asked_today = card_sets.items_of(attempt=attempt, plan=plan)
        rows = [item for item in asked_today if _stays(item, due_on, today)]
        policy = Policy.load(attempt.policy)
    asked = {item.version.question_id for item in rows}
    others = [day for question, day in due_on.items() if question not in asked]
    return DailyReview(
        course=reader.course,
        cards=[_card(item, plan, due_on, policy) for item in rows],
        due_count=sum(day <= today for day in others),
        card_count=len(due_on),
        next_on=min((day for day in due_on.values() if day > today), default=None),
        is_begun=attempt is not None,
    )


def _stays(item: AttemptItem, due_on: dict[int, date], today: date) -> bool:
    """Return whether the set still has the item: answered, or not put off until tomorrow."""
    return bool(item.revision) or due_on.get(item.version.question_id, today) <= today


def respond(
    *,
    reader: access.Reader,
    question_key: str,
    raw: Any,
    based_on: int,
    by: Any,
    now: datetime,
    channel: str = "web",
    idempotency_key: str | None = None,
) -> CardResponse:
    """Save a response to a card of today's set, judge it, and return the card's next due date.

    Raises what `attempts.save` raises; Invalid also for an empty response,
    NotFound for what today's set does not ask.
    """
    enrolment, plan = reader.enrolled(), outline(reader.course)
    shutting.refuse_while_shut(enrolment=enrolment)
    request = saving.SaveRequest(
        raw, based_on, by, now, channel, idempotency_key, is_clear=False, is_complete=True
    )
    with transaction.atomic():
        attempt = card_sets.begin(enrolment=enrolment, by=by, now=now)
        item = items.asking(attempt, question=question_key, now=now)
        if item.pk not in {one.pk for one in card_sets.items_of(attempt=attempt, plan=plan)}:
            raise NotFound
        saved = saving.save_item(attempt=attempt, item=item, request=request)
        if saved.item.value is None:
            raise Invalid(_("Choose or write something first."))
        rows = card_sets.items_of(attempt=attempt, plan=plan)
    due_on = cards.dates(enrolment=enrolment)
    today = preferences.day(user=enrolment.user, moment=now)
    left = [one for one in rows if _stays(one, due_on, today)]
    number = [one.pk for one in left].index(item.pk) + 1
    card = _card(saved.item, plan, due_on, saved.policy)
    return CardResponse(card, number, len(left), saved.is_new, all(one.revision for one in left))


def snooze(*, reader: access.Reader, question_key: str, by: Any, now: datetime) -> None:
    """Put a card of today's set off until tomorrow, without a response; the set has one less.

    Changes nothing for a card that was answered or put off already. Raises NotFound for what
    today's set does not ask.
    """
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    with transaction.atomic():
        attempt = card_sets.begin(enrolment=enrolment, by=by, now=now)
        item = items.asking(attempt, question=question_key, now=now)
        if not item.revision:
            question = item.version.question_id
            cards.snooze(enrolment=enrolment, question_id=question, now=now)


def begin_next(*, reader: access.Reader, by: Any, now: datetime) -> None:
    """Put today's set aside, answered or not, so that the next one can begin."""
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    with transaction.atomic():
        locked = starting.lock_enrolment(enrolment)
        card_sets.put_aside(enrolment=locked, by=by, now=now)


def _card(
    item: AttemptItem, plan: Outline, due_on: dict[int, date], policy: Policy | None
) -> CardView:
    """Show a card by the rules of its attempt, or before there is an attempt."""
    question = item.version.question
    name = field_prefix(question.key)
    lesson = plan.lesson_of_card.get(question.pk)
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
    return CardView(view, lesson, due_on.get(question.pk) if view.is_closed else None)
