"""The site as it is served, plus bare views to compare with and a password hash that costs nothing.

`bench journey` states what the site's own hash costs; see `hash_once` in `bench.floor`.
"""

import os

os.environ.setdefault("CXCOURSE_PROFILE", "development")
os.environ.setdefault("DEBUG", "false")
os.environ.setdefault("EMAIL_URL", "memorymail://")

from cxcourse.settings import *  # noqa: F403
from cxcourse.settings import INSTALLED_APPS, MIDDLEWARE, PASSWORD_HASHERS

ROOT_URLCONF = "bench.floor"
MIDDLEWARE = ["bench.floor.CountMiddleware", *MIDDLEWARE]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
# Tables are made from the models: the history of migrations takes half a minute, and leads there.
MIGRATION_MODULES = dict.fromkeys(
    ("cx_courses", "cx_courses_lti", *(app.rpartition(".")[2] for app in INSTALLED_APPS))
)
# Nobody measures a limit: as many requests as the machine can answer.
COURSES_API_RATES = {
    "client": "100000/s",
    "user": "100000/s",
    "anonymous": "60/min",
    "failed_keys": "20/min",
}
