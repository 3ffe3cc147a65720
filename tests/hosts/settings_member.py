"""The test settings with the user model of `models_member`, in a host that has its own accounts."""

from tests.hosts.settings_of import *  # noqa: F403
from tests.hosts.settings_of import with_users

INSTALLED_APPS = with_users("models_member")
AUTH_USER_MODEL = "models_member.Person"
COURSES_USER_ADAPTER = "tests.hosts.models_member.adapter.MemberAdapter"
