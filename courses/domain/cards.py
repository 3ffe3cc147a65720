"""The cards of the daily review and their due dates.

A card enters when its lesson is completed, and moves when a set of the daily review was answered;
practising the lesson again moves nothing, since what was read a minute ago is no recall. The
arithmetic is FSRS 6 (https://github.com/open-spaced-repetition/py-fsrs) with its published weights
and no steps within a day; a gap is at most a year.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q, QuerySet
from fsrs import Card, Rating, Scheduler, State

from courses.conf import settings
from courses.coursefiles.schema import DAILY_REVIEW
from courses.domain import drawing, preferences
from courses.domain.outline import LessonOutline, Outline, outline
from courses.models import Attempt, AttemptItem, Enrolment, Question, ReviewCard
from courses.prepared import PreparedQuery, UserKey

LONGEST_GAP_DAYS = 365
LOOKED_AT = 3
"""A set looks at so many times its cards, because enemies of cards in it wait for the next."""
_HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Memory:
    """How well something is kept: `stability` in days, `difficulty` 1 to 10, `due_on` a date."""

    stability: float
    difficulty: float
    reviewed_at: datetime
    due_on: date


def recall(*, memory: Memory | None, share: Fraction, now: datetime) -> Memory:
    """Return the memory after a response that earned this share of its points.

    `memory` is None before the first response.

    All of the points is "good", at least half "hard", less "again": a person's own word is not
    asked. Due is the day on which the chance of recall has fallen to `REVIEW_RETENTION`. What has
    passed since the last response is counted in calendar days, too, on the clock that `now` is
    written in: the learner's.
    """
    today = _midnight(now, now.tzinfo)
    before = Card(card_id=1, due=today)
    if memory is not None:
        last = _midnight(memory.reviewed_at, now.tzinfo)
        before = Card(
            card_id=1,
            state=State.Review,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=today,
            # Who travels west over the date line has not forgotten anything since tomorrow.
            last_review=min(last, today),
        )
    after, _log = _scheduler().review_card(before, _rating(share), today)
    if after.stability is None or after.difficulty is None:
        raise RuntimeError("FSRS left a reviewed card without a memory.")
    gap = timedelta(days=max(1, (after.due - today).days))
    return Memory(after.stability, after.difficulty, now.astimezone(UTC), today.date() + gap)


def _midnight(moment: datetime, zone: tzinfo | None) -> datetime:
    """Return the calendar day of a moment in that zone, as the library takes it: in UTC."""
    return datetime.combine(moment.astimezone(zone), time(), tzinfo=UTC)


def enter(*, enrolment: Enrolment, lesson: LessonOutline, now: datetime) -> None:
    """Create the cards of the lesson's checks in the daily review that have none. Two queries."""
    questions = [place.question for place in lesson.review_places if place.question]
    if not questions:
        return
    shares = _shares(enrolment, lesson)
    now = preferences.local(user=enrolment.user, moment=now)
    rows = [
        _put(
            ReviewCard(enrolment=enrolment, question=question),
            recall(memory=None, share=shares.get(question.pk, Fraction(0)), now=now),
        )
        for question in questions
    ]
    ReviewCard.objects.bulk_create(rows, ignore_conflicts=True)


def reschedule(*, item: AttemptItem, now: datetime) -> None:
    """Move the card of an item that was judged. To be called under the attempt's lock."""
    card = ReviewCard.objects.filter(
        enrolment=item.attempt.enrolment_id, question=item.version.question_id
    ).first()
    if card is None or item.score is None:
        return
    share = _share(item)
    now = preferences.local(user=item.attempt.enrolment.user, moment=now)
    _put(card, recall(memory=_memory(card), share=share, now=now))
    card.review_count += 1
    card.lapse_count += share < _HALF
    card.save()


def due(*, enrolment: Enrolment, now: datetime) -> QuerySet[ReviewCard]:
    """Return the cards due today whose question is still used, the longest overdue first."""
    today = preferences.day(user=enrolment.user, moment=now)
    return _in_use([enrolment]).filter(due_on__lte=today)


def snooze(*, enrolment: Enrolment, question_id: int, now: datetime) -> None:
    """Put a card that is due off until tomorrow; nothing else is remembered of it. One query."""
    today = preferences.day(user=enrolment.user, moment=now)
    rows = ReviewCard.objects.filter(enrolment=enrolment, question=question_id)
    rows.filter(due_on__lte=today).update(due_on=today + timedelta(days=1))


def dates(*, enrolment: Enrolment) -> dict[int, date]:
    """Return question → its due date, for all questions still in use. One query."""
    return dict(_in_use([enrolment]).values_list("question", "due_on"))


