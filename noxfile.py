"""The steps of the check, as sessions of nox: `python3 start.py test` installs nox and runs them.

Every session runs in `.venv`, and its tags name the tiers that it is part of; the tag `check-tests`
names the tests of a tier alone. One session by hand: `.venv/bin/python -m nox -s lint`.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import nox

from launcher import chromium, packages
from launcher.console import Failure, echo
from tests.programs import judges, node, postgres

ROOT = Path(__file__).resolve().parent
QUICK, CHECK, PROOFS = "quick", "check", "proofs"
TIERS = {
    QUICK: "quick",
    CHECK: "(quick or check)",
    # A property is tested with many more examples among the proofs.
    PROOFS: "(proofs or hypothesis)",
}
"""Tier → the marks of its tests; tests/conftest.py marks each test with one."""
ON_SQLITE = "not browser and not postgres"
ON_POSTGRESQL = {
    CHECK: f"{TIERS[CHECK]} and (database or postgres) and not browser",
    PROOFS: f"({TIERS[PROOFS]} and (database or postgres) or engines) and not browser",
}
# The tables as the models have them: that the migrations lead to the same is a session of its own,
# and on PostgreSQL our migrations make the tables.
UNMIGRATED = "--nomigrations"
MOST_WORKERS = 8
"""Each has a database and perhaps a browser of its own."""
NOTHING_COLLECTED = 5
STOP_SECONDS, POLL_SECONDS = 10, 0.2
SIDE_BY_SIDE = {
    QUICK: ("sqlite(quick)", "types migrations deployment"),
    CHECK: (
        *("sqlite(check)", "postgresql(check)", "browser(check)"),
        "types migrations deployment content mutation(check)",
    ),
    PROOFS: ("sqlite(proofs)", "postgresql(proofs)", "browser(proofs)", "mutation(proofs)"),
}
"""Tier → sessions that one process each runs at the same time: while one waits, another works."""
BESIDE = "CHECK_BESIDE"
"""Set in the environment of sessions that run side by side."""
OF_THE_MACHINE = (
    *("SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "CACHE_URL", "EMAIL_URL", "LANGUAGE_CODE"),
    *("TIME_ZONE", "LOG_LEVEL", "LOG_FORMAT", "STATIC_URL", "STATIC_ROOT", "MEDIA_ROOT"),
    # Hundreds of processes import the same modules: without bytecode each compiles them again.
    "PYTHONDONTWRITEBYTECODE",
)
"""Variables that the caller may have set; the check must not depend on them."""

nox.options.default_venv_backend = "none"
nox.options.tags = [CHECK]


def run(
    session: nox.Session,
    program: str,
    *arguments: str,
    env: Mapping[str, str] | None = None,
    codes: Sequence[int] = (0,),
    log: bool = True,
) -> None:
    """Run a program of `.venv` with the settings of the tests, where `env` names no other."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "CXCOURSE_PROFILE": "test",
        "PYTHONUNBUFFERED": "1",
    }
    session.run(
        packages.program(program),
        *arguments,
        env={**dict.fromkeys((*OF_THE_MACHINE, "DATABASE_URL")), **settings, **(env or {})},
        success_codes=codes,
        log=log,
        interrupt_timeout=STOP_SECONDS,
        terminate_timeout=STOP_SECONDS,
    )


def manage(session: nox.Session, *command: str, **env: str) -> None:
    """Run a command of the site; a warning of Python fails it."""
    run(session, "python", "-W", "error", "manage.py", *command, env=env)


@nox.session(name="format", tags=[QUICK, CHECK])
def layout(session: nox.Session) -> None:
    """Compare the layout of the code with ruff's."""
    run(session, "ruff", "format", "--check", ".")


@nox.session(tags=[QUICK, CHECK])
def lint(session: nox.Session) -> None:
    """Run the rules of ruff."""
    run(session, "ruff", "check", ".")


