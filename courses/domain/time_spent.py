"""How long a learner worked in a course, estimated from the times of what they did there."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet

from courses.domain.outline import ModuleOutline
from courses.models import Attempt, Enrolment, LessonNote, LessonProgress, Response

LONGEST_PAUSE = timedelta(minutes=30)
"""A longer time between two acts counts nothing: the learner may have been elsewhere."""

_STEP_S = 300
"""Estimates are rounded to five minutes."""


def estimate(*, enrolment: Enrolment, module: ModuleOutline | None = None) -> int:
    """Return about how many seconds the learner worked, in a module alone if one is given.

    Added up are the times between one stored act and the next, in whichever window they were
    done, as far as they are at most `LONGEST_PAUSE` apart. One query.
    """
    return rounded(between(_moments(enrolment, module)))


def between(moments: Iterable[datetime]) -> timedelta:
    """Return the sum of the times between neighbouring moments, without the longer ones."""
    gaps = (later - earlier for earlier, later in pairwise(sorted(moments)))
    return sum((gap for gap in gaps if gap <= LONGEST_PAUSE), timedelta())


def rounded(spent: timedelta) -> int:
    """Return the seconds to the nearest five minutes; at least five where there was any work."""
    steps = round(spent / timedelta(seconds=_STEP_S))
    return _STEP_S * max(steps, 1 if spent else 0)


def _moments(enrolment: Enrolment, module: ModuleOutline | None) -> list[datetime]:
    """Return when the learner did what is stored, in no order."""
    taken: dict[str, Any] = {"item__attempt__enrolment": enrolment}
    in_quiz: dict[str, Any] = {}
    in_lesson: dict[str, Any] = {}
    if module is not None:
        taken["item__attempt__quiz__module"] = in_quiz["quiz__module"] = module.id
        in_lesson["lesson__module"] = module.id
    attempts = Attempt.objects.filter(enrolment=enrolment, **in_quiz)
    handed_in = attempts.filter(closed_by=Attempt.ClosedBy.LEARNER, submitted_at__isnull=False)
    read = LessonProgress.objects.filter(enrolment=enrolment, **in_lesson)
    notes = LessonNote.objects.filter(enrolment=enrolment, **in_lesson)
    first, *others = (
        _times(Response.objects.filter(**taken), "received_at"),
        _times(attempts, "started_at"),
        _times(handed_in, "submitted_at"),
        _times(read, "started_at"),
        _times(read, "visited_at"),
        _times(read.filter(completed_at__isnull=False), "completed_at"),
        _times(notes, "created_at"),
        _times(notes, "changed_at"),
    )
    return list(first.union(*others))


def _times(rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    return rows.order_by().values_list(name, flat=True)
