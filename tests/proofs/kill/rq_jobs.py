"""What the test of an external engine does with the database: each command prints JSON.

python -m tests.proofs.kill.rq_jobs queue 500   makes two jobs, of two courses
python -m tests.proofs.kill.rq_jobs state       says how far they are, and what their steps left
python -m tests.proofs.kill.rq_jobs later       lets two minutes pass, and runs the relay once
"""

import json
import sys
from datetime import timedelta
from random import Random
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from courses.domain import jobs, relay  # noqa: E402
from courses.models import Course, Job, Tag  # noqa: E402


def queue(total: int) -> None:
    for key in ("one", "two"):
        course = Course.objects.create(key=key, title=key)
        args, now = {"total": total}, timezone.now()
        jobs.queue(kind="count", args=args, by=None, now=now, course=course)


def later() -> None:
    """Let the leases of workers that are gone run out, without waiting for it."""
    moment = timezone.now()
    for job in Job.objects.unfinished():
        job.due_at = moment - timedelta(minutes=2)
        # Who lives renews its lease with each step; this takes it from nobody else.
        if job.lease_until is not None and job.lease_until < moment + timedelta(seconds=58):
            job.lease_until = moment
        job.save(update_fields=["due_at", "lease_until"])
    relay.run_once(clock=timezone.now, jitter=Random(1))


def state() -> list[dict[str, Any]]:
    return [
        {
            "state": job.state,
            "done": job.done,
            "tries": job.tries,
            "errors": [error["text"] for error in job.errors],
            "steps": list(
                Tag.objects.filter(course=job.course).order_by("pk").values_list("key", flat=True)
            ),
        }
        for job in Job.objects.order_by("pk")
    ]


if __name__ == "__main__":
    if sys.argv[1] == "queue":
        queue(int(sys.argv[2]))
    elif sys.argv[1] == "later":
        later()
    print(json.dumps(state()))  # noqa: T201
