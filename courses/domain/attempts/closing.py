"""Handing in, and closing what has run out: one way only, and the same for every door."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.conf import settings
from courses.domain import deadlines, events, gradebook, grading, progress
from courses.domain.policy import Policy
from courses.models import Attempt, AttemptItem, Grading, Response


def submit(*, attempt: Attempt, by: Any, now: datetime) -> Attempt:
    """Hand the attempt in: grade what is not graded, post the result. Idempotent.

    After the deadline it is closed as the deadline would have closed it.
    """
    if is_over(attempt=attempt, now=now):
        return _close(attempt, Attempt.ClosedBy.DEADLINE, by=None, now=now)
    return _close(attempt, Attempt.ClosedBy.LEARNER, by=by, now=now)


def close_due(*, attempts: Iterable[Attempt], now: datetime) -> int:
    """Close those of the attempts whose time is over; how many were."""
    due = [attempt for attempt in attempts if is_over(attempt=attempt, now=now)]
    for attempt in due:
        _close(attempt, Attempt.ClosedBy.DEADLINE, by=None, now=now)
    return len(due)


def close_expired(*, now: datetime, limit: int = 100) -> int:
    """Close expired attempts of everybody, the oldest first; how many were."""
    due = Attempt.objects.open().filter(deadline_at__lt=now).order_by("deadline_at")
    return close_due(attempts=due[:limit], now=now)


def is_over(*, attempt: Attempt, now: datetime) -> bool:
    """Is it too late to save anything in this open attempt?"""
    if not attempt.is_open:
        return False
    grace_s = int(attempt.policy.get("grace_s") or 0) + int(settings.NETWORK_GRACE_S)
    return deadlines.is_over(deadline_at=attempt.deadline_at, grace_s=grace_s, now=now)


def locked_attempt(attempt: Attempt) -> Attempt:
    """The attempt as it is now; saves, submits and closes of one attempt wait for each other."""
    return (
        Attempt.objects.select_for_update(of=("self",))
        .select_related("enrolment__course", "quiz")
        .get(pk=attempt.pk)
    )


@transaction.atomic
def _close(attempt: Attempt, closed_by: str, *, by: Any, now: datetime) -> Attempt:
    locked = locked_attempt(attempt)
    if not locked.is_open:
        return locked
    if closed_by == Attempt.ClosedBy.DEADLINE and not is_over(attempt=locked, now=now):
        return locked  # somebody gave more time while we waited
    locked.closed_by = closed_by
    locked.submitted_at = _submitted_at(locked, closed_by, now)
    items = list(locked.items.select_related("version__question").order_by("position"))
    _grade_rest(locked, items, now)
    grading.settle(attempt=locked, items=items)
    locked.save(update_fields=[*grading.SETTLED_FIELDS, "submitted_at", "closed_by"])
    entries: list[events.Entry] = [(events.ATTEMPT_SUBMITTED, grading.attempt_data(locked))]
    if locked.state == Attempt.State.GRADED:
        entries.append((events.ATTEMPT_GRADED, grading.attempt_data(locked)))
    entries += gradebook.post(attempt=locked, now=now)
    entries += progress.course_completed(enrolment=locked.enrolment, now=now)
    course = locked.enrolment.course
    events.record(entries=entries, now=now, by=by, enrolment=locked.enrolment, course=course)
    return locked


def _submitted_at(attempt: Attempt, closed_by: str, now: datetime) -> datetime:
    if closed_by == Attempt.ClosedBy.DEADLINE and attempt.deadline_at is not None:
        return max(attempt.deadline_at, attempt.started_at)
    return max(now, attempt.started_at)


def _grade_rest(attempt: Attempt, items: list[AttemptItem], now: datetime) -> None:
    """Grade every item that has no judgement yet; two queries for any number of items."""
    policy = Policy.load(attempt.policy)
    rows: list[Grading] = []
    graded = []
    responses = _current_responses(attempt)
    for item in items:
        if item.tries:
            continue
        outcome = grading.judge(item=item, value=item.value)
        row = grading.grading_row(
            item=item,
            outcome=outcome,
            policy=policy,
            response=responses.get(item.pk),
            sequence=1,
            now=now,
        )
        grading.apply_summary(item=item, summary=grading.summarise(gradings=[row], policy=policy))
        rows.append(row)
        graded.append(item)
    Grading.objects.bulk_create(rows)
    if graded:
        AttemptItem.objects.bulk_update(graded, grading.SUMMARY_FIELDS)


def _current_responses(attempt: Attempt) -> dict[int, Response]:
    """Item → its latest response."""
    rows = Response.objects.filter(item__attempt=attempt).order_by("revision")
    return {row.item_id: row for row in rows.only("item_id", "revision")}
