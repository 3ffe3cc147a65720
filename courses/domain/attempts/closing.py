"""Submit attempts and close expired ones: in one way, the same for every entry point."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery, prefetch_related_objects

from courses import bulk
from courses.conf import settings
from courses.domain import (
    attempt_events,
    deadlines,
    events,
    gradebook,
    grading,
    locks,
    progress,
    regrading,
)
from courses.domain.attempts import rejudging
from courses.domain.regrading import reopened
from courses.domain.reveal.policy import Policy
from courses.models import Attempt, AttemptItem, Grading, Response
from courses.models.attempt import AttemptQuerySet
from courses.prepared import PreparedQuery

logger = logging.getLogger(__name__)

SCAN = 100
"""`close_expired` looks at so many times its limit: attempts within their grace do not count."""


def submit(*, attempt: Attempt, by: Any, now: datetime) -> Attempt:
    """Hand the attempt in: grade what is not graded, post the result. Idempotent.

    After the deadline it is closed as the deadline would have closed it.
    """
    return _close(attempt, by=by, now=now, only_if_due=False)


def close_due(*, attempts: Iterable[Attempt], now: datetime) -> int:
    """Close those of the attempts whose time is over; how many were."""
    due = [attempt for attempt in attempts if is_over(attempt=attempt, now=now)]
    for attempt in due:
        _close(attempt, by=None, now=now, only_if_due=True)
    return len(due)


def close_expired(*, now: datetime, limit: int = 100) -> int:
    """Close expired attempts of everybody, the oldest first; how many were.

    One that cannot be closed is written down and does not keep the others waiting.
    """
    due = _open_before(now).order_by("deadline_at", "pk")
    closed = 0
    for attempt in due[: SCAN * limit]:
        try:
            closed += close_due(attempts=[attempt], now=now)
        except Exception:
            logger.exception("Attempt %s is over and could not be closed.", attempt.uuid)
        if closed >= limit:
            break
    return closed


def _open_before(now: datetime) -> AttemptQuerySet:
    """Return the attempts whose deadline has passed; a trial goes by its own clock."""
    return Attempt.objects.open().without_trials().filter(deadline_at__lt=now)


def is_over(*, attempt: Attempt, now: datetime) -> bool:
    """Return whether it is too late to save anything in this open attempt."""
    if not attempt.is_open:
        return False
    grace_s = int(attempt.policy.get("grace_s") or 0) + int(settings.NETWORK_GRACE_S)
    return deadlines.is_over(deadline_at=attempt.deadline_at, grace_s=grace_s, now=now)


def close_by_staff(*, attempt: Attempt, by: Any, now: datetime) -> Attempt:
    """Hand the attempt in for its learner, as the deadline would; for who makes it void."""
    return _close(attempt, by=by, now=now, only_if_due=False, closed_by=Attempt.ClosedBy.STAFF)


@transaction.atomic
def _close(
    attempt: Attempt,
    *,
    by: Any,
    now: datetime,
    only_if_due: bool,
    closed_by: str = Attempt.ClosedBy.LEARNER,
) -> Attempt:
    enrolment = locks.enrolment(pk=attempt.enrolment_id)
    locked = locks.attempt(pk=attempt.pk)
    if not locked.is_open:
        return locked
    locked.enrolment = enrolment
    # Decided under the lock: somebody may have given more time while we waited.
    is_due = is_over(attempt=locked, now=now)
    if only_if_due and not is_due:
        return locked
    by = None if is_due else by
    locked.closed_by = Attempt.ClosedBy.DEADLINE if is_due else closed_by
    locked.submitted_at = _submitted_at(locked, locked.closed_by, now)
    if locked.quiz.is_review:
        # What was not answered was not asked: it is no wrong answer, and its card is still due.
        locked.items.filter(revision=0).delete()
    items = _ITEMS.all(locked.pk)
    for item in items:
        item.attempt = locked
    _grade_rest(locked, items, now)
    grading.set_totals(attempt=locked, items=items)
    bulk.update([locked], [*grading.TOTAL_FIELDS, "submitted_at", "closed_by"])
    column, rules = gradebook.judged_column(locked.quiz) if _counts(locked) else (None, None)
    if column is not None and column.is_corrected:
        prefetch_related_objects(items, "version__question")
        regrading.follow(attempt=locked, items=items, line_item=column, now=now)
    posted = gradebook.post(attempt=locked, now=now, column=column, known=rules)
    data = attempt_events.attempt_data(locked, now=now)
    entries: list[events.Entry] = [(events.ATTEMPT_SUBMITTED, data)]
    if locked.state == Attempt.State.GRADED:
        entries.append((events.ATTEMPT_GRADED, data))
    entries += posted
    entries += progress.course_completed(enrolment=enrolment, now=now)
    course = enrolment.course
    events.record(entries=entries, now=now, by=by, enrolment=enrolment, course=course)
    return locked


def _counts(attempt: Attempt) -> bool:
    return attempt.quiz.is_graded and not attempt.is_trial


def _submitted_at(attempt: Attempt, closed_by: str, now: datetime) -> datetime:
    if closed_by == Attempt.ClosedBy.DEADLINE and attempt.deadline_at is not None:
        return max(attempt.deadline_at, attempt.started_at)
    return max(now, attempt.started_at)


def _grade_rest(attempt: Attempt, items: list[AttemptItem], now: datetime) -> None:
    """Grade every item that has no judgement yet; as many queries for one as for all."""
    if attempt.reopened_at is not None:
        reopened.take_out_undone(attempt=attempt, items=items, now=now)
    policy = Policy.load(attempt.policy)
    if attempt.reopened_at is None:
        rows, graded = _judged(attempt, items, policy, now)
    else:
        prefetch_related_objects(items, "version__question")
        responses = _current_responses(attempt)
        rows, graded = rejudging.judge_changed(
            items=items, responses=responses, policy=policy, now=now
        )
    bulk.insert(rows)
    bulk.update(graded, grading.SUMMARY_FIELDS)


def _judged(
    attempt: Attempt,
    items: Sequence[AttemptItem],
    policy: Policy,
    now: datetime,
) -> tuple[list[Grading], list[AttemptItem]]:
    """Return the gradings, unsaved, of what has none, and the items, whose summaries are set."""
    waiting = _waiting(attempt) if policy.is_graded_at_once else {}
    rows: list[Grading] = []
    graded: list[AttemptItem] = []
    for item in items:
        if item.tries or (item.pk in waiting and item.value is not None):
            continue
        outcome = grading.judge_at_the_end(item=item, policy=policy)
        row = grading.grading_row(
            item=item,
            outcome=outcome,
            policy=policy,
            response=None,
            sequence=waiting.get(item.pk, 0) + 1,
            now=now,
        )
        row.response_id = item.latest_response  # type: ignore[attr-defined]
        grading.apply_summary(item=item, summary=grading.summarise(gradings=[row], policy=policy))
        rows.append(row)
        graded.append(item)
    return rows, graded


def _waiting(attempt: Attempt) -> dict[int, int]:
    """Return item → number of gradings that leave the response to a person."""
    rows = Grading.objects.filter(item__attempt=attempt, item__tries=0).order_by()
    return dict(rows.values_list("item").annotate(Count("pk")))


def _current_responses(attempt: Attempt) -> dict[int, Response]:
    """Return item → its latest response."""
    rows = Response.objects.filter(item__attempt=attempt).order_by("revision")
    return {row.item_id: row for row in rows.only("item_id", "revision")}


def _items(attempt_id: int) -> QuerySet[AttemptItem]:
    """Return the items with their versions and the key of each one's latest response."""
    latest = Response.objects.filter(item=OuterRef("pk")).order_by("-revision").values("pk")[:1]
    rows = AttemptItem.objects.filter(attempt=attempt_id).select_related("version")
    return rows.annotate(latest_response=Subquery(latest)).order_by("position")


_ITEMS = PreparedQuery(_items, int)
