"""The site with django-tasks-rq as the engine of its jobs, as docs/operations.md describes it."""

import os

from cxcourse.settings import *  # noqa: F403
from cxcourse.settings import INSTALLED_APPS as OF_THE_SITE

INSTALLED_APPS = [*OF_THE_SITE, "django_rq", "django_tasks_rq"]
RQ_QUEUES = {
    "default": {
        "HOST": "127.0.0.1",
        "PORT": int(os.environ["REDIS_PORT"]),
        "DB": 0,
        "DEFAULT_TIMEOUT": -1,
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_rq.RQBackend", "QUEUES": ["default"]}}
COURSES_TASKS_BACKEND = "default"
COURSES_JOBS = {"count": "tests.counting.COUNT"}
