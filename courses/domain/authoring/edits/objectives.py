"""Objectives, one at a time."""

from django.db import transaction
from django.utils.translation import gettext as _

from courses.coursefiles.schema import ObjectiveFile
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.rows import RowLookup, columns, place, refuse_taken, stop_at
from courses.domain.authoring.entries import RecordEntry
from courses.domain.authoring.rows import lock_course
from courses.domain.authoring.structure import assign_objective
from courses.domain.authoring.uses import uses_of
from courses.errors import Conflict
from courses.models import Course, Objective


@transaction.atomic
def create_objective(
    *,
    course: Course,
    record: ObjectiveFile,
    module: str,
    position: int | None = None,
    origin: Origin | None,
) -> Objective:
    """Create an objective of a module; without a position, after the others.

    Raises Invalid, and Conflict when the key is taken.
    """
    course = lock_course(course=course)
    row = Objective(course=course, key=record.key)
    with recording(row, origin=origin):
        _assign(row, record, module, position)
        refuse_taken(model=Objective, course=course, key=record.key)
        row.save()
        return row


@transaction.atomic
def change_objective(
    *,
    objective: Objective,
    record: ObjectiveFile,
    module: str,
    position: int | None = None,
    origin: Origin | None,
) -> Objective:
    """Give the objective the record's values and this module; save it only if something changed.

    Without a position it stays where it is. Raises Invalid.
    """
    lock_course(course=objective.course)
    with recording(objective, origin=origin):
        before = columns(objective)
        _assign(objective, record, module, position)
        if columns(objective) != before:
            objective.save()
        return objective


@transaction.atomic
def delete_objective(*, objective: Objective, origin: Origin | None) -> None:
    """Delete an objective. Raises Conflict when a question, a lesson or a draw names it."""
    lock_course(course=objective.course)
    with recording(objective, origin=origin):
        if uses_of(objective):
            raise Conflict(_("A question, a lesson or a draw of a quiz names this objective."))
        objective.delete()


def _assign(row: Objective, record: ObjectiveFile, module: str, position: int | None) -> None:
    names = RowLookup(row.course)
    names.ask("module", {"module": module})
    stop_at(names.judge(record, is_new=row.pk is None))
    position = place(row=row, module=names.find("module", module), position=position)
    entry = RecordEntry("objective", row.key, record, {}, module, position)
    assign_objective(row=row, entry=entry, find=names.find)
