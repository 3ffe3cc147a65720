"""Store mails that are to be sent, in the transaction of their event, and forget old ones."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from courses.domain import jobs
from courses.domain.learning_mails import choices
from courses.models import Course, Enrolment, LearningMail

JOB = "learning_mails"
KEPT = timedelta(days=400)
AT_ONCE = 200


@dataclass(frozen=True)
class Planned:
    """A mail to one person; who does not want it gets none."""

    user: Any
    enrolment: Enrolment | None = None
    data: dict[str, Any] = field(default_factory=dict)


def queue(
    *,
    kind: str,
    about: str,
    mails: Iterable[Planned],
    now: datetime,
    due_at: datetime | None = None,
) -> int:
    """Store a mail about an event for each of these people; return how many may get one.

    Nothing happens for a person who has one about it. `queue_job` sends them.
    """
    if not choices.are_sent():
        return 0
    rows = [
        LearningMail(
            user=one.user,
            enrolment=one.enrolment,
            kind=kind,
            about=about,
            data=one.data,
            due_at=due_at or now,
            created_at=now,
        )
        for one in mails
        if choices.wants(user=one.user, kind=kind)
    ]
    LearningMail.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def queue_job(
    *, kind: str, about: str, now: datetime, by: Any = None, course: Course | None = None
) -> None:
    """Send the stored mails about this event once the caller's transaction is stored.

    A job of its own for each call: one that is about to end would not see these mails.
    """
    jobs.queue(kind=JOB, args={"kind": kind, "about": about}, by=by, now=now, course=course)


def purge(*, now: datetime) -> int:
    """Delete a batch of rows of old mails; return how many."""
    old = LearningMail.objects.filter(created_at__lt=now - KEPT).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:AT_ONCE])
    if ids:
        LearningMail.objects.filter(pk__in=ids).delete()
    return len(ids)
