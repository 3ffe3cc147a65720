"""Which questions a learner has met and may see again: those of their reviews and their checks."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from courses.domain.reveal import policy, visibility
from courses.domain.search.groups import MetQuestion
from courses.models import Attempt, AttemptItem, Enrolment

MOST = 2000
"""Items of a learner that are looked through, the newest first."""


def versions_met(*, enrolments: Sequence[Enrolment]) -> tuple[int, ...]:
    """Return the question versions in closed attempts and answered checks. One query."""
    rows = _items(enrolments).order_by("-pk")
    return tuple(dict.fromkeys(rows.values_list("version", flat=True)[:MOST]))


def shown_of(
    *, enrolments: Sequence[Enrolment], versions: Sequence[int], now: datetime
) -> dict[int, MetQuestion]:
    """Return version → where the learner may see it; what may not be seen now is not there.

    As many queries for many as for one.
    """
    paths = ("attempt__quiz__lesson", "attempt__enrolment", "version__question")
    rows = _items(enrolments).filter(version__in=versions).select_related(*paths)
    items = list(rows.defer("version__data", "version__text").order_by("-pk"))
    closed = {
        item.attempt_id: item.attempt for item in items if item.attempt.quiz.lesson_id is None
    }
    shown = visibility.reveals(attempts=list(closed.values()), now=now)
    found: dict[int, MetQuestion] = {}
    for item in items:
        lesson, key = item.attempt.quiz.lesson, item.version.question.key
        if lesson is not None:
            found.setdefault(item.version_id, MetQuestion(key, lesson=lesson.key))
        elif policy.shows_questions(shown[item.attempt_id]):
            place = MetQuestion(key, attempt=str(item.attempt.uuid), position=item.position)
            found.setdefault(item.version_id, place)
    return found


def _items(enrolments: Sequence[Enrolment]) -> QuerySet[AttemptItem]:
    """Return the items of attempts that have a review, and the answered checks of lessons."""
    rows = AttemptItem.objects.filter(attempt__enrolment__in=[one.pk for one in enrolments])
    is_closed = ~Q(attempt__state=Attempt.State.OPEN) & Q(attempt__voided_at=None)
    in_quiz = Q(attempt__quiz__lesson=None, attempt__quiz__is_review=False) & is_closed
    in_lesson = Q(attempt__quiz__lesson__is_draft=False, attempt__quiz__lesson__is_archived=False)
    return rows.filter(in_quiz | (in_lesson & Q(revision__gt=0)))