def set_size() -> int:
    """Return how many cards a set has at most."""
    return int(settings.REVIEW_SET)


def set_counts(*, enrolments: Iterable[Enrolment], now: datetime) -> dict[int, int]:
    """Return enrolment → cards that today's set still asks, for one person; without zeros.

    Never more than a set has, and none once the day's set is done, however many are due: what the
    page of the daily review asks. One query at most.
    """
    own = list(enrolments)
    plans = {one.pk: outline(one.course) for one in own}
    if not any(plan.lesson_of_card for plan in plans.values()):
        return {}
    user = own[0].user
    today, midnight = (
        preferences.day(user=user, moment=now),
        preferences.midnight(user=user, moment=now),
    )
    found: dict[int, list[int]] = {}
    running: Counter[int] = Counter()
    for pk, question, has_set, is_in_set in _DUE.columns(own[0].user_id, today, midnight):
        if pk not in plans or question not in plans[pk].lesson_of_card:
            continue
        if has_set:
            running[pk] += bool(is_in_set)
        else:
            found.setdefault(pk, []).append(question)
    planned = {pk: _set_count(due_now, plans[pk]) for pk, due_now in found.items()}
    return {pk: count for pk, count in (running | planned).items() if count}


def _set_count(due_now: list[int], plan: Outline) -> int:
    """Return how many cards a set has that begins now: see `card_sets.planned`."""
    taken: list[Question] = []
    for pk in due_now[: LOOKED_AT * set_size()]:
        question = plan.card_questions[pk]
        if not drawing.is_enemy(question=question, others=taken):
            taken.append(question)
    return min(len(taken), set_size())


def _in_use(enrolments: Iterable[Enrolment]) -> QuerySet[ReviewCard]:
    """Return the cards of questions still in the daily review.

    Load the enrolments' courses before.
    """
    rows = list(enrolments)
    plans = [outline(course) for course in {one.course_id: one.course for one in rows}.values()]
    questions = {question for plan in plans for question in plan.lesson_of_card}
    found = ReviewCard.objects.filter(_IS_READY, enrolment__in=rows, question__in=questions)
    return found.order_by("due_on", "pk")


_IS_READY = Q(question__is_retired=False, question__ready_version__isnull=False)


def _due_of(user_id: int, today: date, midnight: datetime) -> QuerySet[ReviewCard]:
    """Return enrolment, question, and whether a set of today runs and still asks it."""
    rows = ReviewCard.objects.filter(_IS_READY, enrolment__user=user_id, due_on__lte=today)
    sets = Attempt.objects.open().filter(
        enrolment=OuterRef("enrolment"),
        quiz__is_review=True,
        quiz__key=DAILY_REVIEW,
        started_at__gte=midnight,
    )
    asked = AttemptItem.objects.filter(
        attempt__enrolment=OuterRef("enrolment"),
        attempt__state=Attempt.State.OPEN,
        attempt__quiz__is_review=True,
        attempt__quiz__key=DAILY_REVIEW,
        attempt__started_at__gte=midnight,
        version__question=OuterRef("question"),
        revision=0,
    )
    rows = rows.order_by("due_on", "pk")
    return rows.values_list("enrolment", "question", Exists(sets), Exists(asked))


_DUE = PreparedQuery(_due_of, UserKey, date, datetime)


def _scheduler() -> Scheduler:
    return Scheduler(
        desired_retention=settings.REVIEW_RETENTION,
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=LONGEST_GAP_DAYS,
        enable_fuzzing=False,
    )


def _rating(share: Fraction) -> Rating:
    if share >= 1:
        return Rating.Good
    return Rating.Hard if share >= _HALF else Rating.Again


def _shares(enrolment: Enrolment, lesson: LessonOutline) -> dict[int, Fraction]:
    """Return question → the share of its points that the learner last earned in this lesson."""
    rows = AttemptItem.objects.filter(attempt__enrolment=enrolment, score__isnull=False)
    rows = rows.filter(attempt__quiz=lesson.quiz_id).order_by("attempt")
    items = rows.select_related("version").defer("version__data")
    return {item.version.question_id: _share(item) for item in items}


def _share(item: AttemptItem) -> Fraction:
    return (item.score or Fraction(0)) / Fraction(item.points)


def _memory(card: ReviewCard) -> Memory:
    return Memory(card.stability, card.difficulty, card.reviewed_at, card.due_on)


def _put(card: ReviewCard, memory: Memory) -> ReviewCard:
    card.stability, card.difficulty = memory.stability, memory.difficulty
    card.reviewed_at, card.due_on = memory.reviewed_at, memory.due_on
    return card
