"""The probe reports when nothing can be written, and writes nothing that stays."""

import json
import subprocess
import sys

import pytest

from tests.wire.server import ROOT

pytestmark = pytest.mark.slow

_PROBE = """
import json, resource, sys
import django
django.setup()
from django.db import connection
from cxcourse import health

writes = [health.writes()]
with connection.cursor() as cursor:
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    pages = cursor.execute("PRAGMA page_count").fetchone()
for _ in range(50):
    health.writes()
with connection.cursor() as cursor:
    pages_after = cursor.execute("PRAGMA page_count").fetchone()
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
# As a full disk does: no file may grow any more.
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
writes.append(health.writes())
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
writes.append(health.writes())
print(json.dumps({"writes": writes, "grown": pages != pages_after}))
"""


def test_full_disk_is_reported(environment: dict[str, str], records: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert [one["ok"] for one in found["writes"]] == [True, False, True]
    assert found["writes"][1]["problem"] == "The database cannot be written."
    assert found["grown"] is False
