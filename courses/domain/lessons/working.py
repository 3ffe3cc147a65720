"""What a learner does in a lesson: visit it, respond, confirm, practise again."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import access, pinning, progress, shutting, votes
from courses.domain.attempts import closing, items, saving, starting
from courses.domain.item_views import ItemView
from courses.domain.lessons import completing
from courses.domain.lessons.checks import draws, version_of, view_of
from courses.domain.outline import LessonOutline, outline
from courses.errors import Invalid, NotAllowed, NotFound
from courses.models import Attempt, AttemptItem, Lesson, QuizItem


@dataclass(frozen=True)
class LessonResponse:
    """What a response to a check led to."""

    view: ItemView
    is_new: bool
    is_lesson_completed: bool
    """Did this response complete the lesson?"""


def respond(
    *,
    reader: access.Reader,
    lesson_key: str,
    question_key: str,
    raw: Any,
    based_on: int,
    by: Any,
    now: datetime,
    channel: str = "web",
    idempotency_key: str | None = None,
) -> LessonResponse:
    """Save a response to one check, grade it, and complete the lesson when it was the last.

    Raises what `attempts.save` raises; Invalid also for an empty response.
    """
    saving.check_key(key=idempotency_key)
    enrolment = reader.enrolled()
    lesson = outline(reader.course).lesson(lesson_key)
    shutting.refuse_while_shut(enrolment=enrolment)
    request = saving.SaveRequest(
        raw, based_on, by, now, channel, idempotency_key, is_clear=False, is_complete=True
    )
    with transaction.atomic():
        place = _place(lesson, question_key)
        attempt = _running(enrolment, place, by, now)
        keys = [version_of(one).question.key for one in lesson.places]
        votes.refuse_early(attempt=attempt, version=version_of(place), asked=keys)
        item = _running_item(attempt, place, now)
        if question_key in lesson.guesses and item.value is not None:
            item.is_closed = True  # A guess is kept as it was first made.
        saved = saving.save_item(attempt=attempt, item=item, request=request)
        if saved.item.value is None:
            raise Invalid(_("Choose or write something first."))
        progress.visit(enrolment=enrolment, lesson_id=lesson.id, now=now)
        is_completed = completing.is_done(
            enrolment=enrolment, lesson=lesson
        ) and completing.complete(enrolment=enrolment, lesson=lesson, by=by, now=now)
        debate = _debate(attempt, saved.item)
        if saved.is_new:
            for pair in debate:
                votes.count(pair=pair, user_id=enrolment.user_id)
    view = view_of(saved.item, policy=saved.policy, lesson=lesson)
    for move in votes.moves_of(pairs=debate).values():
        view = replace(view, move=move)
    return LessonResponse(view, saved.is_new, is_completed)


def confirm(*, reader: access.Reader, lesson_key: str, by: Any, now: datetime) -> bool:
    """Note that the learner has done the lesson's task; return whether that completed it.

    Raises NotAllowed when the lesson is completed by its checks.
    """
    enrolment = reader.enrolled()
    lesson = outline(reader.course).lesson(lesson_key)
    shutting.refuse_while_shut(enrolment=enrolment)
    if lesson.completion != Lesson.Completion.CONFIRM and lesson.check_count:
        raise NotAllowed(_("This lesson is completed by answering its checks."))
    return completing.complete(enrolment=enrolment, lesson=lesson, by=by, now=now)


def visit(
    *, reader: access.Reader, lesson_key: str, position: str | None = None, now: datetime
) -> None:
    """Store where in the lesson the learner is."""
    enrolment = reader.enrolled()
    lesson = outline(reader.course).lesson(lesson_key)
    shutting.refuse_while_shut(enrolment=enrolment)
    with transaction.atomic():
        locked = starting.lock_enrolment(enrolment)
        progress.visit(enrolment=locked, lesson_id=lesson.id, now=now, position=position)


def practise_again(*, reader: access.Reader, lesson_key: str, by: Any, now: datetime) -> None:
    """Put the lesson's checks aside and begin them afresh; what was answered is kept."""
    enrolment = reader.enrolled()
    lesson = outline(reader.course).lesson(lesson_key)
    shutting.refuse_while_shut(enrolment=enrolment)
    if lesson.quiz_id is None:
        return
    running = enrolment.attempts.open().filter(quiz_id=lesson.quiz_id, items__revision__gt=0)
    with transaction.atomic():
        # In the order in which a response takes them: first the enrolment, then the attempt.
        starting.lock_enrolment(enrolment)
        for attempt in running.distinct().select_related("quiz"):
            closing.submit(attempt=attempt, by=by, now=now)


def _place(lesson: LessonOutline, question_key: str) -> QuizItem:
    for place in lesson.places:
        if version_of(place).question.key == question_key:
            return place
    raise NotFound


def _running(enrolment: Any, place: QuizItem, by: Any, now: datetime) -> Attempt:
    """Return the open attempt at the lesson's checks, locked; begin one when there is none."""
    locked = starting.lock_enrolment(enrolment)
    mine = locked.attempts.filter(quiz_id=place.quiz_id)
    rows = mine.open().select_for_update(no_key=True, of=("self",))
    attempt = rows.select_related("quiz").first()
    if attempt is not None:
        return attempt
    number = mine.count() + 1
    return starting.open_attempt(enrolment=locked, quiz=place.quiz, number=number, by=by, now=now)


def _running_item(attempt: Attempt, place: QuizItem, now: datetime) -> AttemptItem:
    """Return the check's item in the attempt; create it with the first response."""
    version = version_of(place)
    item = items.asking_id(attempt, question_id=version.question_id, now=now)
    if item is None:
        item = AttemptItem(
            attempt=attempt,
            position=place.position,
            version=version,
            points=place.points,
            params=draws(
                place,
                enrolment_id=attempt.enrolment_id,
                number=attempt.number,
                language=attempt.enrolment.course.language,
            ),
        )
        pinning.pin([item], enrolment=attempt.enrolment)
        item.save()
    item.attempt = attempt
    return item


def _debate(attempt: Attempt, item: AttemptItem) -> list[votes.VotePair]:
    """Return the debate of the item and its earlier vote, if it has one. A query only then."""
    key = votes.earlier_vote(item.version)
    if not key:
        return []
    rows = attempt.items.select_related("version__question")
    return votes.pairs(items=[item, *rows.filter(version__question__key=key)])
