"""What follows when the result of one learner changes by a person's act.

The cell, completion and certificates. Completion goes both ways here. Where a learner works, it is
never taken back.
"""

from datetime import datetime

from courses.domain import certificates, events, gradebook, progress
from courses.models import Enrolment, LineItem, Result


def refresh(*, line_item: LineItem, enrolment: Enrolment, now: datetime) -> list[events.Entry]:
    """Work out the cell, complete the course or take its completion back; return the events.

    Must run inside the transaction that holds the lock on the enrolment.
    """
    rows = Result.objects.done().filter(line_item=line_item, enrolment=enrolment)
    was_done = rows.exists()
    entries = gradebook.refresh(line_item=line_item, enrolment=enrolment, now=now)
    if was_done and not rows.exists():
        settled = progress.settle_completion(enrolments=[enrolment], now=now)
        entries += [entry for _enrolment, entry in settled]
    else:
        entries += progress.course_completed(enrolment=enrolment, now=now)
    settled = certificates.settle(enrolments=[enrolment], now=now)
    return entries + [entry for _enrolment, entry in settled]
