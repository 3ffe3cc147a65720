"""The database file is for its owner alone, also one that was made before."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from cxcourse.apps import restrict_to_owner

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_a_database_that_others_may_read_is_closed_to_them(tmp_path, suffix):
    path = tmp_path / "db.sqlite3"
    sqlite3.connect(path).close()
    file = tmp_path / f"db.sqlite3{suffix}"
    file.touch()
    file.chmod(0o644)
    opened = SimpleNamespace(vendor="sqlite", settings_dict={"NAME": str(path)})

    restrict_to_owner(None, opened)

    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("vendor", "name"), [("postgresql", "x"), ("sqlite", ":memory:")])
def test_database_without_a_file_is_left_alone(vendor, name):
    restrict_to_owner(None, SimpleNamespace(vendor=vendor, settings_dict={"NAME": name}))


def test_django_closes_a_database_that_it_makes(tmp_path):
    path = tmp_path / "new.sqlite3"
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{path}", "CXCOURSE_PROFILE": "development"}
    code = "from django.db import connection as c; c.ensure_connection()"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        env=env, cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    assert path.stat().st_mode & 0o777 == 0o600
