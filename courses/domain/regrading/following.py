"""Attempts that are handed in after a correction follow it, in the order of the batches."""

from collections.abc import Sequence
from datetime import datetime

from courses.domain.regrading import cells, changes, writing
from courses.domain.regrading.cells import Sitting
from courses.models import Attempt, AttemptItem, LineItem, RegradeBatch


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
        writing.store(sittings=[sitting], rows=rows)
