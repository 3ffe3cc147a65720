"""The site's settings with sign-in locks."""

from cxcourse.settings import *  # noqa: F403

AXES_ENABLED = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
