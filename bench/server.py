"""A site to measure: its own database, gunicorn as it is served, a proxy if there is one."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import psycopg

from bench import proxy
from bench.accounting import Meter, parent_of
from bench.running import await_port, stop
from tests.programs import postgres
from tests.programs.ports import free_port

SEEDED = "seeded"
HERE = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "CXCOURSE_PROFILE": "production",
    "ALLOWED_HOSTS": "127.0.0.1",
    "TRUST_X_FORWARDED_PROTO": "true",
    "TRUSTED_PROXIES": "1",
    "LOG_LEVEL": "INFO",
    "PYTHONWARNINGS": "ignore",
}
"""As behind a proxy that ends TLS; the rest are the defaults of the production profile."""


@dataclass
class Server:
    """One site that is being served. `port` is the proxy's where there is one."""

    name: str
    port: int
    env: Mapping[str, str]
    folder: Path
    meter: Meter
    is_proxied: bool = False
    pages: dict[str, int] = field(default_factory=dict)
    """The queries of each page, by step, once they are known."""

    @property
    def is_beside(self) -> bool:
        """Whether it serves another checkout than this one."""
        return self.env.get("BENCH_SITE", str(HERE)) != str(HERE)

    @cached_property
    def seeded(self) -> str:
        """What the program printed that filled the site."""
        return (self.folder / SEEDED).read_text()

    def cpu_ms(self) -> float:
        """Return the CPU time of application, database and proxy since they started."""
        return sum(self.meter.read().values())


def manage(env: Mapping[str, str], *arguments: str, python: str = sys.executable) -> None:
    subprocess.run(
        [python, "manage.py", *arguments],
        env=env,
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=env.get("BENCH_SITE"),
    )


def prepare(env: Mapping[str, str], *, python: str = sys.executable) -> None:
    """Make the tables, the shipped course and its files."""
    tables = ["migrate", "--run-syncdb", "-v0"]
    for command in (tables, ["sync_courses"], ["collectstatic", "--noinput", "-v0"]):
        manage(env, *command, python=python)


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
        "COURSE_FILES": str(folder / "files"),
        "MEDIA_ROOT": str(folder / "media"),
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'bench.sqlite3'}",
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def serving(
    env: Mapping[str, str],
    *,
    name: str = "",
    python: str = sys.executable,
    nginx: str | None = None,
) -> Iterator[Server]:
    """Serve the site of `env` as `gunicorn.conf.py` and the production profile say, with logs."""
    folder = Path(env["STATIC_ROOT"]).parent
    pages = folder / "pages"
    pages.mkdir(exist_ok=True)
    served = {**env, **PRODUCTION, "BENCH_PAGES": str(pages)}
    port = free_port()
    command = [python, "-m", "gunicorn", "cxcourse.wsgi:application", f"--bind=127.0.0.1:{port}"]
    command += [f"--access-logfile={folder / 'access.log'}"]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "server.log").open("ab"))
        site = env.get("BENCH_SITE", str(HERE))
        process = subprocess.Popen(command, env=served, stdout=log, stderr=log, cwd=site)
        stack.callback(stop, process)
        await_port(port, process, folder / "server.log")
        groups = {"application": process.pid}
        if env["DATABASE_URL"].startswith("postgres"):
            groups["database"] = postmaster(env["DATABASE_URL"])
        if nginx:
            groups["proxy"], port = stack.enter_context(proxy.serving(nginx, folder, port))
        yield Server(name, port, served, folder, Meter(groups), is_proxied=bool(nginx))


def postmaster(url: str) -> int:
    """Return the process that starts the sessions of a PostgreSQL on this machine."""
    with psycopg.connect(url) as connection:
        return parent_of(connection.info.backend_pid)
