"""Sets of mistakes: what is asked again today, and responses to it.

The set of a day is an attempt at one practice quiz of the course, as for the daily review; each
card joins it with its response. Nothing counts, and no card of the daily review is moved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.coursefiles.schema import MISTAKES
from courses.domain import (
    access,
    card_sets,
    cards,
    drawing,
    locks,
    mistakes,
    pinning,
    shutting,
)
from courses.domain.attempts import items, saving, starting
from courses.domain.card_views import CardResponse, CardSet, CardView, card_view
from courses.domain.mistakes import Mistake
from courses.domain.outline import LessonOutline, Outline, outline
from courses.domain.reveal.policy import Policy
from courses.errors import Invalid, NotFound
from courses.models import Attempt, AttemptItem, Enrolment, Question

_PATHS = ("ready_version", "stimulus", "module", "objective")


@dataclass(frozen=True)
class MistakeSet(CardSet):
    """Today's set. `mistake_count` are all mistakes; `more_count` those that could follow today."""

    mistake_count: int
    more_count: int

    @property
    def is_begun(self) -> bool:
        return bool(self.answered_count)


def open_set(*, reader: access.Reader, now: datetime) -> MistakeSet:
    """Return today's set for this learner, what was missed last first. Writes nothing."""
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    return _set(enrolment, card_sets.running(enrolment=enrolment, now=now, key=MISTAKES), now)


def _set(enrolment: Enrolment, attempt: Attempt | None, now: datetime) -> MistakeSet:
    found = mistakes.find(enrolment=enrolment, now=now)
    plan = outline(enrolment.course)
    answered = card_sets.items_of(attempt=attempt, plan=plan) if attempt else []
    planned, more = _planned(enrolment, found, answered)
    policy = Policy.load(attempt.policy) if attempt else None
    return MistakeSet(
        course=enrolment.course,
        cards=[_card(item, plan, policy) for item in answered]
        + [_card(item, plan, None) for item in planned],
        mistake_count=len(found),
        more_count=more,
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
    """Save and judge a response to a card of today's set.

    Raises what `attempts.save` raises; Invalid also for an empty response,
    NotFound for what is no mistake, or was asked again today.
    """
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    request = saving.SaveRequest(
        raw, based_on, by, now, channel, idempotency_key, is_clear=False, is_complete=True
    )
    with transaction.atomic():
        locked = starting.lock_enrolment(enrolment)
        item = _asked(locked, question_key, by=by, now=now)
        saved = saving.save_item(attempt=item.attempt, item=item, request=request)
        if saved.item.value is None:
            raise Invalid(_("Choose or write something first."))
    page = _set(enrolment, item.attempt, now)
    card = page.card(question_key) or _card(saved.item, outline(reader.course), saved.policy)
    number = page.number(card) if card in page.cards else len(page.cards)
    return CardResponse(card, number, len(page.cards), saved.is_new, page.is_done)


def begin_next(*, reader: access.Reader, by: Any, now: datetime) -> None:
    """Close today's set, so that the next one can begin."""
    enrolment = reader.enrolled()
    shutting.refuse_while_shut(enrolment=enrolment)
    with transaction.atomic():
        locked = starting.lock_enrolment(enrolment)
        card_sets.put_aside(enrolment=locked, by=by, now=now, key=MISTAKES)


def _asked(enrolment: Enrolment, question_key: str, *, by: Any, now: datetime) -> AttemptItem:
    """Return the item of today's set for this question; a new one joins the set now."""
    attempt = card_sets.running(enrolment=enrolment, now=now, key=MISTAKES)
    count = 0
    if attempt is not None:
        attempt = locks.attempt(pk=attempt.pk)
        keys = attempt.items.values_list("version__question__key", flat=True)
        if question_key in keys:
            return items.asking(attempt, question=question_key, now=now)
        count = len(keys)
    rows = Question.objects.filter(course=enrolment.course_id, key=question_key)
    question = rows.select_related(*_PATHS).first()
    missed = mistakes.waiting(mistakes.find(enrolment=enrolment, now=now))
    if question is None or question.pk not in missed:
        raise NotFound
    item = _new_item(enrolment, question, count + 1, missed[question.pk].asked_count)
    if attempt is None:
        attempt = card_sets.new_set(enrolment=enrolment, key=MISTAKES, by=by, now=now)
    item.attempt = attempt
    pinning.pin([item])
    AttemptItem.objects.bulk_create([item])
    return items.asking(attempt, question=question_key, now=now)


def _planned(
    enrolment: Enrolment, found: Sequence[Mistake], answered: Sequence[AttemptItem]
) -> tuple[list[AttemptItem], int]:
    """Return the items that follow in today's set, not stored, and how many mistakes are beyond.

    No two questions of a set give each other away.
    """
    waiting = mistakes.waiting(found)
    places = max(0, cards.set_size() - len(answered))
    looked_at = list(waiting)[: cards.LOOKED_AT * cards.set_size()] if places else []
    rows = Question.objects.select_related(*_PATHS).in_bulk(looked_at)
    taken = [one.version.question for one in answered]
    planned: list[AttemptItem] = []
    for pk in looked_at:
        question = rows[pk]
        if len(planned) < places and not drawing.is_enemy(question=question, others=taken):
            taken.append(question)
            place = len(answered) + len(planned) + 1
            planned.append(_new_item(enrolment, question, place, waiting[pk].asked_count))
    return planned, len(waiting) - len(planned)


def _new_item(enrolment: Enrolment, question: Question, place: int, asked: int) -> AttemptItem:
    """Return an item with numbers of its own, the same until it is answered."""
    version = question.ready_version
    if version is None:
        raise NotFound
    version.question = question
    source = drawing.rng("mistake", enrolment.pk, asked, version.pk)
    params = drawing.prepared(version=version, source=source, language=enrolment.course.language)
    return AttemptItem(position=place, version=version, points=card_sets.POINTS, params=params)


def _card(item: AttemptItem, plan: Outline, policy: Policy | None) -> CardView:
    return card_view(item=item, lesson=_lesson(item.version.question, plan), policy=policy)


def _lesson(question: Question, plan: Outline) -> LessonOutline | None:
    """Return the lesson that asks the question, else the first for its objective."""
    known = plan.lesson_of_card.get(question.pk)
    if known is not None or question.objective is None:
        return known
    key = question.objective.key
    lessons = (lesson for module in plan.modules for lesson in module.lessons)
    return next((one for one in lessons if key in {own.key for own in one.objectives}), None)
