"""Back up the site's database into one file, and restore it from there.

SQLite is copied with its online backup API, PostgreSQL with `pg_dump`: both give a consistent copy
while people work. Copying the file of a SQLite database with `cp` does not: what stands in its
write-ahead log alone would be missing.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from cxcourse.backups import postgresql, sqlite
from cxcourse.backups.errors import BackupError

__all__ = ["BackupError", "backup", "check", "data_rows", "restore"]

ENGINES = {"sqlite": sqlite, "postgresql": postgresql}
EMPTY_AFTER_MIGRATE = {
    "auth_permission",
    "django_content_type",
    "django_migrations",
}
"""Tables that a new, migrated database fills by itself."""


def backup(*, path: Path) -> int:
    """Write a consistent copy of the database to `path`; its size in bytes.

    The file appears under its name only when it is whole, readable for its owner alone. Raises
    `BackupError` when `path` exists, cannot be written, or the database cannot be copied.
    """
    engine = _engine()
    if path.exists():
        raise BackupError(f"{path} exists already; choose another name or remove it first.")
    _write_safely(path, engine.backup)
    return path.stat().st_size


def check(*, path: Path) -> list[str]:
    """Return the migrations in the backup that this code does not know; none if it can be restored.

    Raises `BackupError` when the file is missing, damaged, or of the other database engine.
    """
    if not path.is_file():
        raise BackupError(f"{path} does not exist or is no file.")
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    installed = {config.label for config in apps.get_app_configs()}
    found = _engine().migrations(path)
    return sorted(
        name for name in found if name.partition(".")[0] in installed and name not in known
    )


def data_rows() -> dict[str, int]:
    """Return table → rows, for tables that hold more than in a new, migrated database."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in EMPTY_AFTER_MIGRATE:
                continue
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT COUNT(*) FROM {name}")  # noqa: S608 - quoted by Django
            count = cursor.fetchone()[0]
            if count:
                found[table] = count
    return found


def restore(*, path: Path) -> None:
    """Replace the content of the database by the backup: all of it, or nothing.

    Call `check` first. Raises `BackupError`; the database is then as it was.
    """
    engine = _engine()
    connection.close()
    engine.restore(path)


def _engine() -> ModuleType:
    try:
        return ENGINES[connection.vendor]
    except KeyError:
        raise BackupError(
            f"Backups are made of SQLite and PostgreSQL, not of {connection.vendor}."
        ) from None


def _write_safely(path: Path, write: Callable[[Path], None]) -> None:
    """Write beside `path` and rename at the end: a file of that name is a whole backup."""
    part = path.with_name(f"{path.name}.part")
    try:
        with suppress(FileNotFoundError):
            part.unlink()
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        write(part)
        handle = os.open(part, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        part.rename(path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error}") from error
    finally:
        with suppress(OSError):
            part.unlink()
