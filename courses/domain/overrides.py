"""A person's word on a whole result: it counts instead of what the attempts earned, until it is
taken back. Each word is a row; nothing is overwritten."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain import events, gradebook, locks, progress
from courses.errors import Invalid, Problem
from courses.models import Enrolment, LineItem, ResultOverride


@transaction.atomic
def override(
    *,
    line_item: LineItem,
    enrolment: Enrolment,
    scaled: Fraction | None,
    by: Any,
    now: datetime,
    reason: str = "",
) -> ResultOverride:
    """Set the result to this share of the column; None returns to what the attempts earned.

    Raises Invalid outside 0…1.
    """
    if scaled is not None and not 0 <= scaled <= 1:
        text = _("A grade must be between zero and the maximum score.")
        raise Invalid(problems=[Problem("scaled", text)])
    enrolment = locks.enrolment(pk=enrolment.pk)
    rows = ResultOverride.objects.filter(line_item=line_item, enrolment=enrolment)
    row = ResultOverride(
        line_item=line_item,
        enrolment=enrolment,
        sequence=rows.count() + 1,
        scaled=scaled,
        reason=reason,
        by=by,
        given_at=now,
    )
    row.save()
    entries = gradebook.refresh(line_item=line_item, enrolment=enrolment, now=now)
    entries += progress.course_completed(enrolment=enrolment, now=now)
    course = enrolment.course
    events.record(entries=entries, now=now, by=by, enrolment=enrolment, course=course)
    return row
