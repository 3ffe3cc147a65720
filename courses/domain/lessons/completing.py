"""When a lesson is completed, and what follows: its cards enter the daily review."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.domain import cards, locks, progress
from courses.domain.outline import LessonOutline
from courses.models import AttemptItem, Enrolment, Lesson


@transaction.atomic
def complete(*, enrolment: Enrolment, lesson: LessonOutline, by: Any, now: datetime) -> bool:
    """Mark the lesson completed and make cards of its checks; True when it was not before."""
    locks.enrolment(pk=enrolment.pk)
    is_new = progress.complete_lesson(enrolment=enrolment, lesson=lesson, by=by, now=now)
    if is_new:
        cards.enter(enrolment=enrolment, lesson=lesson, now=now)
    return is_new


def is_done(*, enrolment: Enrolment, lesson: LessonOutline) -> bool:
    """Return whether the learner has answered every check that the lesson holds now. One query."""
    return enrolment.pk in done_by(enrolments=[enrolment], lesson=lesson)


def done_by(*, enrolments: Iterable[Enrolment], lesson: LessonOutline) -> set[int]:
    """Return the enrolments in which every check that the lesson holds now is answered. One query.

    What was answered and has been taken out of the lesson since does not count. A lesson without
    checks is completed by its learner's word alone.
    """
    asked = {place.question_id for place in lesson.places}
    if lesson.completion != Lesson.Completion.CHECKS or not asked:
        return set()
    rows = AttemptItem.objects.filter(
        attempt__enrolment__in=enrolments,
        attempt__quiz=lesson.quiz_id,
        value__isnull=False,
        version__question__in=asked,
    )
    answered: dict[int, set[int]] = {}
    for one, question in rows.values_list("attempt__enrolment", "version__question").distinct():
        answered.setdefault(one, set()).add(question)
    return {one for one, questions in answered.items() if questions == asked}
