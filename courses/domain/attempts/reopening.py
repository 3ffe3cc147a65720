"""Attempts that time closed and that the dates of now would leave open: named, and reopened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from courses.domain import grants, locks
from courses.domain.attempts import deciding
from courses.models import Attempt, Enrolment
from courses.models.attempt import AttemptQuerySet

MOST = 200
"""So many are reopened in one transaction."""


@dataclass(frozen=True)
class Reopenable:
    """An attempt that time closed."""

    attempt: Attempt
    deadline_at: datetime | None
    """By the dates and grants of now; None: without one."""


def closed_by_time() -> AttemptQuerySet:
    """Return the attempts that a deadline closed, of learners who could go on with them.

    Their learners are in the course, and no other attempt of theirs at the quiz is open. They have
    not given up the others: those have seen the key.
    """
    open_ones = Attempt.objects.open().filter(
        enrolment=OuterRef("enrolment"), quiz=OuterRef("quiz")
    )
    rows = Attempt.objects.standalone().filter(
        ~Exists(open_ones),
        closed_by=Attempt.ClosedBy.DEADLINE,
        voided_at=None,
        gave_up_at=None,
        enrolment__role=Enrolment.Role.LEARNER,
        enrolment__state=Enrolment.State.ACTIVE,
        quiz__is_archived=False,
    )
    rows = rows.exclude(policy__has_key="is_trial").select_related("quiz", "enrolment__user")
    return rows.order_by("enrolment_id", "quiz_id", "number")


def reopenable(*, attempts: Iterable[Attempt], now: datetime) -> list[Reopenable]:
    """Return those of `closed_by_time` that would still be open: the last one of each quiz.

    After a class got other dates, or a learner an accommodation or an extension. Three queries for
    any number.
    """
    rows = list(attempts)
    given = grants.of_attempts(attempts=rows) if rows else {}
    found: dict[tuple[int, int], Reopenable] = {}
    for one in rows:
        fresh = grants.deadline_of(attempt=one, quiz=one.quiz, given=given[one.pk])
        place = one.enrolment_id, one.quiz_id
        is_last = place not in found or found[place].attempt.number < one.number
        if is_last and _leaves_open(one, fresh, now):
            found[place] = Reopenable(one, fresh)
    return list(found.values())


@transaction.atomic
def reopen_many(
    *, attempts: Iterable[Attempt], reason: str, by: Any, now: datetime
) -> list[Attempt]:
    """Reopen those of the attempts that time closed and that would still be open, and return them.

    Each gets the deadline that its learner has by now. The others stay as they are, so that a
    repeat changes nothing. Raises Invalid without a reason.
    """
    deciding.require_reason(reason)
    wanted = {one.pk: one.enrolment_id for one in attempts}
    for pk in sorted(set(wanted.values())):
        locks.enrolment(pk=pk)
    rows = closed_by_time().filter(pk__in=wanted)
    return [
        deciding.reopen(
            attempt=one.attempt, deadline_at=one.deadline_at, reason=reason, by=by, now=now
        )
        for one in reopenable(attempts=rows, now=now)
    ]


def _leaves_open(attempt: Attempt, fresh: datetime | None, now: datetime) -> bool:
    """Return whether the deadline is beyond now, and beyond the one that closed the attempt."""
    if fresh is None:
        return attempt.reopened_at is None  # Else a person has set its end.
    return fresh > now and (attempt.deadline_at is None or fresh > attempt.deadline_at)
