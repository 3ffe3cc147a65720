"""PostgreSQL: `pg_dump`, `pg_restore` and `psql`, which must be installed where this runs."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings

from cxcourse.backups.errors import BackupError

LOCK_PATIENCE = "30s"
"""How long a restore waits for transactions that still use the tables."""
APPLIED = re.compile(r"^\d+\t([^\t]+)\t([^\t]+)\t", re.MULTILINE)


def backup(path: Path) -> None:
    """Dump one consistent state of the database into the file `path` (custom format)."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


def migrations(path: Path) -> set[str]:
    """Return the migrations applied in the backup, as `app.name`."""
    table = ["--data-only", "--table=django_migrations", "--file=-", str(path)]
    return {f"{app}.{name}" for app, name in APPLIED.findall(_run("pg_restore", *table))}


def restore(path: Path) -> None:
    """Put the backup's content into the database: one transaction, so whole or not at all."""
    with tempfile.TemporaryDirectory(prefix="restore-") as folder:
        script = Path(folder) / "backup.sql"
        _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(path))
        _run(
            "psql", "--no-psqlrc", "--quiet", "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            f"--command=SET lock_timeout = '{LOCK_PATIENCE}'",
            # The schema as a whole: also tables that the backup does not know.
            "--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public",
            f"--file={script}",
        )  # fmt: skip


def _run(program: str, *arguments: str) -> str:
    """Return the output of one of PostgreSQL's programs on the site's database."""
    path = shutil.which(program)
    if path is None:
        raise BackupError(
            f"{program} is not installed here; install PostgreSQL's client programs of the "
            "server's version (Debian: postgresql-client), or run it where the server runs."
        )
    done = subprocess.run(  # noqa: S603 - the program found on PATH, arguments of ours
        [path, *arguments],
        env={**os.environ, **_environment()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = done.stderr.strip()[-2000:]
        raise BackupError(f"{program} ended with status {done.returncode}: {reason}")
    return done.stdout


def _environment() -> dict[str, str]:
    """Return the database's address as libpq's variables: no password in the process list."""
    database = settings.DATABASES["default"]
    options = database.get("OPTIONS", {})
    values = {
        "PGHOST": database.get("HOST"),
        "PGPORT": database.get("PORT"),
        "PGUSER": database.get("USER"),
        "PGPASSWORD": database.get("PASSWORD"),
        "PGDATABASE": database["NAME"],
        "PGSSLMODE": options.get("sslmode"),
        "PGSSLROOTCERT": options.get("sslrootcert"),
        "PGSERVICE": options.get("service"),
        "PGCONNECT_TIMEOUT": "10",
    }
    return {name: str(value) for name, value in values.items() if value}