@nox.session(tags=[QUICK, CHECK])
def templates(session: nox.Session) -> None:
    """Compare the layout of the templates with djade's."""
    found = (ROOT / "courses").glob("**/templates/**/*.html")
    names = sorted(str(path.relative_to(ROOT)) for path in found)
    # Two hundred names would bury what the others say.
    run(session, "djade", "--check", "--target-version", "5.2", *names, log=False)


@nox.session
def types(session: nox.Session) -> None:
    """Check the types with mypy."""
    run(session, "mypy")


@nox.session(tags=[QUICK, CHECK])
def imports(session: nox.Session) -> None:
    """Check the contracts of .importlinter."""
    run(session, "lint-imports", "--no-cache")


@nox.session
def migrations(session: nox.Session) -> None:
    """Compare the migrations with the models."""
    manage(session, "makemigrations", "--check", "--dry-run", DATABASE_URL="sqlite://:memory:")


@nox.session
def deployment(session: nox.Session) -> None:
    """Run Django's checks for deployment with the environment of a well-kept site."""
    manage(
        session,
        *("check", "--deploy", "--fail-level=WARNING"),
        DJANGO_SETTINGS_MODULE="cxcourse.settings",
        CXCOURSE_PROFILE="production",
        DEBUG="0",
        SECRET_KEY=secrets.token_urlsafe(64),
        ALLOWED_HOSTS="courses.example.org",
        CSRF_TRUSTED_ORIGINS="https://courses.example.org",
        DATABASE_URL="postgresql://courses:secret@127.0.0.1/courses",
        CACHE_URL="dbcache://cx_courses_cache",
        EMAIL_URL="smtp://127.0.0.1:25",
        PUBLIC_URL="https://courses.example.org",
    )


@nox.session
def content(session: nox.Session) -> None:
    """Check the shipped course as `sync_courses` does before it publishes."""
    with tempfile.TemporaryDirectory(prefix="cxcheck-") as folder:
        url = f"sqlite:///{Path(folder, 'check.sqlite3').as_posix()}"
        run(session, "python", "-m", "tests.programs.tables", env={"DATABASE_URL": url})
        manage(session, "sync_courses", "--check", DATABASE_URL=url)


@nox.session(name="node", tags=[CHECK, PROOFS])
def node_packages(session: nox.Session) -> None:
    """Install the npm packages that tests use."""
    try:
        node.packages()
    except Failure as failure:
        session.error(str(failure))


@nox.session(name="judges", tags=[CHECK, PROOFS])
def judge_packages(session: nox.Session) -> None:
    """Install other people's software, which tests run in processes of its own."""
    try:
        for name in judges.REQUIREMENTS:
            judges.python(name)
    except Failure as failure:
        session.error(str(failure))


@nox.session
@nox.parametrize("tier", [nox.param(name, id=name, tags=[name]) for name in TIERS])
def tests(session: nox.Session, tier: str) -> None:
    """Run the tests and the checks that take long side by side."""
    with tempfile.TemporaryDirectory(prefix="cxcheck-") as folder:
        outputs = {names: Path(folder, names) for names in SIDE_BY_SIDE[tier]}
        running = {names: start(names.split(), path) for names, path in outputs.items()}
        failed = []
        while running:
            for names in [names for names, one in running.items() if one.poll() is not None]:
                echo(outputs[names].read_text(encoding="utf-8", errors="replace"))
                failed += [names] * (running.pop(names).returncode != 0)
            time.sleep(POLL_SECONDS)
    if failed:
        session.error(f"failed: {', '.join(failed)}")


def start(names: Sequence[str], output: Path) -> subprocess.Popen[bytes]:
    """Start sessions, one after the other, in a process of their own, which writes to a file."""
    command = [sys.executable, "-m", "nox", "--sessions", *names]
    env = {**os.environ, BESIDE: "1"}
    with output.open("wb") as file:
        return subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=env, stdout=file, stderr=subprocess.STDOUT
        )


