"""Release of results: a hidden result is reported once its quiz shows it to the learner."""

from datetime import datetime
from typing import Any

from django.db import transaction

from courses.domain import events, gradebook, learning_mails, locks, progress
from courses.domain.reveal import visibility
from courses.errors import NotFound
from courses.models import Result

AT_ONCE = 200


def release_due(*, now: datetime) -> int:
    """Release the hidden results whose time has come. Returns how many."""
    due = Result.objects.filter(shown_at=None, look_again_at__lte=now).order_by("look_again_at")
    return sum(look(pk=pk, now=now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def look(*, pk: int, now: datetime, by: Any = None) -> bool:
    """Look at the result again under the lock of its writers: it may have changed since.

    Where it is shown now, events say so.
    """
    seen = Result.objects.filter(pk=pk).first()
    if seen is None:
        return False  # Erased since.
    try:
        locks.enrolment(pk=seen.enrolment_id)
    except NotFound:
        return False
    rows = Result.objects.select_related("enrolment__course", "line_item", *visibility.RESULT_PATHS)
    row = rows.get(pk=pk)
    if row.shown_at is not None:
        return False
    is_shown = gradebook.record_shown(row, now=now)
    row.save(update_fields=["shown_at", "look_again_at"])
    if not is_shown:
        return False
    entries = [(events.RESULT_SHOWN, gradebook.serialize_result(row))]
    entries += progress.course_completed(enrolment=row.enrolment, now=now)
    course = row.enrolment.course
    events.record(entries=entries, now=now, by=by, enrolment=row.enrolment, course=course)
    learning_mails.note_shown(result=row, now=now)
    return True
