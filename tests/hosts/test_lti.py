"""LTI launches in a host's project: a prefix, languages in addresses, sign-in for everybody."""

import json
from pathlib import Path

import pytest

from tests.hosts import pieces
from tests.hosts.project import quick_host
from tests.lengths import spread

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("lti_launch.py")
SETTINGS = """
INSTALLED_APPS += ["courses.lti"]
COURSES_LTI_URL = "https://localhost/tools/lti/"
MIGRATION_MODULES["cx_courses_lti"] = None
MIDDLEWARE.insert(2, "django.middleware.locale.LocaleMiddleware")
"""
URLS = """
from django.conf.urls.i18n import i18n_patterns
urlpatterns += [path("tools/lti/", include("courses.lti.urls"))]
urlpatterns += i18n_patterns(path("training/", include("courses.urls")))
"""


@pytest.mark.parametrize("users", spread(["email", "bare"], check=1))
def test_a_launch_passes_in_a_project_that_signs_everybody_in(users: str, tmp_path: Path) -> None:
    """The user models have no first name; one has an e-mail address in place of a user name."""
    settings = pieces.users(users) + pieces.LOGIN_REQUIRED + SETTINGS
    host = quick_host(tmp_path, settings=settings, urls=URLS)
    host.add(SCRIPT.name, SCRIPT.read_text())
    found = json.loads(host.run(host.python, "-W", "error", SCRIPT.name))
    names, answers = zip(*found["pages"], strict=True)
    assert answers == (302, 302, 302, 200)
    assert names[:2] == ("login", "launch")
    assert "/training/embed/" in names[2]
    assert found["roles"] == ["learner"]
