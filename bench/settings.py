"""The site as it is served, plus bare views to compare with."""

import os

os.environ.setdefault("CXCOURSE_PROFILE", "development")
os.environ.setdefault("DEBUG", "false")

from cxcourse.settings import *  # noqa: F403

ROOT_URLCONF = "bench.floor"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Nobody measures a limit: as many requests as the machine can answer.
COURSES_API_RATES = {
    "client": "100000/s",
    "user": "100000/s",
    "anonymous": "60/min",
    "failed_keys": "20/min",
}
