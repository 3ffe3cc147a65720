"""The daily review: checks of completed lessons, asked again when they are nearly forgotten.

A set of due cards is an attempt at a practice quiz of the course, `daily-review`: the same
responses, the same scoring as everywhere, and no grade. It begins with the first response and is
over when the day is, or when the learner asks for the next set.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import access, card_sets, cards, preferences, shutting
from courses.domain.attempts import items, saving, starting
from courses.domain.card_views import CardResponse, CardSet, CardView, card_view
from courses.domain.outline import Outline, outline
from courses.domain.reveal.policy import Policy
from courses.errors import Invalid, NotFound
from courses.models import AttemptItem

__all__ = [
    "CardResponse",
    "CardView",
    "DailyReview",
    "begin_next",
    "open_review",
    "respond",
    "snooze",
]


@dataclass(frozen=True)
class DailyReview(CardSet):
    """Today's set, and what is left: `due_count` beyond it, `next_on` the first day with more."""

    due_count: int
    card_count: int
    next_on: date | None
    is_begun: bool = False


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
    question = item.version.question_id
    lesson = plan.lesson_of_card.get(question)
    return card_view(item=item, lesson=lesson, policy=policy, due_on=due_on.get(question))
