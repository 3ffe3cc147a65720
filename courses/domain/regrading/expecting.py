"""What the preview of a batch has shown, compared with what became of it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from courses.models import Enrolment, LineItem, RegradeBatch, RegradeOutcome, RegradePreviewRow

SINCE_PREVIEW = "since_preview"
"""It came otherwise than the preview has shown: something changed since."""

Expected = Mapping[int, tuple[Any, Any]] | None
"""Enrolment → per cent and verdict of the preview; None: the batch has none."""


def expected(
    *, batch: RegradeBatch, line_item: LineItem, enrolments: Iterable[Enrolment]
) -> Expected:
    """Return what the preview has shown for these learners. Two queries."""
    preview = getattr(batch, "preview", None)
    if preview is None:
        return None
    rows = RegradePreviewRow.objects.filter(
        preview=preview, line_item=line_item, enrolment__in=list(enrolments)
    )
    found = {}
    for row in rows:
        percent, has_passed = row.effects[preview.policy][:2]
        found[row.enrolment_id] = (percent and Decimal(percent), has_passed)
    return found


def name_surprise(*, outcome: RegradeOutcome, expected: Expected) -> None:
    """Note on an unsaved outcome that it is another one than the preview has shown."""
    if expected is None:
        return
    came = (outcome.percent_after, outcome.passed_after)
    if expected.get(outcome.enrolment_id) != came:
        outcome.notes = sorted({*outcome.notes, SINCE_PREVIEW})
