"""Relays in processes of their own, on the test's database, until they are killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from courses.models import Delivery, Event, RelayProcess

PATIENCE_S = 60
RELAY = """
from datetime import timedelta
from django.utils import timezone
now = timezone.now
timezone.now = lambda: now() + timedelta(seconds={later_s})
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
connection.settings_dict["NAME"] = {name!r}
settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
settings.COURSES_RELAY_LEASE_S = {lease_s}
from courses.domain import outgoing
outgoing.TIMEOUT_S = {timeout_s}
call_command("relay", pause=0.05)
"""


def relay_process(
    *, lease_s: int = 60, later: timedelta = timedelta(), timeout_s: float = 10
) -> "subprocess.Popen[bytes]":
    """`manage.py relay` with a clock that is so much later than the real one."""
    code = RELAY.format(
        name=str(connection.settings_dict["NAME"]),
        lease_s=lease_s,
        later_s=later.total_seconds(),
        timeout_s=timeout_s,
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def until(
    condition: Callable[[], Any],
    *processes: "subprocess.Popen[bytes]",
    patience_s: int = PATIENCE_S,
) -> None:
    """Wait while the processes run; their end is a failure."""
    end = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end
        for one in processes:
            with pytest.raises(subprocess.TimeoutExpired):
                one.wait(0.01)


def is_done() -> bool:
    """Return whether every event has its number, and every delivery has arrived."""
    is_numbered = not Event.objects.filter(position=None).exists()
    is_sent = not Delivery.objects.exclude(state="done").exists()
    return Event.objects.exists() and is_numbered and is_sent


def has_finished_a_round(process: "subprocess.Popen[bytes]") -> bool:
    return RelayProcess.objects.filter(name__endswith=f" {process.pid}").exists()


def stop(*processes: "subprocess.Popen[bytes]") -> None:
    """Kill them at once, as nothing but the operating system does (SIGKILL)."""
    for one in processes:
        one.kill()
        one.wait()
