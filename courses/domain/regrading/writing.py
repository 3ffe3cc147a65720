"""Write what a correction makes of attempts: a grading for each item, then everything above."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from courses.domain import grading
from courses.domain.regrading import plan
from courses.domain.regrading.cells import Sitting
from courses.domain.regrading.changes import Correction
from courses.domain.reveal.policy import Policy
from courses.models import Attempt, AttemptItem, Grading, RegradeBatch

BATCH = 500


def rows_of(
    *,
    sitting: Sitting,
    effect: plan.AttemptEffect,
    batch: RegradeBatch,
    changes: Mapping[int, Correction],
    now: datetime,
) -> list[Grading]:
    """Return the gradings that record an effect; not saved. Those that would say nothing are left
    out."""
    items = {item.pk: item for item in sitting.items}
    found = []
    for one in effect.items:
        item = items[one.key]
        version = changes[item.version.question_id].version
        is_same = one.worth == item.worth and one.score == item.score
        if is_same and (version is None or version.pk == item.version_id):
            continue
        log = sitting.gradings[item.pk]
        found.append(
            Grading(
                item=item,
                sequence=len(log) + 1,
                response=log[-1].response if log else None,
                kind=Grading.Kind.REGRADE,
                scaled=one.share,
                score=one.score,
                reason=batch.reason,
                by_id=batch.by_id,
                graded_at=now,
                batch=batch,
                version=version,
                points=one.worth if one.worth != item.worth else None,
            )
        )
    return found


def store(*, sittings: Sequence[Sitting], rows: Iterable[Grading]) -> list[Attempt]:
    """Store gradings, and what follows for their items and attempts; return these attempts.

    Each attempt's totals are worked out anew; its verdict and the result above are the caller's.
    """
    new: dict[int, list[Grading]] = {}
    for row in Grading.objects.bulk_create(rows, batch_size=BATCH):
        new.setdefault(row.item_id, []).append(row)
    items: list[AttemptItem] = []
    attempts: list[Attempt] = []
    for sitting in sittings:
        policy = Policy.load(sitting.attempt.policy)
        changed = [item for item in sitting.items if item.pk in new]
        for item in changed:
            sitting.gradings[item.pk] += new[item.pk]
            fold = grading.summarise(gradings=sitting.gradings[item.pk], policy=policy)
            grading.apply_summary(item=item, summary=fold)
        if changed:
            items += changed
            attempts.append(sitting.attempt)
            grading.set_totals(attempt=sitting.attempt, items=sitting.items)
    _update(AttemptItem, items, grading.SUMMARY_FIELDS)
    _update(Attempt, attempts, grading.TOTAL_FIELDS)
    return attempts


def _update(model: type[Any], rows: list[Any], fields: list[str]) -> None:
    """Update these columns of rows that exist and are locked: a third of what `bulk_update` costs.

    The rows must be loaded with all their columns.
    """
    model._base_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )
