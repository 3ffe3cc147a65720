"""The test settings as a host has them that brings its own accounts and its own tables."""

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS as OF_THE_SITE

ROOT_URLCONF = "tests.hosts.urls"
COURSES_ACCOUNTS = "host"
LOGIN_URL = "/admin/login/"


def with_users(app: str) -> list[str]:
    """The apps of the site, this app with a user model, and the tables that point at ours."""
    return [*OF_THE_SITE, f"tests.hosts.{app}", "tests.hosts.notes"]
