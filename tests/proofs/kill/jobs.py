"""A worker of jobs that is killed, and what the database holds of its job afterwards.

python -m tests.proofs.kill.jobs 200    works a job of so many steps; a line when some are stored,
                                        at the end the job and what its steps left, as JSON
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.domain import jobs  # noqa: E402
from courses.domain.jobs import working  # noqa: E402
from courses.models import Course, Job, Tag  # noqa: E402

settings.COURSES_JOBS = {"count": "tests.counting.COUNT"}
working.LEASE = timedelta(milliseconds=300)  # So that nobody waits a minute for the next worker.


def queue(total: int) -> None:
    if Job.objects.exists():
        return
    course = Course.objects.create(key="counted", title="Counted")
    args, now = {"total": total}, timezone.now()
    jobs.queue(kind="count", args=args, by=None, now=now, course=course)


def work() -> None:
    while Job.objects.unfinished().exists():
        now = timezone.now()
        if jobs.work(clock=timezone.now, until=now + timedelta(milliseconds=5)):
            print(Job.objects.get().done, flush=True)  # noqa: T201


def judge() -> dict[str, Any]:
    job = Job.objects.get()
    steps = Tag.objects.order_by("pk").values_list("key", flat=True)
    return {
        "state": job.state,
        "done": job.done,
        "tries": job.tries,
        "errors": [error["text"] for error in job.errors],
        "steps": list(steps),
    }


if __name__ == "__main__":
    queue(int(sys.argv[1]))
    work()
    print(json.dumps(judge()))  # noqa: T201
