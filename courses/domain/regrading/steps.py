"""The steps of the jobs that apply and undo a batch: some learners of one quiz in a transaction.

A learner with an outcome is done; so a step that runs again, or after a kill, counts once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from courses.domain import events
from courses.domain.jobs import Fact, Kind, Progress
from courses.domain.regrading import correcting, notifying, staleness
from courses.domain.rights import Can
from courses.models import (
    Attempt,
    Enrolment,
    Job,
    LineItem,
    RegradeBatch,
    RegradeOutcome,
    RegradeTarget,
)

LEARNERS = 50
"""Learners in one step."""
SECOND_LOOK = timedelta(seconds=60)
"""After it attempts are corrected that were handed in while the batch began."""

LAST = "second look"
"""The cursor of the second look; before it is the column and the learner who was the last."""

State = RegradeBatch.State


def apply_step(*, job: Job, now: datetime) -> Progress:
    """Correct the results of some more learners; look once more a minute after the last."""
    batch = _batch(job, State.APPLYING)
    if batch is None:
        return Progress(job.done, job.total, result={})
    total = job.total or sum(_finished(one).count() for one in _columns(batch))
    for column in _columns(batch):
        waiting = _finished(column).exclude(pk__in=_with_outcome(batch, column))
        enrolments = _take(waiting.filter(pk__gt=_after(job, column)))
        if enrolments:
            correcting.correct(batch=batch, line_item=column, enrolments=enrolments, now=now)
            done, after = job.done + len(enrolments), [column.pk, enrolments[-1].pk]
            cursor = job.cursor if job.cursor == LAST else after
            return Progress(done, max(total, done), cursor=cursor)
    if job.cursor != LAST:
        return Progress(job.done, total, cursor=LAST, due_at=now + SECOND_LOOK)
    _close(batch, State.APPLIED, now)
    return Progress(job.done, total, result=_counts(batch))


def undo_step(*, job: Job, now: datetime) -> Progress:
    """Take back what the batch did to some more learners."""
    batch = _batch(job, State.UNDOING)
    if batch is None:
        return Progress(job.done, job.total, result={})
    rows = RegradeOutcome.objects.filter(batch=batch)
    total = job.total or rows.count()
    for column in _columns(batch):
        waiting = rows.filter(line_item=column, undone_at=None).values("enrolment")
        enrolments = _take(Enrolment.objects.filter(pk__in=waiting))
        if enrolments:
            correcting.take_back(batch=batch, line_item=column, enrolments=enrolments, now=now)
            done = job.done + len(enrolments)
            return Progress(done, max(total, done))
    _close(batch, State.UNDONE, now)
    return Progress(job.done, total, result=_counts(batch))


def stop(*, job: Job, now: datetime) -> None:
    """Note that the work stopped: it can be resumed or undone."""
    del now
    rows = RegradeBatch.objects.filter(uuid=job.args["batch"])
    rows.filter(state=State.APPLYING).update(state=State.STOPPED)
    rows.filter(state=State.UNDOING).update(state=State.UNDO_STOPPED)


def _after(job: Job, column: LineItem) -> int:
    """Return the learner after whom the step goes on; 0: from the first."""
    if not isinstance(job.cursor, list) or job.cursor[0] != column.pk:
        return 0
    return int(job.cursor[1])


def _batch(job: Job, state: str) -> RegradeBatch | None:
    rows = RegradeBatch.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("course").filter(uuid=job.args["batch"], state=state).first()


def _columns(batch: RegradeBatch) -> list[LineItem]:
    rows = LineItem.objects.filter(regrades__batch=batch).select_related("quiz")
    return list(rows.order_by("pk"))


def _finished(column: LineItem) -> QuerySet[Enrolment]:
    """Return the learners who have finished an attempt at the column's quiz."""
    attempts = Attempt.objects.finished().without_trials().filter(quiz=column.quiz)
    return Enrolment.objects.filter(pk__in=attempts.values("enrolment"))


def _with_outcome(batch: RegradeBatch, column: LineItem) -> QuerySet[Any]:
    """Return the learners with whom the batch is done: no attempt was finished since."""
    rows = RegradeOutcome.objects.filter(batch=batch, line_item=column)
    return rows.values("enrolment")


def _take(rows: QuerySet[Enrolment]) -> Sequence[Enrolment]:
    """Lock and return the next learners; their attempts are locked after them."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:LEARNERS])
    found = Enrolment.objects.filter(pk__in=ids).select_related("course", "user").order_by("pk")
    return list(found.select_for_update(no_key=True, of=("self",)))


def _close(batch: RegradeBatch, state: str, now: datetime) -> None:
    batch.state = state
    if state == State.APPLIED:
        batch.applied_at = now
    else:
        batch.undone_at = now
    batch.save(update_fields=["state", "applied_at", "undone_at"])
    RegradeTarget.objects.filter(batch=batch).update(is_running=False)
    is_applied = state == State.APPLIED
    kind = events.REGRADE_APPLIED if is_applied else events.REGRADE_UNDONE
    by = batch.by if is_applied else batch.undone_by
    entries = [(kind, {"regrade": str(batch.uuid)})]
    events.record(entries=entries, now=now, by=by, enrolment=None, course=batch.course)
    notifying.queue_mails(batch=batch, by=by, now=now)
    for row in RegradeTarget.objects.filter(batch=batch).select_related("line_item"):
        staleness.queue(line_item=row.line_item, now=now)


def _counts(batch: RegradeBatch) -> dict[str, int]:
    rows = RegradeOutcome.objects.filter(batch=batch)
    changed = rows.filter(state=RegradeOutcome.State.CHANGED)
    return {
        "learners": rows.count(),
        "changed": changed.count(),
        "passed": changed.filter(~Q(passed_before=True), passed_after=True).count(),
        "lost": changed.filter(~Q(passed_after=True), passed_before=True).count(),
        "noted": rows.exclude(notes=[]).count(),
    }


def _facts(result: dict[str, Any]) -> list[Fact]:
    labels = {
        "learners": gettext_lazy("Learners"),
        "changed": gettext_lazy("Results changed"),
        "passed": gettext_lazy("Passed by it"),
        "lost": gettext_lazy("Passed no longer"),
        "noted": gettext_lazy("With something left as it was"),
    }
    return [Fact(label, result[name]) for name, label in labels.items() if name in result]


REGRADE = Kind(
    label=gettext_lazy("Correction of results"),
    can=Can.CORRECT,
    step=apply_step,
    results=_facts,
    on_stop=stop,
)
REGRADE_UNDO = Kind(
    label=gettext_lazy("Undoing a correction of results"),
    can=Can.CORRECT,
    step=undo_step,
    results=_facts,
    on_stop=stop,
)
