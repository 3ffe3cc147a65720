"""Begin, resume and undo a batch. The work is done by jobs, some learners at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.domain import gradebook, jobs, verdicts
from courses.domain.regrading.changes import Correction, check, dumped
from courses.errors import Conflict, Invalid
from courses.models import Course, LineItem, LineItemRule, Quiz, RegradeBatch, RegradeTarget

APPLY, UNDO = "regrade", "regrade_undo"

Transform, State = RegradeBatch.Transform, RegradeBatch.State
_GOES_ON: dict[str, tuple[str, str]] = {
    State.STOPPED: (APPLY, State.APPLYING),
    State.UNDO_STOPPED: (UNDO, State.UNDOING),
}


@transaction.atomic
def apply(
    *,
    course: Course,
    quizzes: Sequence[Quiz],
    changes: Sequence[Correction],
    by: Any,
    now: datetime,
    reason: str,
    transform: str = Transform.RULE,
    spares: bool = True,
    has_rule: bool = False,
    notifies: bool = True,
) -> RegradeBatch:
    """Begin to correct the results of these quizzes, in the background.

    With `has_rule` the quizzes' pass mark and grade method as they are now hold for everybody,
    unless nobody may fall. Raises Invalid for what cannot be applied, Conflict while another
    correction of one of the quizzes is under way.
    """
    if not reason.strip():
        raise Invalid(_("A correction of results needs a reason."))
    if not changes and not has_rule:
        raise Invalid(_("Nothing is to be corrected."))
    if not quizzes or any(one.course_id != course.pk or not one.is_graded for one in quizzes):
        raise Invalid(_("Choose graded quizzes of the course."))
    check(course=course, changes=changes, transform=transform)
    batch = RegradeBatch.objects.create(
        course=course,
        changes=dumped(changes),
        transform=transform,
        spares=spares,
        has_rule=has_rule,
        notifies=notifies,
        reason=reason.strip(),
        by=by,
        created_at=now,
    )
    columns = [gradebook.line_item(quiz) for quiz in quizzes]
    _target(batch, columns)
    LineItem.objects.filter(pk__in=[one.pk for one in columns]).update(is_corrected=True)
    if has_rule:
        for column in columns:
            _add_rule(column, batch, now, is_undo=False)
    _queue(APPLY, batch, by, now)
    return batch


@transaction.atomic
def resume(*, batch: RegradeBatch, by: Any, now: datetime) -> None:
    """Go on with a batch that stopped, or with undoing it. Raises Conflict for another one."""
    locked = _lock(batch)
    if locked.state not in _GOES_ON:
        raise Conflict(_("This correction has not stopped."))
    kind, locked.state = _GOES_ON[locked.state]
    locked.save(update_fields=["state"])
    _queue(kind, locked, by, now)


@transaction.atomic
def undo(*, batch: RegradeBatch, by: Any, now: datetime) -> None:
    """Begin to undo a batch, in the background.

    The last one first: raises Conflict while a later one of the same quizzes is in force, and for
    one that is under way or undone.
    """
    locked = _lock(batch)
    if locked.state not in (State.APPLIED, State.STOPPED):
        raise Conflict(_("This correction is under way or undone already."))
    columns = list(LineItem.objects.filter(regrades__batch=locked).select_related("quiz"))
    later = RegradeTarget.objects.filter(line_item__in=columns, batch__pk__gt=locked.pk)
    if later.exclude(batch__state=State.UNDONE).exists():
        raise Conflict(_("A later correction of the same quiz has to be undone first."))
    locked.state, locked.undone_by = State.UNDOING, by
    locked.save(update_fields=["state", "undone_by"])
    RegradeTarget.objects.filter(batch=locked).update(is_running=True)
    if locked.has_rule:
        for column in columns:
            _add_rule(column, locked, now, is_undo=True)
    _queue(UNDO, locked, by, now)


def _lock(batch: RegradeBatch) -> RegradeBatch:
    return RegradeBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)


def _target(batch: RegradeBatch, columns: Sequence[LineItem]) -> None:
    try:
        with transaction.atomic():
            RegradeTarget.objects.bulk_create(
                RegradeTarget(batch=batch, line_item=column) for column in columns
            )
    except IntegrityError:
        raise Conflict(_("Another correction of this quiz is under way.")) from None


def _add_rule(column: LineItem, batch: RegradeBatch, now: datetime, *, is_undo: bool) -> None:
    found = gradebook.rules(line_item=column, now=now)
    last = verdicts.standing(found)[-1]
    LineItemRule.objects.create(
        line_item=column,
        sequence=found[-1].sequence + 1,
        pass_mark=last.pass_mark,
        grade_method=last.grade_method,
        at=now,
        batch=batch,
        is_binding=not batch.spares,
        is_undo=is_undo,
    )


def _queue(kind: str, batch: RegradeBatch, by: Any, now: datetime) -> None:
    jobs.queue(
        kind=kind,
        args={"batch": str(batch.uuid)},
        by=by,
        now=now,
        course=batch.course,
        about=str(batch.uuid),
    )
