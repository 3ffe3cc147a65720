"""The site as an app: its commands, and what it sees to when a database is opened."""

import sys
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

PRIVATE = 0o600


class SiteConfig(AppConfig):
    name = "cxcourse"

    def ready(self) -> None:
        connection_created.connect(restrict_to_owner, dispatch_uid="cxcourse.restrict_to_owner")


def restrict_to_owner(sender: Any, connection: Any, **_more: Any) -> None:  # noqa: ARG001 (a signal's)
    """Let only its owner read an SQLite database: it holds password hashes and personal data."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or sys.platform == "win32" or "memory" in name:
        return
    for path in (Path(name), Path(f"{name}-wal"), Path(f"{name}-shm")):
        try:
            if path.stat().st_mode & 0o077:
                path.chmod(PRIVATE)
        except (FileNotFoundError, PermissionError):
            continue  # Not made yet, or of another user, which the doctor reports.
