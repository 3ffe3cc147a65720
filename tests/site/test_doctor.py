"""Each question of `manage.py doctor`: what is found when all is well, and when it is not."""

from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from courses.domain import relay_processes
from courses.models import Event
from cxcourse import doctor, health

pytestmark = pytest.mark.django_db


def finding(name: str) -> doctor.Finding:
    return next(one for one in doctor.examine() if one.name == name)


@pytest.fixture
def healthy(tmp_path: Path, settings: Settings) -> None:
    settings.VAR_DIR = tmp_path
    relay_processes.report(name="here 1", now=timezone.now())


def test_doctor_includes_the_checks_of_readyz() -> None:
    assert set(health.CHECKS) < set(doctor.QUESTIONS)


def test_a_relay_that_never_ran_is_wrong() -> None:
    assert finding("relay process") == (
        "relay process",
        False,
        "No relay has ever run here; start `manage.py relay` beside the web server.",
    )


def test_a_relay_that_ended_is_wrong() -> None:
    relay_processes.report(name="here 1", now=timezone.now() - timedelta(seconds=130))
    assert not finding("relay process").is_ok


def test_a_relay_that_runs_is_in_order(healthy: None) -> None:
    assert finding("relay process") == ("relay process", True, "seen 0 seconds ago")


def test_a_folder_that_is_gone_is_wrong(tmp_path: Path, settings: Settings) -> None:
    settings.VAR_DIR = tmp_path / "gone"
    found = finding("disk")
    assert (found.is_ok, "gone cannot be written to" in found.text) == (False, True)


def test_a_full_disk_is_wrong(healthy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda _: SimpleNamespace(free=12_000_000))
    found = finding("disk")
    assert (found.is_ok, "Only 12 MB are free" in found.text) == (False, True)


def test_a_clock_that_went_back_is_wrong() -> None:
    Event.objects.create(type="person.erased", occurred_at=timezone.now() + timedelta(hours=1))
    found = finding("clock")
    assert (found.is_ok, found.text.endswith("in the future.")) == (False, True)


def test_unsafe_settings_of_a_production_site_are_named(settings: Settings) -> None:
    settings.PROFILE = "production"
    settings.SECRET_KEY = "short"
    found = finding("settings")
    assert (found.is_ok, "SECRET_KEY must be a random text" in found.text) == (False, True)


@pytest.mark.parametrize(
    ("proxies", "header", "redirects", "is_ok"),
    [
        (0, None, False, True),
        (1, ("HTTP_X_FORWARDED_PROTO", "https"), True, True),
        (0, ("HTTP_X_FORWARDED_PROTO", "https"), True, False),
        (1, None, True, False),
    ],
)
def test_settings_of_a_proxy_that_contradict_each_other_are_wrong(
    settings: Settings, proxies: int, header: object, redirects: bool, is_ok: bool
) -> None:
    settings.COURSES_TRUSTED_PROXIES = proxies
    settings.SECURE_PROXY_SSL_HEADER = header
    settings.SECURE_SSL_REDIRECT = redirects
    assert finding("proxy").is_ok is is_ok


def test_a_line_each_and_a_status(healthy: None, monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    monkeypatch.setattr(doctor, "QUESTIONS", {"one": lambda: "fine", "two": wrong})
    with pytest.raises(CommandError, match="1 of 2 are not in order"):
        call_command("doctor", stdout=out)
    assert out.getvalue().splitlines() == [
        "ok     one            fine",
        "WRONG  two            mend it",
    ]


def wrong() -> str:
    raise doctor.CheckFailed("mend it")
