"""Backups of a SQLite file, and what is refused. tests/proofs/kill/test_restore.py is the drill."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cxcourse import backups
from cxcourse.backups import postgresql, sqlite
from tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database in use, with one row that is in its write-ahead log alone."""
    path = tmp_path / "site.sqlite3"
    monkeypatch.setattr(sqlite, "_database", lambda: path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("INSERT INTO django_migrations VALUES ('elsewhere', '0001_initial')")
        yield path


def applied(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT app, name FROM django_migrations").fetchall()


def test_a_backup_holds_what_is_in_the_write_ahead_log_alone(
    database: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    copy.write_bytes(database.read_bytes())
    backups.backup(path=tmp_path / "backup")

    assert applied(copy) == []
    assert applied(tmp_path / "backup") == [("elsewhere", "0001_initial")]


def test_a_backup_is_one_file_for_its_owner_alone(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    backups.backup(path=folder / "backup")
    assert [one.name for one in folder.iterdir()] == ["backup"]
    assert (folder / "backup").stat().st_mode & 0o777 == 0o600


def test_an_existing_file_is_never_replaced(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    path.write_text("mine")
    with pytest.raises(backups.BackupError, match="exists already"):
        backups.backup(path=path)
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_named(database: Path, tmp_path: Path) -> None:
    with pytest.raises(backups.BackupError, match="nowhere/backup cannot be written"):
        backups.backup(path=tmp_path / "nowhere/backup")


def test_a_restore_brings_the_state_of_the_backup(database: Path, tmp_path: Path) -> None:
    backups.backup(path=tmp_path / "backup")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM django_migrations")
    sqlite.restore(tmp_path / "backup")
    assert applied(database) == [("elsewhere", "0001_initial")]


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
def test_file_that_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "backup"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("restore", str(path))


def test_a_damaged_backup_is_refused_and_nothing_changes(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "backup"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE long (text TEXT)")
        connection.executemany("INSERT INTO long VALUES (?)", [("x" * 3000,)] * 50)
    backups.backup(path=path)
    data = bytearray(path.read_bytes())
    data[8192:40960] = b"\xff" * (40960 - 8192)
    path.write_bytes(data)
    with pytest.raises(CommandError, match=r"damaged|malformed"):
        call_command("restore", str(path), "--replace")
    assert applied(database) == [("elsewhere", "0001_initial")]


def test_a_backup_of_a_later_version_is_refused(database: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO django_migrations VALUES ('cx_courses', '9999_later')")
    backups.backup(path=tmp_path / "backup")
    with pytest.raises(CommandError, match=r"later version.*cx_courses\.9999_later\. Install"):
        call_command("restore", str(tmp_path / "backup"))


def test_a_database_that_holds_data_is_not_replaced_unasked(database: Path, tmp_path: Path) -> None:
    CourseFactory()
    backups.backup(path=tmp_path / "backup")
    with pytest.raises(CommandError, match=r"holds data: cx_courses_course \(1\).*--replace"):
        call_command("restore", str(tmp_path / "backup"))


def test_without_postgresqls_programs_the_error_names_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(backups.BackupError, match="pg_dump is not installed here"):
        postgresql.backup(tmp_path / "backup")
