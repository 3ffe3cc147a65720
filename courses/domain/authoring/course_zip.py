"""A large course becomes a zip of its files in the background."""

from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any

from django.utils.translation import gettext_lazy

from courses.coursefiles.archive import write_archive
from courses.domain import jobs
from courses.domain.authoring.export import course_to_records
from courses.domain.jobs import Fact, Kind, Progress
from courses.domain.rights import Can, Rights
from courses.models import Course, Job

KIND = "course_zip"
AT_ONCE = 200
"""A course of more questions is not made into a zip while somebody waits."""
_IN_MEMORY = 4 * 2**20


def is_large(*, course: Course) -> bool:
    """Return whether a request should not make the zip by itself."""
    return course.questions.count() > AT_ONCE


def queue_zip(*, course: Course, by: Any, now: datetime) -> Job:
    """Ask for a zip of the course's files."""
    return jobs.queue(kind=KIND, args={}, by=by, now=now, course=course, about=str(course.pk))


def write_zip(*, course: Course) -> "SpooledTemporaryFile[bytes]":
    """Return an open file with the course as a zip of its files."""
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (the caller closes it)
    write_archive(course_to_records(course=course), file)
    file.seek(0)
    return file


def _prepare(*, job: Job, now: datetime) -> bytes:
    del now
    if job.course is None:
        return b""
    with write_zip(course=job.course) as file:
        return file.read()


def _step(*, job: Job, now: datetime, prepared: bytes) -> Progress:
    if job.course is None:
        return Progress(0, 0, result={})
    jobs.add_part(job=job, content=prepared)
    name = f"{job.course.key}-{now:%Y-%m-%d}.zip"
    jobs.set_file(job=job, name=name, content_type="application/zip", now=now)
    return Progress(1, 1, result={"bytes": len(prepared)})


def _facts(result: dict[str, Any]) -> list[Fact]:
    if "bytes" not in result:
        return []
    return [Fact(gettext_lazy("Size in MB"), f"{result['bytes'] / 10**6:.1f}")]


def _may_download(*, job: Job, granted: Rights) -> bool:
    return job.course is not None and granted.may_everywhere(Can.READ, course=job.course)


ZIP_KIND = Kind(
    label=gettext_lazy("Course files as a zip"),
    can=Can.READ,
    step=_step,
    prepare=_prepare,
    results=_facts,
    may_download=_may_download,
)
