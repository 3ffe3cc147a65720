"""A worker of a correction that is killed, and what the database holds afterwards.

python -m tests.proofs.kill.regrades 30 apply    corrects the results of so many learners, or undoes
                                                 that; a line when some are done, at the end JSON
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.domain import jobs, regrading, verifying  # noqa: E402
from courses.domain.jobs import working  # noqa: E402
from courses.domain.regrading import steps  # noqa: E402
from courses.models import Grading, Job, RegradeBatch, RegradeOutcome, Result  # noqa: E402
from tests.domain.test_regrading import OTHER_KEY, RIGHT, WRONG, World  # noqa: E402
from tests.factories import add_version  # noqa: E402

settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # It prints nothing.
working.LEASE = timedelta(milliseconds=300)  # So that nobody waits a minute for the next worker.
steps.LEARNERS = 2
steps.SECOND_LOOK = timedelta(milliseconds=50)


def begin(learners: int) -> None:
    """Make the learners and begin to correct their results."""
    world = World()
    for _number in range(learners):
        world.learner(WRONG, RIGHT, RIGHT)
    change = regrading.Correction(world.question, add_version(world.question, data=OTHER_KEY))
    regrading.apply(
        course=world.quiz.course, quizzes=[world.quiz], changes=[change], by=None,
        now=timezone.now(), reason="The key was wrong.",
    )  # fmt: skip


def work(kind: str) -> None:
    """Work the job to its end, whoever began it."""
    while Job.objects.unfinished().filter(kind=kind).exists():
        now = timezone.now()
        if jobs.work(clock=timezone.now, until=now + timedelta(milliseconds=1)):
            print(Job.objects.filter(kind=kind).latest("pk").done, flush=True)  # noqa: T201


def judge() -> dict[str, Any]:
    """Return what the correction has left."""
    return {
        "state": RegradeBatch.objects.get().state,
        "outcomes": RegradeOutcome.objects.count(),
        "gradings": Grading.objects.exclude(batch=None).count(),
        "percents": sorted(
            {round(one) for one in Result.objects.values_list("percent", flat=True)}
        ),
        "differences": [str(one) for one in verifying.verify(now=timezone.now())],
    }


if __name__ == "__main__":
    if not RegradeBatch.objects.exists():
        begin(int(sys.argv[1]))
    batch = RegradeBatch.objects.get()
    if sys.argv[2] == "undo" and batch.state == "applied":
        regrading.undo(batch=batch, by=None, now=timezone.now())
    work("regrade_undo" if sys.argv[2] == "undo" else "regrade")
    print(json.dumps(judge()))  # noqa: T201
