"""Who may see a job: the person who asked for it, and who has the right for its course now."""

from typing import Any

from courses.domain.jobs.kinds import kind_of
from courses.domain.rights import rights
from courses.models import Course, Job


def may_see(*, job: Job, by: Any) -> bool:
    """Return whether the person may see how far the job is and what became of it."""
    if by.is_superuser:
        return True
    if job.course is None:
        return bool(job.by_id == by.pk)
    granted, can = rights(by=by, course=job.course), kind_of(job.kind).can
    if job.by_id == by.pk:
        # The right may have been taken back since.
        return granted.may(can)
    return granted.may_everywhere(can, course=job.course)


def of_course(*, course: Course, by: Any, limit: int = 50) -> list[Job]:
    """Return the newest jobs of a course that the person may see."""
    rows = Job.objects.filter(course=course).select_related("by", "course").order_by("-pk")
    return [job for job in rows[:limit] if may_see(job=job, by=by)]
