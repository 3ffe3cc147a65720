"""A host whose accounts require more than the default adapter knows."""

import pytest
from django.core.checks import run_checks

from courses.models import ExternalIdentity
from tests.api.platform import Platform

pytestmark = pytest.mark.django_db


def test_the_hosts_adapter_makes_the_accounts():
    answer = Platform("learners:write").put("/learners/a-1", {"first_name": "Ada"})
    assert (answer.status_code, answer.json()["first_name"]) == (201, "Ada")
    user = ExternalIdentity.objects.get().user
    assert user.department.name == "Visitors"
    assert run_checks(tags=["cx_courses"]) == []


@pytest.mark.parametrize(
    ("path", "code", "text"),
    [
        ("courses.users.UserAdapter", "E008", "department, staff_number"),
        ("courses.users.Names", "E007", "no adapter"),
        ("courses.nowhere.Adapter", "E007", "No module named"),
    ],
)
def test_unusable_adapter_is_refused_at_start_up(path, code, text, settings):
    settings.COURSES_USER_ADAPTER = path
    (found,) = run_checks(tags=["cx_courses"])
    assert found.id == f"cx_courses.{code}"
    assert text in found.msg


def test_a_login_url_that_names_nothing_is_refused_at_start_up(settings):
    settings.LOGIN_URL = "accounts-of-nobody"
    (found,) = run_checks(tags=["cx_courses"])
    assert (found.id, "accounts-of-nobody" in found.msg) == ("cx_courses.E009", True)
