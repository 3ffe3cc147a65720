"""Attempts that are handed in after a correction follow it, in the order of the batches."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from courses.domain.regrading import cells, changes, writing
from courses.domain.regrading.cells import Sitting
from courses.models import Attempt, AttemptItem, LineItem, RegradeBatch, RegradeOutcome

LATE = "late"
"""An attempt was handed in after the batch was applied, and follows it."""

State = RegradeOutcome.State


def follow(
    *, attempt: Attempt, items: Sequence[AttemptItem], line_item: LineItem, now: datetime
) -> None:
    """Apply every correction of the column that is in force to an attempt that is being closed.

    Its items are judged and its totals stored. Must run inside the transaction that closes it.
    """
    batches = RegradeBatch.objects.filter(
        targets__line_item=line_item, state__in=RegradeBatch.IN_FORCE
    ).order_by("pk")
    for batch in batches:
        known = changes.loaded(batch)
        (sitting,) = cells.read(sittings=[Sitting(attempt, list(items))], questions=list(known))
        effect = cells.planned(sitting=sitting, batch=batch, changes=known)
        rows = writing.rows_of(sitting=sitting, effect=effect, batch=batch, changes=known, now=now)
        before = attempt.percent
        writing.store(sittings=[sitting], rows=rows)
        if rows:
            _name(batch, line_item, attempt, before)


def _name(
    batch: RegradeBatch, line_item: LineItem, attempt: Attempt, before: Decimal | None
) -> None:
    """Name the attempt in the report of the batch: undoing it goes by the report.

    While the batch is at work its job makes the row, for all attempts of the learner. The per
    cents of a row that is made here are those of the attempt.
    """
    rows = RegradeOutcome.objects.filter(
        batch=batch, line_item=line_item, enrolment=attempt.enrolment
    )
    found = rows.first()
    if found is not None:
        found.notes = sorted({*found.notes, LATE})
        found.save(update_fields=["notes"])
    elif batch.state == RegradeBatch.State.APPLIED:
        RegradeOutcome.objects.create(
            batch=batch,
            line_item=line_item,
            enrolment=attempt.enrolment,
            state=State.SAME if before == attempt.percent else State.CHANGED,
            percent_before=before,
            percent_after=attempt.percent,
            notes=[LATE],
        )
