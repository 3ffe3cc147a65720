"""Work jobs: take one under a lease, do steps, give it back.

The lease and the number of times a job was taken fence its worker: one that was too slow, and
whose job another has taken over, changes nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from courses.domain.jobs.kinds import GiveUpError, Kind, Progress, kind_of
from courses.errors import CoursesError
from courses.models import Job
from courses.models.job import JobQuerySet

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
SLICE = timedelta(seconds=2)
"""How long the relay works jobs in a round: attempts and webhooks wait no longer."""
LEASE = timedelta(seconds=60)
"""How long a job is held for each step. A worker that is killed is replaced after it."""
FIRST_RETRY = timedelta(seconds=10)
MOST_FAILURES = 3
"""Failures without a step between them after which a job is given up."""
ERRORS_KEPT = 20


class LeaseLostError(Exception):
    """The job was cancelled, or another worker has taken it."""


def work(*, clock: Clock, until: datetime) -> int:
    """Work jobs that are due until that moment; return how many steps were done.

    The one that has waited longest comes first; a job gets at least one step.
    """
    steps = 0
    while clock() < until:
        job = _take(_due(clock()), clock())
        if job is None:
            break
        steps += _work_on(job, clock, until)
    return steps


def run(*, uuid: UUID, clock: Clock) -> None:
    """Work this job to its end, or until it has to wait. Nothing happens where another holds it."""
    job = _take(_due(clock()).filter(uuid=uuid), clock())
    if job is not None:
        _work_on(job, clock, None)


def _due(now: datetime) -> JobQuerySet:
    is_free = Q(lease_until=None) | Q(lease_until__lte=now)
    return Job.objects.unfinished().filter(is_free, due_at__lte=now).order_by("due_at", "pk")


def _take(rows: JobQuerySet, now: datetime) -> Job | None:
    """Take the first of these under a lease; another worker may be faster with some."""
    for pk, tries, lease_until in rows.values_list("pk", "tries", "lease_until")[:10]:
        taken = (
            rows.filter(pk=pk, tries=tries)
            .order_by()
            .update(
                state=Job.State.RUNNING,
                tries=F("tries") + 1,
                lease_until=now + LEASE,
                started_at=Coalesce("started_at", now),
            )
        )
        if taken:
            job = Job.objects.get(pk=pk)
            if lease_until is None or _failed(job, _("Its worker was stopped."), now, is_held=True):
                return job
    return None


def _work_on(job: Job, clock: Clock, until: datetime | None) -> int:
    """Do steps until the job is over, has to wait or the time is up; return how many."""
    steps = 0
    try:
        kind = kind_of(job.kind)
        while _step(job, kind, clock):
            steps += 1
            if until is not None and clock() >= until:
                _held(job).update(lease_until=None, due_at=clock())
                return steps
        return steps + 1
    except LeaseLostError:
        return steps
    except OperationalError:
        # The database, not the job; its lease runs out and it is taken again.
        raise
    except GiveUpError as error:
        _failed(job, _text_of(error), clock(), is_last=True)
        return steps
    except Exception as error:
        logger.exception("Job %s failed.", job)
        _failed(job, _text_of(error), clock())
        return steps


def _step(job: Job, kind: Kind, clock: Clock) -> bool:
    """Do one step and store how far the job is; return whether another may follow at once."""
    step = kind.step
    if kind.prepare is not None:
        step = partial(step, prepared=kind.prepare(job=job, now=clock()))
    with transaction.atomic():
        now = clock()
        held = _held(job).select_for_update(no_key=True).first()
        if held is None:
            raise LeaseLostError
        progress = step(job=held, now=now)
        if not _held(job).update(**_changes(progress, now, clock() + LEASE)):
            raise LeaseLostError
    return progress.result is None and progress.due_at is None


def _changes(progress: Progress, now: datetime, lease_until: datetime) -> dict[str, Any]:
    found = {
        "done": progress.done,
        "total": progress.total,
        "cursor": progress.cursor,
        "failures": 0,
        "lease_until": lease_until,
    }
    if progress.result is not None:
        over = {"state": Job.State.DONE, "result": progress.result, "finished_at": now}
        return {**found, **over, "lease_until": None}
    if progress.due_at is not None:
        return {**found, "due_at": progress.due_at, "lease_until": None}
    return found


def _failed(
    job: Job, text: str, now: datetime, *, is_held: bool = False, is_last: bool = False
) -> bool:
    """Note a failure: try again later, or give up; return whether the job goes on.

    With `is_held` its worker keeps the lease and goes on at once; after the last try none follows.
    """
    failures = _failures(job) + 1
    errors = [*job.errors, {"at": now.isoformat(), "text": text}][-ERRORS_KEPT:]
    if failures < MOST_FAILURES and not is_last:
        wait = {} if is_held else {"lease_until": None, "due_at": now + FIRST_RETRY * failures}
        job.errors = errors
        return bool(_held(job).update(failures=failures, errors=errors, **wait))
    with transaction.atomic():
        given_up = _held(job).update(
            state=Job.State.FAILED,
            failures=failures,
            errors=errors,
            lease_until=None,
            finished_at=now,
        )
        if given_up:
            kind_of(job.kind).on_stop(job=job, now=now)
    return False


def _failures(job: Job) -> int:
    """Return how often the job has failed since its last step, as it is stored now."""
    return _held(job).values_list("failures", flat=True).first() or 0


def _held(job: Job) -> JobQuerySet:
    """Return the job's row while its worker holds it."""
    return Job.objects.filter(pk=job.pk, tries=job.tries, state=Job.State.RUNNING)


def _text_of(error: Exception) -> str:
    """Return what people may read of it: refusals in words, of all else the kind alone."""
    return str(error.message) if isinstance(error, CoursesError) else type(error).__name__
