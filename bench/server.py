"""A site to measure: its own database, real gunicorn workers, and their CPU time."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.programs import postgres

WORKERS = 2
START_SECONDS = 30


@dataclass(frozen=True)
class Server:
    port: int
    pid: int
    env: Mapping[str, str]

    def cpu_ms(self) -> float:
        """Return CPU time of all workers and their threads since they started.

        The kernel counts it in ticks of some 10 ms; its finer figure is that of one thread alone,
        and requests are answered by others.
        """
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        texts = [Path(f"/proc/{pid}/stat").read_text() for pid in children]
        # The name of the program stands in brackets and may hold spaces.
        fields = [text.rpartition(")")[2].split() for text in texts]
        ticks = sum(int(user) + int(system) for user, system in (one[11:13] for one in fields))
        return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def manage(env: Mapping[str, str], *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments], env=env, check=True, stdout=subprocess.DEVNULL
    )


def prepare(env: Mapping[str, str]) -> None:
    """Make the tables, the shipped course and its files."""
    for command in (["migrate", "-v0"], ["sync_courses"], ["collectstatic", "--noinput", "-v0"]):
        manage(env, *command)


@contextmanager
def database(engine: str) -> Iterator[str | None]:
    """Yield the address of a throw-away PostgreSQL; None for SQLite."""
    with postgres.cluster() if engine == "postgres" else nullcontext((None, "")) as (url, _version):
        yield url


def environment(folder: Path, database_url: str | None) -> dict[str, str]:
    """Return a site of its own in `folder`; SQLite unless a database is given."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "CXCOURSE_PROFILE": "development",
        "DEBUG": "false",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "STATIC_ROOT": str(folder / "static"),
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'bench.sqlite3'}",
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def serving(env: Mapping[str, str]) -> Iterator[Server]:
    port = _free_port()
    command = [sys.executable, "-m", "gunicorn", "cxcourse.wsgi", "--workers", str(WORKERS)]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "error"]
    process = subprocess.Popen(command, env=dict(env))
    try:
        _await(port, process)
        yield Server(port, process.pid, env)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=START_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("The server did not start.")
