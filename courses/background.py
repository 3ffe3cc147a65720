"""Hand work in the background to an engine of `django.tasks`.

Django has it from 6.0 on; before, the package django-tasks is the same. The row of a job is the
truth: an engine only has to call `run_job`, as often as it likes. Without an engine of the host's
(COURSES_TASKS_BACKEND) the relay works the rows, and nothing is sent anywhere.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from courses import signals
from courses.conf import settings
from courses.domain import jobs

if TYPE_CHECKING:
    from django.tasks import Task, TaskResult, TaskResultStatus, task, task_backends
    from django.tasks.backends.base import BaseTaskBackend
    from django.tasks.exceptions import InvalidTask
else:
    try:
        from django.tasks import Task, TaskResult, TaskResultStatus, task, task_backends
        from django.tasks.backends.base import BaseTaskBackend
        from django.tasks.exceptions import InvalidTask
    except ImportError:  # Django 5.2
        from django_tasks import TaskResult, TaskResultStatus, task, task_backends
        from django_tasks.backends.base import BaseTaskBackend
        from django_tasks.base import Task
        from django_tasks.exceptions import InvalidTaskError as InvalidTask


@task
def run_job(uuid: str) -> None:
    """Work a job to its end. It is harmless to run it twice: a job has one worker at a time."""
    jobs.run(uuid=UUID(uuid), clock=timezone.now)


class RelayBackend(BaseTaskBackend):
    """Leave jobs to the relay, which finds them in their table. It takes no other tasks."""

    supports_priority = True

    def validate_task(self, task: "Task[..., Any]") -> None:
        """Raise an error for a task that is no job of the courses."""
        super().validate_task(task)
        if task.func is not run_job.func:
            raise InvalidTask("The relay works jobs of the courses and no other tasks.")

    def enqueue(
        self, task: "Task[Any, Any]", args: list[Any], kwargs: dict[str, Any]
    ) -> "TaskResult[Any, Any]":
        """Return the result of a job that waits: its id is the job's, and nothing is written."""
        self.validate_task(task)
        return TaskResult(
            task=task,
            id=str(args[0]),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=args,
            kwargs=kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )


def connect() -> None:
    """Hand every new job to the engine that the host has named."""
    signals.job_queued.connect(_enqueue, dispatch_uid="courses.background")


def _enqueue(*, uuid: str, **_kwargs: Any) -> None:
    backend = (
        RelayBackend("courses", {})
        if settings.TASKS_BACKEND is None
        else task_backends[settings.TASKS_BACKEND]
    )
    backend.enqueue(run_job, [uuid], {})
