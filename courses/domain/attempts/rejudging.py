"""Judging again what a learner changed after an attempt was reopened.

What nobody changed keeps its mark, also one that a person gave. A changed response is judged by the
version of the question that a correction of results brought, where one is in force.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from courses.domain import grading
from courses.domain.regrading import reopened
from courses.domain.reveal.policy import Policy
from courses.models import AttemptItem, Grading, Response

Logs = dict[int, list[Grading]]


def judge_changed(
    *,
    items: Sequence[AttemptItem],
    responses: Mapping[int, Response],
    policy: Policy,
    now: datetime,
) -> tuple[list[Grading], list[AttemptItem]]:
    """Return new gradings, unsaved, and the items they change, whose summaries are set.

    For an attempt that was reopened and is handed in again. One query.
    """
    logs = _logs(items)
    rows, changed = [], []
    for item in items:
        log = logs.get(item.pk, [])
        if not _is_judged_again(item, log, policy):
            continue
        response = responses.get(item.pk)
        row = reopened.judged_row(item=item, log=log, response=response, policy=policy, now=now)
        summary = grading.summarise(gradings=[*log, row], policy=policy)
        grading.apply_summary(item=item, summary=summary)
        rows.append(row)
        changed.append(item)
    return rows, changed


def reopen_blank(*, items: Sequence[AttemptItem], policy: Policy, now: datetime) -> list[Grading]:
    """Return rows, unsaved, that take back the judgement of items that nobody answered.

    Where each response is judged at once the hand-in used up a try of them. Their summaries are
    set. One query.
    """
    if not policy.is_graded_at_once:
        return []
    blank = [item for item in items if item.value is None and item.tries]
    logs = _logs(blank)
    rows = []
    for item in blank:
        log = logs.get(item.pk, [])
        if not _is_blank_judgement(log):
            continue
        row = Grading(item=item, sequence=len(log) + 1, kind=Grading.Kind.REOPEN, graded_at=now)
        summary = grading.summarise(gradings=[*log, row], policy=policy)
        grading.apply_summary(item=item, summary=summary)
        rows.append(row)
    return rows


def _is_blank_judgement(log: Sequence[Grading]) -> bool:
    """Return whether the last word is that of a hand-in on a blank item."""
    rows = [row for row in log if row.kind != Grading.Kind.REGRADE]
    if not rows or rows[-1].kind != Grading.Kind.AUTO:
        return False
    return rows[-1].response is None or rows[-1].response.value is None


def _logs(items: Sequence[AttemptItem]) -> Logs:
    rows = Grading.objects.filter(item__in=items).select_related("response", "batch", "version")
    found: Logs = {}
    for row in rows.order_by("sequence"):
        found.setdefault(row.item_id, []).append(row)
    return found


def _is_judged_again(item: AttemptItem, log: Sequence[Grading], policy: Policy) -> bool:
    """Return whether the response is not the one that was judged.

    Where responses are judged at once, that is so for what is blank and has no judgement.
    """
    if policy.is_graded_at_once:
        return not item.tries and item.value is None
    judged = [row for row in log if row.kind == Grading.Kind.AUTO]
    if not judged:
        return True
    earlier = judged[-1].response
    return (earlier.value if earlier is not None else None) != item.value
