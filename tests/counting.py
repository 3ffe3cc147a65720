"""A job whose every step leaves one row, so that a test sees which steps were done."""

from typing import Any

from courses.domain.jobs import Fact, Kind, Progress
from courses.domain.rights import Can
from courses.models import Tag

wait: list[Any] = []
"""Moments until which the next steps wait."""
failing: list[BaseException] = []
"""What the next steps raise."""
stopped: list[Any] = []
"""The jobs that were given up or cancelled."""


def step(*, job: Any, now: Any) -> Progress:
    """Add one tag to the course of the job; a second one with its key is refused."""
    number = (job.cursor or 0) + 1
    Tag.objects.create(course=job.course, key=f"step-{number}")
    if failing:
        raise failing.pop(0)
    total = job.args.get("total", 3)
    result = {"steps": number} if number == total else None
    due_at = wait.pop(0) if wait else None
    return Progress(number, total, cursor=number, result=result, due_at=due_at)


def forget() -> None:
    """Forget what a test asked for and saw: the next one starts with nothing."""
    for one in (wait, failing, stopped):
        one.clear()


COUNT = Kind(
    label="Counting",
    can=Can.CORRECT,
    step=step,
    results=lambda result: [Fact("Steps", result["steps"])] if result else [],
    on_stop=lambda job, **_now: stopped.append(job.pk),
)
