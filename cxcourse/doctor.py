"""Checks of an installation for its operator, one a function.

`manage.py doctor` prints the answers. They include those of /readyz, and what a probe should not
ask every few seconds.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import DatabaseError, connection
from django.db.models import Max
from django.utils import timezone

from courses.domain import relay_processes
from courses.models import Event
from cxcourse import health, safety

LEAST_FREE_BYTES = 500_000_000
RELAY_SILENCE = timedelta(minutes=2)
CLOCK_TOLERANCE_S = 5
PRIVATE = 0o600


class Finding(NamedTuple):
    """One line of the report: what was asked, whether it is in order, and what was found."""

    name: str
    is_ok: bool
    text: str


class CheckFailed(Exception):
    """A check failed; the message names the fault and a remedy."""


def examine() -> Iterator[Finding]:
    """Run every check in turn; a check that fails itself is a finding like any other."""
    for name, question in QUESTIONS.items():
        try:
            yield Finding(name, is_ok=True, text=question())
        except CheckFailed as problem:
            yield Finding(name, is_ok=False, text=str(problem))
        except DatabaseError as error:
            reason = str(error).strip().splitlines()[0]
            yield Finding(name, is_ok=False, text=f"The database does not answer: {reason}")


def _settings() -> str:
    found = [f"{one.name} {one.advice}" for one in safety.found_in(_values())]
    if found and settings.PROFILE == "production":
        raise CheckFailed("; ".join(found))
    messages = run_checks(include_deployment_checks=settings.PROFILE == "production")
    grave = [f"{one.id}: {one.msg}" for one in messages if one.level >= ERROR]
    if grave:
        raise CheckFailed("; ".join(grave))
    warned = "; ".join(f"{one.id}: {one.msg}" for one in messages if not one.is_silenced())
    return f"profile {settings.PROFILE}, Django settings checked. {warned}".strip()


def _values() -> dict[str, Any]:
    return {name: getattr(settings, name) for name in dir(settings) if name.isupper()}


def _disk() -> str:
    """Check that the folders can be written to, down to the disk, and that there is room."""
    texts = []
    for folder in _folders():
        try:
            with tempfile.NamedTemporaryFile(dir=folder, prefix="doctor-") as file:
                file.write(b"x" * 4096)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise CheckFailed(f"{folder} cannot be written to: {error}") from error
        free = shutil.disk_usage(folder).free
        if free < LEAST_FREE_BYTES:
            raise CheckFailed(f"Only {free / 1e6:.0f} MB are free in {folder}; make room.")
        texts.append(f"{folder} is writable, {free / 1e9:.1f} GB free")
    return "; ".join(texts)


def _folders() -> list[Path]:
    name = settings.DATABASES["default"]["NAME"]
    folders = [Path(settings.VAR_DIR)]
    if connection.vendor == "sqlite" and "memory" not in str(name):
        folders.append(Path(name).resolve().parent)
    return sorted(set(folders))


def _database_file() -> str:
    if connection.vendor != "sqlite":
        return "kept by the server"
    path = Path(settings.DATABASES["default"]["NAME"])
    if not path.is_file() or sys.platform == "win32":
        return "nothing to look at"
    others = path.stat().st_mode & 0o777 & ~PRIVATE
    if others:
        raise CheckFailed(f"{path} may be read by others: chmod 600 {path}")
    return f"{path}, {path.stat().st_size / 1e6:.1f} MB, for its owner alone"


def _readiness(check: Callable[[], dict[str, Any]]) -> str:
    """Return a check of /readyz, as a line of this report."""
    found = check()
    is_ok = found.pop("ok")
    text = ", ".join(f"{name} {value}" for name, value in found.items() if value is not None)
    if not is_ok:
        raise CheckFailed(text)
    return text


def _relay() -> str:
    last = relay_processes.last_seen()
    if last is None:
        raise CheckFailed(
            "No relay has ever run here; start `manage.py relay` beside the web server."
        )
    silent = timezone.now() - last
    if silent > RELAY_SILENCE:
        raise CheckFailed(f"The last sign of a relay is {silent.total_seconds():.0f} seconds old.")
    return f"seen {max(0, silent.total_seconds()):.0f} seconds ago"


def _clock() -> str:
    """Compare this machine's clock with the database's and the newest event. Raises CheckFailed."""
    now = timezone.now()
    newest = Event.objects.aggregate(last=Max("occurred_at"))["last"]
    if newest is not None and (newest - now).total_seconds() > CLOCK_TOLERANCE_S:
        raise CheckFailed(f"An event was recorded at {newest:%Y-%m-%d %H:%M:%S}, in the future.")
    if connection.vendor != "postgresql":
        return f"{now:%Y-%m-%d %H:%M:%S} {settings.TIME_ZONE}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        distance = float(cursor.fetchone()[0]) - time.time()
    if abs(distance) > CLOCK_TOLERANCE_S:
        raise CheckFailed(
            f"The database's clock is {distance:+.0f} seconds off; keep both with NTP."
        )
    return f"{distance:+.1f} seconds from the database's"


def _proxy() -> str:
    """Check that the settings for proxies and hosts agree with each other."""
    count = settings.COURSES_TRUSTED_PROXIES
    ends_tls = getattr(settings, "SECURE_PROXY_SSL_HEADER", None) is not None
    if ends_tls and not count:
        raise CheckFailed(
            "TRUST_X_FORWARDED_PROTO is on and TRUSTED_PROXIES is 0: limits and locks take all "
            "visitors for one; set it to the number of proxies."
        )
    if settings.SECURE_SSL_REDIRECT and count and not ends_tls:
        raise CheckFailed(
            "SECURE_SSL_REDIRECT is on behind a proxy without TRUST_X_FORWARDED_PROTO: every "
            "page would redirect to itself for ever."
        )
    if not count:
        return "none: visitors reach the web server directly"
    return f"{count} trusted for addresses" + (", and for HTTPS" if ends_tls else "")


QUESTIONS: dict[str, Callable[[], str]] = {
    "settings": _settings,
    "disk": _disk,
    **{name: partial(_readiness, check) for name, check in health.CHECKS.items()},
    "database file": _database_file,
    "relay process": _relay,
    "clock": _clock,
    "proxy": _proxy,
}
