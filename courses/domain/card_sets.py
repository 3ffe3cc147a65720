"""Sets of cards: the attempt that holds one, and which cards a set of the daily review asks.

A set is planned without a row, becomes an attempt with its first response or snoozed card, and is
over with the learner's day.
"""

from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from courses.coursefiles.schema import DAILY_REVIEW
from courses.domain import cards, drawing, item_views, locks, pinning, preferences
from courses.domain.attempts import closing, starting
from courses.domain.outline import Outline
from courses.errors import NotFound
from courses.models import Attempt, AttemptItem, Course, Enrolment, Question, Quiz, ReviewCard
from courses.models.attempt import AttemptQuerySet

POINTS = Decimal(1)


def _open(enrolment: Enrolment, key: str) -> AttemptQuerySet:
    rows = enrolment.attempts.open().filter(quiz__is_review=True, quiz__key=key)
    return rows.select_related("quiz")


def running(*, enrolment: Enrolment, now: datetime, key: str = DAILY_REVIEW) -> Attempt | None:
    """Return the open set of this kind, if it is of today.

    One of an earlier day is over; the next that begins closes it.
    """
    attempt: Attempt | None = _open(enrolment, key).first()
    if attempt is None:
        return None
    begun_on = preferences.day(user=enrolment.user, moment=attempt.started_at)
    return attempt if begun_on == preferences.day(user=enrolment.user, moment=now) else None


def items_of(*, attempt: Attempt, plan: Outline) -> list[AttemptItem]:
    """Return the set's items, without unanswered ones whose check was taken out of its lesson."""
    rows = attempt.items.select_related(*item_views.QUESTION_PATHS).order_by("position")
    items = [item for item in rows if item.revision or _is_asked(item.version.question, plan)]
    for item in items:
        item.attempt = attempt
    return items


def _is_asked(question: Question, plan: Outline) -> bool:
    return question.pk in plan.lesson_of_card and not question.is_retired


def planned(*, enrolment: Enrolment, now: datetime) -> list[AttemptItem]:
    """Return the items of a set that would begin now, not stored: always the same on one day."""
    paths = ("ready_version", "stimulus", "module", "objective")
    rows = cards.due(enrolment=enrolment, now=now)
    rows = rows.select_related(*(f"question__{path}" for path in paths))[
        : cards.LOOKED_AT * cards.set_size()
    ]
    found = list(islice(drawing.apart(rows), cards.set_size()))
    # Mixed, so that what is easily confused stands side by side and no lesson in one piece.
    today = preferences.day(user=enrolment.user, moment=now)
    drawing.rng("review", enrolment.pk, today).shuffle(found)
    language = enrolment.course.language
    return [_new_item(card, position, language) for position, card in enumerate(found, start=1)]


def _new_item(card: ReviewCard, position: int, language: str) -> AttemptItem:
    """Return a drawn item for a card, always the same until the card is answered."""
    version = card.question.ready_version
    if version is None:
        raise NotFound
    version.question = card.question
    source = drawing.rng("card", card.enrolment_id, card.review_count, version.pk)
    params = drawing.prepared(version=version, source=source, language=language)
    return AttemptItem(position=position, version=version, points=POINTS, params=params)


def begin(*, enrolment: Enrolment, by: Any, now: datetime) -> Attempt:
    """Return today's set, locked; begin it with the due cards when there is none."""
    locked = starting.lock_enrolment(enrolment)
    found = running(enrolment=locked, now=now)
    if found is not None:
        return locks.attempt(pk=found.pk)
    items = planned(enrolment=locked, now=now)
    attempt = new_set(enrolment=locked, key=DAILY_REVIEW, by=by, now=now)
    for item in items:
        item.attempt = attempt
    pinning.pin(items)
    AttemptItem.objects.bulk_create(items)
    return attempt


def new_set(*, enrolment: Enrolment, key: str, by: Any, now: datetime) -> Attempt:
    """Begin an empty set of this kind and close an open one. `enrolment` is locked."""
    put_aside(enrolment=enrolment, by=by, now=now, key=key)
    number = enrolment.attempts.filter(quiz__is_review=True, quiz__key=key).count() + 1
    quiz = _quiz(enrolment.course, key)
    return starting.open_attempt(enrolment=enrolment, quiz=quiz, number=number, by=by, now=now)


def put_aside(*, enrolment: Enrolment, by: Any, now: datetime, key: str = DAILY_REVIEW) -> None:
    for attempt in _open(enrolment, key):
        closing.submit(attempt=attempt, by=by, now=now)


def _quiz(course: Course, key: str) -> Quiz:
    """Return the quiz of the course for sets of this kind; create it with the first set."""
    rows = Quiz.objects.filter(course=course, is_review=True, key=key)
    quiz = rows.first()
    if quiz is not None:
        return quiz
    with translation.override(course.language):
        title = _("Daily review") if key == DAILY_REVIEW else _("My mistakes")
    new = Quiz(
        course=course,
        key=key,
        title=title,
        kind=Quiz.Kind.PRACTICE,
        feedback_mode=Quiz.FeedbackMode.IMMEDIATE,
        shuffle_items=False,
        is_review=True,
    )
    # In bulk: no signal reports a change of the course, and the first transaction wins.
    Quiz.objects.bulk_create([new], ignore_conflicts=True)
    return rows.get()
