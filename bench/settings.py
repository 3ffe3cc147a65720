"""The site as it is served, plus bare views to compare with."""

import os

os.environ.setdefault("CXCOURSE_PROFILE", "development")
os.environ.setdefault("DEBUG", "false")

from cxcourse.settings import *  # noqa: F403

ROOT_URLCONF = "bench.floor"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