def tiers(*names: str) -> list[nox.param]:
    """Return the cases of a session that runs tests."""
    return [nox.param(name, id=name, tags=[f"{name}-tests"]) for name in names]


@nox.session
@nox.parametrize("tier", tiers(QUICK, CHECK, PROOFS))
def sqlite(session: nox.Session, tier: str) -> None:
    """Run the tests that need neither PostgreSQL nor a browser."""
    pytest(session, tier, f"{TIERS[tier]} and {ON_SQLITE}", UNMIGRATED)


@nox.session
@nox.parametrize("tier", tiers(CHECK, PROOFS))
def postgresql(session: nox.Session, tier: str) -> None:
    """Run the tests that depend on the database on a PostgreSQL of their own."""
    try:
        with postgres.cluster() as (url, version):
            session.log(f"PostgreSQL {version}")
            template = postgres.new_database(url, "template")
            tables = ("python", "-m", "tests.programs.tables", "--migrations")
            run(session, *tables, env={"DATABASE_URL": template})
            files = files_with("database", "postgres", "engines")
            env = {"DATABASE_URL": url, "TEST_TEMPLATE": "template"}
            pytest(session, tier, ON_POSTGRESQL[tier], UNMIGRATED, files=files, **env)
    except Failure as failure:
        session.error(str(failure))


@nox.session
@nox.parametrize("tier", tiers(CHECK, PROOFS))
def browser(session: nox.Session, tier: str) -> None:
    """Run the tests that drive Chromium; it is installed where there is none."""
    try:
        path = chromium.find_or_install()
    except Failure as failure:
        session.error(str(failure))
    named = {}
    if path:
        session.log(chromium.version(path))
        named = {chromium.VARIABLE: path}
    files = files_with("browser")
    pytest(session, tier, f"{TIERS[tier]} and browser", UNMIGRATED, files=files, **named)


@nox.session
@nox.parametrize("tier", [nox.param(name, id=name) for name in (CHECK, PROOFS)])
def mutation(session: nox.Session, tier: str) -> None:
    """Change the code in small ways that its tests must find: few in the check, many as a proof."""
    if not hasattr(os, "fork"):
        session.skip("mutmut needs fork")
    short = ["--short"] if tier == CHECK else []
    run(session, "python", "-m", "tests.mutation", *short)


def pytest(
    session: nox.Session,
    tier: str,
    marks: str,
    *options: str,
    files: Sequence[str] = (),
    **env: str,
) -> None:
    """Run tests with these marks: of the caller's paths in one process, or all in several."""
    command = ["python", "-m", "pytest", "-m", marks]
    command += [f"--hypothesis-profile={PROOFS if tier == PROOFS else CHECK}", *options]
    if session.posargs:
        # A file that is asked for need not have tests of every kind in it.
        run(session, *command, *session.posargs, env=env, codes=(0, NOTHING_COLLECTED))
        return
    number = workers(session.name)
    # One file after the other by one worker each: what a file sets up is set up once.
    spread = ["-n", str(number), "--dist", "loadscope", "--no-loadscope-reorder"]
    run(session, *command, *(spread if number > 1 else []), *files, env=env)


def workers(session: str) -> int:
    """Return how many processes run the tests of a session."""
    cores = os.cpu_count() or 1
    if BESIDE not in os.environ:
        # One more than there are cores: some always wait for a database, a process or a browser.
        return min(cores + 1, MOST_WORKERS)
    # Most of the work is on SQLite, and each worker begins by importing everything.
    number = cores if session.startswith("sqlite") else cores // 2
    return max(1, min(number, MOST_WORKERS))


def files_with(*marks: str) -> list[str]:
    """Return the test files that name one of these marks: collecting the others takes long."""
    texts = {path: path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py")}
    found = [path for path, text in texts.items() if any(f"mark.{mark}" in text for mark in marks)]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)
