"""Responses that were judged again after a reopening, where a correction is in force or undone.

A changed response is judged by the version that the last correction in force brought. Undoing that
correction judges it once more, by what is in force then.
"""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from courses.domain import grading
from courses.domain.reveal.policy import Policy
from courses.models import Attempt, AttemptItem, Grading, RegradeBatch, Response
from courses.questions.base import Outcome


def judged_row(
    *,
    item: AttemptItem,
    log: Sequence[Grading],
    response: Response | None,
    policy: Policy,
    now: datetime,
) -> Grading:
    """Return the judgement, unsaved, of the stored response by the corrections in force."""
    correction = grading.correction(log)
    version = correction.version if correction is not None else None
    outcome = grading.judge_at_the_end(item=item, policy=policy, version=version)
    if correction is not None and _is_full_credit(correction):
        outcome = Outcome(Fraction(1))
    row = grading.grading_row(
        item=item,
        outcome=outcome,
        policy=policy,
        response=response,
        sequence=len(log) + 1,
        now=now,
    )
    row.version = version
    return row


def taken_back(
    *, item: AttemptItem, log: Sequence[Grading], batch: RegradeBatch, policy: Policy, now: datetime
) -> list[Grading]:
    """Return the rows, unsaved, that take the batch out of the item's log.

    The first holds what counts again. Another one judges the response anew where it was judged
    after the batch; where each response is judged at once, there is none of these.
    """
    undo = Grading(
        item=item,
        sequence=len(log) + 1,
        response=log[-1].response,
        kind=Grading.Kind.REGRADE,
        reason=batch.reason,
        by_id=batch.undone_by_id,
        graded_at=now,
        batch=batch,
        is_undo=True,
    )
    fold = grading.summarise(gradings=[*log, undo], policy=policy)
    worth = item.points if fold.points is None else fold.points
    undo.score, undo.points = fold.score, fold.points
    own = max(row.sequence for row in log if row.batch_id == batch.pk)
    later = [row for row in log if row.kind == Grading.Kind.AUTO and row.sequence > own]
    if not later or policy.is_graded_at_once:
        undo.scaled = None if fold.score is None or not worth else fold.score / Fraction(worth)
        return [undo]
    item.new_points = fold.points
    again = judged_row(
        item=item, log=[*log, undo], response=later[-1].response, policy=policy, now=now
    )
    undo.score, undo.scaled = again.score, again.scaled
    return [undo, again]


def take_out_undone(*, attempt: Attempt, items: Sequence[AttemptItem], now: datetime) -> None:
    """Take corrections out of a reopened attempt that were undone while it was open.

    Two queries where there are none. Must run under the attempt's lock, before it is judged.
    """
    rows = Grading.objects.filter(item__in=items, kind=Grading.Kind.REGRADE, is_undo=False)
    undone = rows.exclude(batch__state__in=RegradeBatch.IN_FORCE).select_related("batch")
    batches = {row.batch_id: row.batch for row in undone.order_by("batch_id")}
    if not batches:
        return
    logs: dict[int, list[Grading]] = {}
    every = Grading.objects.filter(item__in=items).select_related("response", "batch", "version")
    for row in every.order_by("sequence"):
        logs.setdefault(row.item_id, []).append(row)
    policy, changed, new = Policy.load(attempt.policy), {}, []
    for batch in batches.values():
        for item in items:
            log = logs.get(item.pk, [])
            if batch is None or all(row.batch_id != batch.pk for row in grading.in_force(log)):
                continue
            made = taken_back(item=item, log=log, batch=batch, policy=policy, now=now)
            log += made
            new += made
            fold = grading.summarise(gradings=log, policy=policy)
            grading.apply_summary(item=item, summary=fold)
            changed[item.pk] = item
    Grading.objects.bulk_create(new)
    AttemptItem.objects.bulk_update(changed.values(), grading.SUMMARY_FIELDS)


def _is_full_credit(correction: Grading) -> bool:
    batch = correction.batch
    return batch is not None and batch.transform == RegradeBatch.Transform.FULL
