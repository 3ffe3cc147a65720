"""What the courses cannot work with is refused by a system check, with one sentence."""

from typing import Any

import pytest
from django.core.checks import Error
from django.test import override_settings

from courses import checks, host_checks


class ElsewhereRouter:
    """Keeps the courses, or their users, away from the default database."""

    labels = {"cx_courses"}

    def db_for_read(self, model: Any, **_hints: Any) -> str | None:
        return "elsewhere" if model._meta.app_label in self.labels else None

    db_for_write = db_for_read


class ReplicaRouter(ElsewhereRouter):
    labels = {"auth"}

    def db_for_write(self, model: Any, **_hints: Any) -> None:
        return None


def refused(check: Any) -> str:
    """The one sentence of the one error that the check finds."""
    (found,) = check()
    assert isinstance(found, Error)
    assert found.hint
    assert found.msg.count(". ") == 0
    return str(found.id)


CHECKS = (
    host_checks.package,
    host_checks.time_zones,
    host_checks.prefix,
    host_checks.messages,
    host_checks.try_it,
    host_checks.databases,
    host_checks.app,
)


@pytest.mark.parametrize("check", CHECKS)
def test_the_shipped_site_passes(check: Any) -> None:
    assert list(check()) == []


def test_times_without_a_zone() -> None:
    with override_settings(USE_TZ=False):
        assert refused(host_checks.time_zones) == "cx_courses.E011"


def test_a_prefix_with_an_argument() -> None:
    with override_settings(ROOT_URLCONF="tests.hosts.urls_with_tenant"):
        assert refused(host_checks.prefix) == "cx_courses.E012"
        (found,) = host_checks.prefix()
        assert "t/<slug:tenant>/learn/" in found.msg


@pytest.mark.parametrize("left_out", ["INSTALLED_APPS", "MIDDLEWARE"])
def test_a_host_without_messages(left_out: str, settings: Any) -> None:
    kept = [one for one in getattr(settings, left_out) if "django.contrib.messages" not in one]
    with override_settings(**{left_out: kept}):
        assert refused(host_checks.messages) == "cx_courses.E013"


@pytest.mark.parametrize("name", ["ElsewhereRouter", "ReplicaRouter"])
def test_a_router_that_leads_elsewhere(name: str) -> None:
    with override_settings(DATABASE_ROUTERS=[f"{__name__}.{name}"]):
        assert refused(host_checks.databases) == "cx_courses.E014"


@pytest.mark.parametrize(
    "changed",
    [
        {"COURSES_OFFLINE": "yes"},
        {"COURSES_APP_COLOURS": {"theme": "red", "background": "#ffffff"}},
        {"COURSES_APP_COLOURS": {"theme": "#ffffff"}},
        {"COURSES_APP_ICONS": ["192"]},
        {"COURSES_APP_ICONS": {"big": "cx_courses/app/icon-192.png"}},
        {"COURSES_APP_ICONS": {"192": "host/no-such-icon.png"}},
    ],
)
def test_app_that_cannot_be_installed(changed: dict[str, Any]) -> None:
    with override_settings(**changed):
        assert refused(host_checks.app) == "cx_courses.E017"


@pytest.mark.parametrize("url", ["learn.example.org", "https://learn.example.org/path", "ftp://x"])
def test_address_of_the_site_is_scheme_and_host(url: str) -> None:
    with override_settings(COURSES_PUBLIC_URL=url):
        assert refused(checks.public_url) == "cx_courses.E023"


def test_mails_without_an_address_of_the_site_are_warned_of() -> None:
    with override_settings(COURSES_PUBLIC_URL=None):
        (found,) = checks.mails_have_addresses()
        assert found.id == "cx_courses.W024"
    for values in ({"PUBLIC_URL": "https://learn.example.org"}, {"LEARNING_MAILS": False}):
        with override_settings(**{f"COURSES_{name}": value for name, value in values.items()}):
            assert not list(checks.mails_have_addresses())
            assert not list(checks.public_url())
