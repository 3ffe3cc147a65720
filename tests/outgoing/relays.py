"""Relays in processes of their own, on the test's database, until they are killed.

They are forked from one process that has everything imported: to start Python for each of them
would take most of the time of a test that kills many.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection

from courses.models import Delivery, Event, RelayProcess

PATIENCE_S = 60
PARENT = """
import json, os, signal, sys
from datetime import timedelta
from django.utils import timezone
now, later = timezone.now, [timedelta()]
timezone.now = lambda: now() + later[0]
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from courses.domain import outgoing, relay
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    asked = json.loads(line)
    pid = os.fork()
    if pid:
        print(pid, flush=True)
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    later[0] = timedelta(seconds=asked["later_s"])
    connection.settings_dict["NAME"] = asked["name"]
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    settings.COURSES_RELAY_LEASE_S = asked["lease_s"]
    outgoing.TIMEOUT_S = asked["timeout_s"]
    for name, value in asked["values"].items():
        setattr(settings, name, value)
    sys.stdout = sys.stderr
    call_command("relay", pause=0.05)
    os._exit(0)
"""


@dataclass(frozen=True)
class ForkedRelay:
    """A relay that this process may kill; its parent takes notice of its end."""

    pid: int

    @property
    def is_running(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def relay_process(
    *,
    lease_s: int = 60,
    later: timedelta = timedelta(),
    timeout_s: float = 10,
    values: Mapping[str, Any] | None = None,
) -> ForkedRelay:
    """`manage.py relay` with a clock that is so much later, and with these values of settings."""
    asked = {
        "name": str(connection.settings_dict["NAME"]),
        "lease_s": lease_s,
        "later_s": later.total_seconds(),
        "timeout_s": timeout_s,
        "values": dict(values or {}),
    }
    parent = _parent()
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(json.dumps(asked) + "\n")
    parent.stdin.flush()
    return ForkedRelay(int(parent.stdout.readline()))


@cache
def _parent() -> "subprocess.Popen[str]":
    """The process from which relays are forked; it ends with this one, whose pipe it reads."""
    return subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def until(
    condition: Callable[[], Any], *processes: ForkedRelay, patience_s: int = PATIENCE_S
) -> None:
    """Wait while the processes run; their end is a failure."""
    end = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < end
        assert all(one.is_running for one in processes)
        time.sleep(0.05)


def is_done() -> bool:
    """Return whether every event has its number, and every delivery has arrived."""
    is_numbered = not Event.objects.filter(position=None).exists()
    is_sent = not Delivery.objects.exclude(state="done").exists()
    return Event.objects.exists() and is_numbered and is_sent


def has_finished_a_round(process: ForkedRelay) -> bool:
    return RelayProcess.objects.filter(name__endswith=f" {process.pid}").exists()


def stop(*processes: ForkedRelay) -> None:
    """Kill them at once, as nothing but the operating system does (SIGKILL)."""
    for one in processes:
        one.kill()
    for one in processes:
        while one.is_running:
            time.sleep(0.001)
