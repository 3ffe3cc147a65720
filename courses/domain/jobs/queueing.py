"""Ask for a job, cancel it, and forget what is over."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from courses import signals
from courses.domain.jobs import files
from courses.domain.jobs.kinds import kind_of
from courses.models import Course, Enrolment, Job

LOST_AFTER = timedelta(seconds=60)
"""A job that nobody has taken so long after it was due is announced again."""
KEPT = timedelta(days=90)
AT_ONCE = 200


@transaction.atomic
def queue(
    *,
    kind: str,
    args: dict[str, Any],
    by: Any,
    now: datetime,
    course: Course | None = None,
    about: str = "",
) -> Job:
    """Make a job that is worked once the caller's transaction is stored.

    `about` names what it works on: while one of the same kind and name is unfinished, that one is
    returned.
    """
    rows = Job.objects.unfinished().filter(kind=kind, dedupe=about)
    found = rows.first() if about else None
    if found is not None:
        return found
    job = Job(kind=kind, course=course, args=args, dedupe=about, by=by, due_at=now, created_at=now)
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:  # Somebody else was faster.
        return rows.get()
    # An engine that does not answer is called again later, see `announce_lost`.
    transaction.on_commit(lambda: _announce(str(job.uuid)), robust=True)
    return job


def record_done(*, kind: str, args: dict[str, Any], by: Any, now: datetime, about: str) -> Job:
    """Record work that is done at once, where people look up who had which work done."""
    return Job.objects.create(
        kind=kind,
        args=args,
        dedupe=about,
        by=by,
        state=Job.State.DONE,
        due_at=now,
        created_at=now,
        started_at=now,
        finished_at=now,
    )


@transaction.atomic
def cancel(*, job: Job, now: datetime) -> bool:
    """Cancel a job; False when it was over. What its steps have done so far stays."""
    rows = Job.objects.unfinished().filter(pk=job.pk)
    changed = rows.update(state=Job.State.CANCELLED, finished_at=now, lease_until=None)
    if changed:
        kind_of(job.kind).on_stop(job=job, now=now)
    return bool(changed)


def announce_lost(*, now: datetime) -> int:
    """Announce again the jobs that were due a while ago and that nobody holds; return how many."""
    rows = Job.objects.unfinished().filter(due_at__lte=now - LOST_AFTER)
    free = rows.filter(Q(lease_until=None) | Q(lease_until__lte=now)).order_by("due_at")
    found = list(free.values_list("pk", "uuid")[:AT_ONCE])
    Job.objects.unfinished().filter(pk__in=[pk for pk, _uuid in found]).update(due_at=now)
    for _pk, uuid in found:
        _announce(str(uuid))
    return len(found)


def _announce(uuid: str) -> None:
    signals.job_queued.send(sender=Job, uuid=uuid)


def purge(*, now: datetime) -> int:
    """Delete files that have expired and a batch of jobs that ended long ago; return how many."""
    files.purge(now=now)
    old = Job.objects.filter(finished_at__lt=now - KEPT).order_by("pk")
    ids = list(old.values_list("pk", flat=True)[:AT_ONCE])
    if ids:
        Job.objects.filter(pk__in=ids).delete()
    return len(ids)


def forget_person(*, user: Any) -> None:
    """Take a person out of the jobs that they asked for, and delete files that may name them."""
    courses = Enrolment.with_trials.filter(user=user).values("course")
    files.discard(jobs=Job.objects.filter(course__in=courses))
    Job.objects.filter(by=user).update(by=None)
