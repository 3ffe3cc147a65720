"""The daily review: checks of completed lessons, asked again when they are nearly forgotten.

A set of due cards is an attempt at a practice quiz of the course, `daily-review`: the same
responses, the same scoring as everywhere, and no grade. It begins with the first response and is
over when the day is, or when the learner asks for the next set.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from courses.conf import settings
from courses.coursefiles.schema import DAILY_REVIEW
from courses.domain import (
    access,
    cards,
    drawing,
    item_views,
    locks,
    pinning,
    preferences,
    shutting,
)
from courses.domain.attempts import closing, items, reading, saving, starting
from courses.domain.item_views import ItemView
from courses.domain.lessons.checks import field_prefix
from courses.domain.outline import LessonOutline, Outline, outline
from courses.domain.reveal.policy import Policy
from courses.errors import Invalid, NotFound
from courses.models import Attempt, AttemptItem, Course, Enrolment, Question, Quiz, ReviewCard
from courses.models.attempt import AttemptQuerySet

POINTS = Decimal(1)
SECONDS_PER_CARD = 40
"""What a card takes, about; for the estimate before a set."""

_ENOUGH = 3
"""A set looks at so many times its cards, because enemies of cards in it wait for the next."""


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

    @property
    def answered_count(self) -> int:
        return sum(card.view.is_answered for card in self.cards)

    @property
    def is_done(self) -> bool:
        return self.answered_count == len(self.cards)

    @property
    def minutes(self) -> int:
        """About how long what is left takes; at least one."""
        left = len(self.cards) - self.answered_count
        return max(1, round(SECONDS_PER_CARD * left / 60))


@dataclass(frozen=True)
class CardResponse:
    card: CardView
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
    attempt = _running(enrolment, now)
    items = _items(attempt, plan) if attempt else _planned(enrolment, now)
    policy = Policy.load(attempt.policy) if attempt else None
    due_on = cards.dates(enrolment=enrolment)
    asked = {item.version.question_id for item in items}
    today = preferences.day(user=enrolment.user, moment=now)
    others = [day for question, day in due_on.items() if question not in asked]
    return DailyReview(
        course=reader.course,
        cards=[_card(item, plan, due_on, policy) for item in items],
        due_count=sum(day <= today for day in others),
        card_count=len(due_on),
        next_on=min((day for day in due_on.values() if day > today), default=None),
    )


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
    request = saving.SaveRequest(raw, based_on, by, now, channel, idempotency_key, is_clear=False)
    with transaction.atomic():
        attempt = _begun(enrolment, by, now)
        item = items.asking(attempt, question=question_key, now=now)
        if item.pk not in {one.pk for one in _items(attempt, plan)}:
            raise NotFound
        saved = saving.save_item(attempt=attempt, item=item, request=request)
        if saved.item.value is None:
            raise Invalid(_("Choose or write something first."))
        revisions = [one.revision for one in _items(attempt, plan)]
    card = _card(saved.item, plan, cards.dates(enrolment=enrolment), saved.policy)
    return CardResponse(card, len(revisions), saved.is_new, all(revisions))


def begin_next(*, reader: access.Reader, by: Any, now: datetime) -> None:
    """Put today's set aside, answered or not, so that the next one can begin."""
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    with transaction.atomic():
        locked = starting.lock_enrolment(enrolment)
        _put_aside(locked, by, now)


def _open(enrolment: Enrolment) -> AttemptQuerySet:
    return enrolment.attempts.open().filter(quiz__is_review=True).select_related("quiz")


def _running(enrolment: Enrolment, now: datetime) -> Attempt | None:
    """Return the open set, if it is of today.

    One of an earlier day is closed, its cards due again.
    """
    attempt: Attempt | None = _open(enrolment).first()
    if attempt is None:
        return None
    begun_on = preferences.day(user=enrolment.user, moment=attempt.started_at)
    return attempt if begun_on == preferences.day(user=enrolment.user, moment=now) else None


