"""Correct the results of some learners in one quiz, or take that back, in one transaction.

The caller holds the locks on the learners' enrolments; their attempts are locked here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from courses.domain import attempt_events, certificates, events, gradebook, progress
from courses.domain.plain import plain
from courses.domain.regrading import cells, changes, expecting, notifying, plan, reopened, writing
from courses.domain.regrading.cells import Sitting
from courses.domain.regrading.simulating import OVERRIDDEN
from courses.domain.reveal.policy import Policy
from courses.models import (
    Attempt,
    Enrolment,
    Grading,
    LineItem,
    Quiz,
    RegradeBatch,
    RegradeOutcome,
    Result,
)

Standing = tuple[Decimal | None, bool | None]
"""Per cent and verdict of a result."""
NOTHING: Standing = (None, None)


def correct(
    *, batch: RegradeBatch, line_item: LineItem, enrolments: Sequence[Enrolment], now: datetime
) -> None:
    """Apply the batch to these learners; each gets an outcome."""
    before = _standings(line_item, enrolments)
    sittings, known = _sittings(batch, line_item, enrolments)
    rows: list[Grading] = []
    notes: dict[int, set[str]] = {}
    for sitting in sittings:
        effect = cells.planned(sitting=sitting, batch=batch, changes=known)
        rows += writing.rows_of(sitting=sitting, effect=effect, batch=batch, changes=known, now=now)
        notes.setdefault(sitting.attempt.enrolment_id, set()).update(effect.notes)
    _write(batch, line_item, enrolments, sittings, rows, by=batch.by, now=now)
    after = _standings(line_item, enrolments)
    set_by_hand = Result.objects.filter(line_item=line_item, is_overridden=True)
    for pk in set_by_hand.filter(enrolment__in=enrolments).values_list("enrolment", flat=True):
        notes.setdefault(pk, set()).add(OVERRIDDEN)
    planned = expecting.expected(batch=batch, line_item=line_item, enrolments=enrolments)
    outcomes = [
        _outcome(
            batch,
            line_item,
            one,
            (before.get(one.pk, NOTHING), after.get(one.pk, NOTHING)),
            notes.get(one.pk, set()),
        )
        for one in enrolments
    ]
    for one in outcomes:
        expecting.name_surprise(outcome=one, expected=planned)
    RegradeOutcome.objects.bulk_create(outcomes)
    notifying.write_notices(batch=batch, line_item=line_item, outcomes=outcomes, now=now)


def take_back(
    *, batch: RegradeBatch, line_item: LineItem, enrolments: Sequence[Enrolment], now: datetime
) -> None:
    """Undo the batch for these learners. Where a person has marked since, their word stays."""
    before = _standings(line_item, enrolments)
    sittings, _known = _sittings(batch, line_item, enrolments)
    rows: list[Grading] = []
    notes: dict[int, set[str]] = {}
    for sitting in sittings:
        for item in sitting.items:
            log = sitting.gradings.get(item.pk, [])
            if not any(row.batch_id == batch.pk for row in log):
                continue
            if _is_marked_since(log, batch):
                notes.setdefault(sitting.attempt.enrolment_id, set()).add(plan.BY_PERSON)
                continue
            policy = Policy.load(sitting.attempt.policy)
            rows += reopened.taken_back(item=item, log=log, batch=batch, policy=policy, now=now)
    _write(batch, line_item, enrolments, sittings, rows, by=batch.undone_by, now=now)
    outcomes = RegradeOutcome.objects.filter(batch=batch, line_item=line_item)
    found = list(outcomes.filter(enrolment__in=enrolments))
    for one in found:
        one.undone_at = now
        one.notes = sorted({*one.notes, *notes.get(one.enrolment_id, ())})
    RegradeOutcome.objects.bulk_update(found, ["undone_at", "notes"])
    after = _standings(line_item, enrolments)
    pairs = [(one, before.get(one.pk, NOTHING), after.get(one.pk, NOTHING)) for one in enrolments]
    changed = [row for row in pairs if plain(row[1]) != plain(row[2])]
    notifying.take_back_notices(batch=batch, line_item=line_item, changed=changed, now=now)


def _sittings(
    batch: RegradeBatch, line_item: LineItem, enrolments: Sequence[Enrolment]
) -> tuple[list[Sitting], dict[int, changes.Correction]]:
    """Lock the learners' attempts and return them, with what the batch changes."""
    quiz, known = _quiz(line_item), changes.loaded(batch)
    ids = [one.pk for one in enrolments]
    attempts = Attempt.objects.closed().filter(quiz=quiz, enrolment__in=ids)
    list(attempts.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    found = cells.load(quiz=quiz, enrolments=ids, questions=list(known), with_void=True)
    by_id = {one.pk: one for one in enrolments}
    for sitting in found:
        sitting.attempt.quiz = quiz
        sitting.attempt.enrolment = by_id[sitting.attempt.enrolment_id]
    return found, known


def _quiz(line_item: LineItem) -> Quiz:
    if line_item.quiz is None:
        raise ValueError("Only columns of quizzes are corrected.")
    return line_item.quiz


def _is_marked_since(log: Iterable[Grading], batch: RegradeBatch) -> bool:
    own = max(row.sequence for row in log if row.batch_id == batch.pk)
    return any(row.sequence > own and row.kind == Grading.Kind.PERSON for row in log)


def _write(
    batch: RegradeBatch,
    line_item: LineItem,
    enrolments: Sequence[Enrolment],
    sittings: Sequence[Sitting],
    rows: Sequence[Grading],
    *,
    by: Any,
    now: datetime,
) -> None:
    """Store the rows and all that rests on them, with the events."""
    waiting = {one.attempt.pk for one in sittings if one.attempt.state == Attempt.State.SUBMITTED}
    before = _standings(line_item, enrolments)
    attempts = writing.store(sittings=sittings, rows=rows)
    changed = gradebook.refresh_changed(line_item=line_item, enrolments=enrolments, now=now)
    entries: list[tuple[Enrolment | None, events.Entry]] = [
        (one.enrolment, (events.ATTEMPT_GRADED, attempt_events.attempt_data(one, now=now)))
        for one in attempts
        if one.pk in waiting and one.state == Attempt.State.GRADED
    ]
    for one in enrolments:
        if one.pk in changed:
            kind, data = changed[one.pk]
            entries.append((one, (kind, {**data, "cause": {"regrade": str(batch.uuid)}})))
    entries += progress.settle_completion(
        enrolments=_crossed(line_item, enrolments, before), now=now
    )
    entries += certificates.settle(
        enrolments=[one for one in enrolments if one.pk in changed], now=now
    )
    events.record_all(entries=entries, now=now, by=by, course=batch.course)


def _crossed(
    line_item: LineItem, enrolments: Sequence[Enrolment], before: dict[int, Standing]
) -> list[Enrolment]:
    """Return the learners whose verdict is another one now."""
    after = _standings(line_item, enrolments)
    return [
        one
        for one in enrolments
        if bool(before.get(one.pk, NOTHING)[1]) != bool(after.get(one.pk, NOTHING)[1])
    ]


def _standings(line_item: LineItem, enrolments: Sequence[Enrolment]) -> dict[int, Standing]:
    rows = Result.objects.filter(line_item=line_item, enrolment__in=enrolments)
    return {
        pk: (percent, has_passed)
        for pk, percent, has_passed in rows.values_list("enrolment", "percent", "has_passed")
    }


def _outcome(
    batch: RegradeBatch,
    line_item: LineItem,
    enrolment: Enrolment,
    standings: tuple[Standing, Standing],
    notes: set[str],
) -> RegradeOutcome:
    old, new = standings
    state = RegradeOutcome.State
    return RegradeOutcome(
        batch=batch,
        line_item=line_item,
        enrolment=enrolment,
        state=state.SAME if plain(old) == plain(new) else state.CHANGED,
        percent_before=old[0],
        percent_after=new[0],
        passed_before=old[1],
        passed_after=new[1],
        notes=sorted(notes),
    )
