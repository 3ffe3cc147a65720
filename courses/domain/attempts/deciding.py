"""Decisions on whole attempts: reopen one, make one void, let it count again.

Each is a row of a log with its reason. Results and completion follow, in both directions.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import events, gradebook, grading, locks, regrading, result_changes
from courses.domain.attempts import closing, rejudging
from courses.domain.plain import plain
from courses.domain.reveal.policy import Policy
from courses.errors import Conflict, Invalid, Problem
from courses.models import Attempt, AttemptDecision, AttemptItem, Enrolment, Grading

Kind = AttemptDecision.Kind
LONGEST_REASON = 300


@transaction.atomic
def reopen(
    *, attempt: Attempt, deadline_at: datetime | None, reason: str, by: Any, now: datetime
) -> Attempt:
    """Let the learner go on with a closed attempt until the deadline; None: without one.

    Responses, numbers and frozen rules stay; what is changed is judged again at the next hand-in.
    Raises Invalid for a deadline that has passed or no reason; Conflict when the attempt is open or
    void, another one of the quiz is open, or the learner is no longer in the course.
    """
    require_reason(reason)
    if deadline_at is not None and deadline_at <= now:
        text = _("Choose a time that is still to come.")
        raise Invalid(problems=[Problem("deadline_at", text)])
    locked = _locked(attempt)
    if locked.is_open:
        raise Conflict(_("This attempt is open already."))
    if locked.is_void:
        raise Conflict(_("This attempt is void. Let it count again first."))
    _require_place(locked)
    locked.state, locked.submitted_at, locked.closed_by = Attempt.State.OPEN, None, ""
    locked.score = locked.score_maximum = locked.percent = locked.has_passed = None
    locked.released_at, locked.deadline_at, locked.reopened_at = None, deadline_at, now
    locked.save(
        update_fields=[
            *grading.TOTAL_FIELDS, "submitted_at", "closed_by", "released_at", "deadline_at",
            "reopened_at",
        ]
    )  # fmt: skip
    _take_back_blanks(locked, now)
    _note(locked, Kind.REOPENED, reason, by, now, deadline_at=deadline_at)
    data = _data(locked) | {"deadline_at": plain(deadline_at)}
    _follow(locked, (events.ATTEMPT_REOPENED, data), by, now)
    return locked


@transaction.atomic
def void(*, attempt: Attempt, reason: str, by: Any, now: datetime) -> Attempt:
    """Let an attempt count nowhere: no result, no use of a try. An open one is closed. Idempotent.

    Everything in it is kept. Attempts given up after it are the learner's again.

    Raises Invalid without a reason, Conflict for lesson checks.
    """
    require_reason(reason)
    locked = _locked(attempt)
    if locked.is_void:
        return locked
    if locked.is_open:
        locked = closing.close_by_staff(attempt=locked, by=by, now=now)
    locked.voided_at, locked.gave_up_at = now, None
    locked.save(update_fields=["voided_at", "gave_up_at"])
    _note(locked, Kind.VOIDED, reason, by, now)
    _follow(locked, (events.ATTEMPT_VOIDED, _data(locked) | {"is_void": True}), by, now)
    return locked


@transaction.atomic
def restore(*, attempt: Attempt, reason: str, by: Any, now: datetime) -> Attempt:
    """Let a void attempt count again, with the corrections made meanwhile. Idempotent.

    Raises Invalid without a reason.
    """
    require_reason(reason)
    locked = _locked(attempt)
    if not locked.is_void:
        return locked
    locked.voided_at = None
    locked.save(update_fields=["voided_at"])
    column = gradebook.column_of(locked)
    if column is not None and column.is_corrected:
        items = list(locked.items.select_related("version__question").order_by("position"))
        regrading.follow(attempt=locked, items=items, line_item=column, now=now)
    _note(locked, Kind.RESTORED, reason, by, now)
    _follow(locked, (events.ATTEMPT_VOIDED, _data(locked) | {"is_void": False}), by, now)
    return locked


def _locked(attempt: Attempt) -> Attempt:
    """Lock the learner and the attempt. Raises Conflict for one that nobody takes as such."""
    locks.enrolment(pk=attempt.enrolment_id)
    locked = locks.attempt(pk=attempt.pk)
    if locked.quiz.is_review or locked.quiz.lesson_id is not None:
        raise Conflict(_("Checks of lessons and daily reviews are repeated, not reopened."))
    return locked


def require_reason(reason: str) -> None:
    """Raise Invalid where a decision has no reason, or one that is too long."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        text = _("Give a reason of at most 300 characters.")
        raise Invalid(problems=[Problem("reason", text)])


def _require_place(attempt: Attempt) -> None:
    """Raise Conflict where the learner could not go on."""
    mine = Attempt.objects.open().filter(enrolment=attempt.enrolment_id, quiz=attempt.quiz_id)
    if mine.exists():
        raise Conflict(_("Another attempt at this quiz is open. It must be handed in first."))
    if attempt.enrolment.state not in (Enrolment.State.ACTIVE, Enrolment.TRIAL):
        raise Conflict(_("The person is no longer in the course."))


def _take_back_blanks(attempt: Attempt, now: datetime) -> None:
    items = list(attempt.items.select_related("version__question").order_by("position"))
    policy = Policy.load(attempt.policy)
    rows = rejudging.reopen_blank(items=items, policy=policy, now=now)
    Grading.objects.bulk_create(rows)
    AttemptItem.objects.bulk_update([row.item for row in rows], grading.SUMMARY_FIELDS)


def _note(attempt: Attempt, kind: Kind, reason: str, by: Any, now: datetime, **more: Any) -> None:
    AttemptDecision.objects.create(
        attempt=attempt,
        sequence=attempt.decisions.count() + 1,
        kind=kind,
        reason=reason.strip(),
        by=by,
        decided_at=now,
        **more,
    )


def _data(attempt: Attempt) -> dict[str, Any]:
    return {"attempt": str(attempt.uuid), "quiz": attempt.quiz.key, "number": attempt.number}


def _follow(attempt: Attempt, entry: events.Entry, by: Any, now: datetime) -> None:
    """Record the event, and bring result and completion up to date."""
    enrolment, column = attempt.enrolment, gradebook.column_of(attempt)
    entries = [entry]
    if column is not None:
        entries += result_changes.refresh(line_item=column, enrolment=enrolment, now=now)
    events.record(entries=entries, now=now, by=by, enrolment=enrolment, course=enrolment.course)