def _items(attempt: Attempt, plan: Outline) -> list[AttemptItem]:
    """Return the set's items, without unanswered ones whose check was taken out of its lesson."""
    rows = attempt.items.select_related(*item_views.QUESTION_PATHS).order_by("position")
    items = [item for item in rows if item.revision or _is_asked(item.version.question, plan)]
    for item in items:
        item.attempt = attempt
    return items


def _is_asked(question: Question, plan: Outline) -> bool:
    return question.pk in plan.lesson_of_card and not question.is_retired


def _planned(enrolment: Enrolment, now: datetime) -> list[AttemptItem]:
    """Return the items of a set that would begin now, not stored: always the same on one day."""
    paths = ("ready_version", "stimulus", "module", "objective")
    rows = cards.due(enrolment=enrolment, now=now)
    rows = rows.select_related(*(f"question__{path}" for path in paths))[: _ENOUGH * _size()]
    found = list(islice(drawing.apart(rows), _size()))
    # Mixed, so that what is easily confused stands side by side and no lesson in one piece.
    today = preferences.day(user=enrolment.user, moment=now)
    drawing.rng("review", enrolment.pk, today).shuffle(found)
    language = enrolment.course.language
    return [_new_item(card, position, language) for position, card in enumerate(found, start=1)]


def _size() -> int:
    return int(settings.REVIEW_SET)


def _new_item(card: ReviewCard, position: int, language: str) -> AttemptItem:
    """Return a drawn item for a card, always the same until the card is answered."""
    version = card.question.ready_version
    if version is None:
        raise NotFound
    version.question = card.question
    source = drawing.rng("card", card.enrolment_id, card.review_count, version.pk)
    params = drawing.prepared(version=version, source=source, language=language)
    return AttemptItem(position=position, version=version, points=POINTS, params=params)


def _begun(enrolment: Enrolment, by: Any, now: datetime) -> Attempt:
    """Return today's set, locked; begin it with the due cards when there is none."""
    locked = starting.lock_enrolment(enrolment)
    found = _running(locked, now)
    if found is not None:
        return locks.attempt(pk=found.pk)
    items = _planned(locked, now)
    _put_aside(locked, by, now)
    number = locked.attempts.filter(quiz__is_review=True).count() + 1
    quiz = _quiz(locked.course)
    attempt = starting.open_attempt(enrolment=locked, quiz=quiz, number=number, by=by, now=now)
    for item in items:
        item.attempt = attempt
    pinning.pin(items)
    AttemptItem.objects.bulk_create(items)
    return attempt


def _put_aside(enrolment: Enrolment, by: Any, now: datetime) -> None:
    for attempt in _open(enrolment):
        closing.submit(attempt=attempt, by=by, now=now)


def _quiz(course: Course) -> Quiz:
    """Return the course's daily review; create it with its first set."""
    rows = Quiz.objects.filter(course=course, is_review=True)
    quiz = rows.first()
    if quiz is not None:
        return quiz
    with translation.override(course.language):
        title = _("Daily review")
    new = Quiz(
        course=course,
        key=DAILY_REVIEW,
        title=title,
        kind=Quiz.Kind.PRACTICE,
        feedback_mode=Quiz.FeedbackMode.IMMEDIATE,
        shuffle_items=False,
        is_review=True,
    )
    # In bulk: no signal reports a change of the course, and the first transaction wins.
    Quiz.objects.bulk_create([new], ignore_conflicts=True)
    return rows.get()


def _card(
    item: AttemptItem, plan: Outline, due_on: dict[int, date], policy: Policy | None
) -> CardView:
    """Show a card by the rules of its attempt, or before there is an attempt."""
    question = item.version.question
    name = field_prefix(question.key)
    lesson = plan.lesson_of_card.get(question.pk)
    if policy is None:
        view = item_views.preview_item(
            version=item.version, params=item.params, points=POINTS, name=name, is_live=True
        )
        return CardView(replace(view, position=item.position), lesson)
    view = reading.live_view(item=item, policy=policy, name=name)
    return CardView(view, lesson, due_on.get(question.pk) if view.is_closed else None)
