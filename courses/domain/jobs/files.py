"""The file that a job makes: stored piece by piece with its steps, read by those who may, deleted.

Pieces are rows, so a piece and the step that made it are one transaction.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from courses.domain.jobs.access import may_see
from courses.domain.jobs.kinds import kind_of
from courses.domain.rights import rights
from courses.errors import NotAllowed, NotFound
from courses.models import Job, JobFilePart

KEPT = timedelta(days=3)
"""How long a file can be downloaded: it holds names and marks, and is soon made again."""
PIECE = 1_000_000
"""Bytes of a piece at most."""
AT_ONCE = 200


@dataclass(frozen=True)
class ResultFile:
    """A file to send; `parts` are read from the database one at a time."""

    name: str
    content_type: str
    parts: Iterator[bytes]


def add_part(*, job: Job, content: bytes) -> None:
    """Append to the file of a job, within one of its steps."""
    number = JobFilePart.objects.filter(job=job).count()
    pieces = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]
    JobFilePart.objects.bulk_create(
        JobFilePart(job=job, number=number + more, content=piece)
        for more, piece in enumerate(pieces, start=1)
    )


def set_file(*, job: Job, name: str, content_type: str, now: datetime) -> None:
    """Offer what was appended as a file, within the job's last step."""
    Job.objects.filter(pk=job.pk).update(
        file_name=name, file_type=content_type, file_expires_at=now + KEPT
    )


def open_file(*, job: Job, by: Any, now: datetime) -> ResultFile:
    """Return the file of a job that is done. Raises NotAllowed, and NotFound without one.

    The rights of now decide, also for the person who asked for it.
    """
    if not may_see(job=job, by=by):
        raise NotAllowed
    if not kind_of(job.kind).may_download(job=job, granted=rights(by=by, course=job.course)):
        raise NotAllowed
    if not has_file(job=job, now=now):
        raise NotFound
    return ResultFile(job.file_name, job.file_type, _parts(job))


def has_file(*, job: Job, now: datetime) -> bool:
    """Return whether there is a file that can still be downloaded."""
    expires_at = job.file_expires_at
    return job.state == Job.State.DONE and expires_at is not None and expires_at > now


def read_part(*, job: Job, number: int) -> bytes:
    """Return one piece of what a job has appended, counted from 1. Raises NotFound."""
    part = JobFilePart.objects.filter(job=job, number=number).first()
    if part is None:
        raise NotFound
    return bytes(part.content)


def _parts(job: Job) -> Iterator[bytes]:
    numbers = JobFilePart.objects.filter(job=job).order_by("number")
    for number in numbers.values_list("number", flat=True):
        yield read_part(job=job, number=number)


def discard(*, jobs: "QuerySet[Job]") -> None:
    """Delete the files of these jobs, those that are being made too."""
    JobFilePart.objects.filter(job__in=jobs).delete()
    jobs.exclude(file_name="").update(file_expires_at=None)


def purge(*, now: datetime) -> int:
    """Delete a batch of pieces of files that have expired, or that nobody finished; how many."""
    over = Job.objects.filter(finished_at__lt=now, file_expires_at=None)
    expired = Job.objects.filter(file_expires_at__lt=now)
    rows = JobFilePart.objects.filter(job__in=over) | JobFilePart.objects.filter(job__in=expired)
    old = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if old:
        JobFilePart.objects.filter(pk__in=old).delete()
    return len(old)
