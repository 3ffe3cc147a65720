"""A person's decision on a whole result, which counts instead of what the attempts earned.

Each decision is a row; nothing is overwritten, and the last one counts until it is taken back.
"""

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import events, learning_mails, locks, result_changes
from courses.errors import Conflict, Invalid, Problem
from courses.models import Enrolment, LineItem, Result, ResultOverride


@transaction.atomic
def override(
    *,
    line_item: LineItem,
    enrolment: Enrolment,
    scaled: Fraction | None,
    by: Any,
    now: datetime,
    is_excused: bool = False,
    reason: str = "",
    based_on: str | None = None,
) -> ResultOverride:
    """Set the result to this share of the column, or excuse the learner from it.

    Neither returns to what the attempts earned. `based_on` is the `state_of` the cell that the
    person saw. Raises Invalid outside 0…1, Conflict when the cell has changed since.
    """
    if scaled is not None and (is_excused or not 0 <= scaled <= 1):
        text = _("A grade must be between zero and the maximum score.")
        if is_excused:
            text = _("Who is excused has no share.")
        raise Invalid(problems=[Problem("scaled", text)])
    enrolment = locks.enrolment(pk=enrolment.pk)
    if based_on not in (None, state_of(line_item=line_item, enrolment=enrolment)):
        raise Conflict
    before = learning_mails.shown_standing(line_item=line_item, enrolment=enrolment, now=now)
    rows = ResultOverride.objects.filter(line_item=line_item, enrolment=enrolment)
    row = ResultOverride(
        line_item=line_item,
        enrolment=enrolment,
        sequence=rows.count() + 1,
        scaled=scaled,
        is_excused=is_excused,
        reason=reason,
        by=by,
        given_at=now,
    )
    row.save()
    entries = result_changes.refresh(line_item=line_item, enrolment=enrolment, now=now)
    course = enrolment.course
    events.record(entries=entries, now=now, by=by, enrolment=enrolment, course=course)
    learning_mails.note_change(line_item=line_item, enrolment=enrolment, before=before, now=now)
    return row


def state_of(*, line_item: LineItem, enrolment: Enrolment) -> str:
    """Return a text that is another one after the cell has changed. Two queries."""
    rows = ResultOverride.objects.filter(line_item=line_item, enrolment=enrolment)
    cells = Result.objects.filter(line_item=line_item, enrolment=enrolment)
    names = ("percent", "is_overridden", "is_excused", "grading_progress")
    values = cells.values_list(*names).first() or ()
    return "|".join(str(one) for one in (rows.count(), *values))
