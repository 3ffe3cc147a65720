"""SQLite: its online backup API (https://sqlite.org/backup.html), in both directions."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings

from cxcourse.backups.errors import BackupError

PATIENCE_S = 30
"""How long a copy waits for the database's other users."""


def backup(path: Path) -> None:
    """Copy the database as it is at one moment into the file `path`."""
    with _faults("copied"), closing(_open(_database())) as source, closing(_open(path)) as target:
        # All pages in one step: writers go on, and nothing that they write meanwhile is in it.
        source.backup(target, pages=-1)
        # One file that is whole by itself, without a write-ahead log beside it.
        target.execute("PRAGMA journal_mode=DELETE")
        _require_sound(target, path)


def migrations(path: Path) -> set[str]:
    """Return the migrations applied in the backup, as `app.name`."""
    with _faults("read"), closing(_open_read_only(path)) as source:
        _require_sound(source, path)
        rows = source.execute("SELECT app, name FROM django_migrations")
        return {f"{app}.{name}" for app, name in rows}


def restore(path: Path) -> None:
    """Put the backup's content into the database: one transaction, so whole or not at all."""
    with (
        _faults("restored"),
        closing(_open_read_only(path)) as source,
        closing(_open(_database())) as target,
    ):
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=WAL")
        _require_sound(target, path)


def _database() -> Path:
    return Path(settings.DATABASES["default"]["NAME"])


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)


def _open_read_only(path: Path) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode=ro"
    return sqlite3.connect(uri, uri=True, timeout=PATIENCE_S, isolation_level=None)


def _require_sound(connection: sqlite3.Connection, path: Path) -> None:
    problem = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if problem != "ok":
        raise BackupError(f"{path} is damaged: {problem}")


@contextmanager
def _faults(done: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise BackupError(f"The SQLite database cannot be {done}: {error}") from error
