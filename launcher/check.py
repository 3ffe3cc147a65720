"""The whole check: format, lint, types, contracts, migrations, deployment, content, tests."""

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from launcher import chromium, node, packages, postgres
from launcher.console import ROOT, Failure, say
from launcher.steps import Report, run

PYTHON = packages.PYTHON
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
BROWSER = "browser"
LEFT_OUT = "left out by --quick"
# The tables as the models have them. That the migrations lead to the same is a step of its own, and
# on PostgreSQL it is they that make the tables.
UNMIGRATED = ("--nomigrations",)
MOST_WORKERS = 8
"""Each has a database and perhaps a browser of its own."""


class Check:
    """One run of the check: its options, its environments and its report."""

    def __init__(self, *, tier: str, pytest_arguments: Sequence[str], folder: Path) -> None:
        self.tier = tier
        self.pytest_arguments = list(pytest_arguments)
        self.report = Report()
        self.env = {
            **_without_site_settings(os.environ),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "CXCOURSE_PROFILE": "test",
            "DATABASE_URL": f"sqlite:///{(folder / 'check.sqlite3').as_posix()}",
            "PYTHONUNBUFFERED": "1",
        }

    def run(self) -> int:
        """Run every step, whatever the earlier ones say; 0 when all of them passed."""
        if not (self.pytest_arguments or self.tier == PROOFS):
            self._static()
            self._django()
        self._tests()
        say("\n" + "─" * 78)
        for line in self.report.table():
            say(line)
        return 0 if self.report.is_good else 1

    def _static(self) -> None:
        djade = [packages.program("djade"), "--check", "--target-version", "5.2", *_templates()]
        self._run("Format (ruff format)", packages.program("ruff"), "format", "--check", ".")
        self._run("Lint (ruff check)", packages.program("ruff"), "check", ".")
        self._run("Templates (djade)", *djade)
        self._run("Types (mypy)", packages.program("mypy"))
        self._run("Imports (lint-imports)", packages.program("lint-imports"), "--no-cache")

    def _django(self) -> None:
        manage: list[object] = [PYTHON, "-W", "error", "manage.py"]
        self._step(
            "Migrations match the models",
            lambda: run([*manage, "makemigrations", "--check", "--dry-run"], self.env),
        )
        self._step(
            "Deployment (check --deploy)",
            lambda: run([*manage, "check", "--deploy", "--fail-level=WARNING"], _production()),
        )
        content = "Course content (sync_courses --check)"
        if self.tier == QUICK:
            self.report.leave_out(content, LEFT_OUT)
        else:
            self._step(content, lambda: self._content(manage))

    def _content(self, manage: list[object]) -> None:
        run([*manage, "migrate", "--verbosity=0"], self.env)
        run([*manage, "sync_courses", "--check"], self.env)

    def _tests(self) -> None:
        self._step(
            "Tests on SQLite",
            lambda: self._pytest(
                f"{TIERS[self.tier]} and {ON_SQLITE}", *UNMIGRATED, without="DATABASE_URL"
            ),
        )
        for name, action in (
            ("Tests on PostgreSQL", self._on_postgresql),
            ("Tests in the browser", self._in_browser),
        ):
            if self.tier == QUICK:
                self.report.leave_out(name, LEFT_OUT)
            else:
                self._step(name, action)

    def _on_postgresql(self) -> str:
        with postgres.cluster() as (url, version):
            files = ("database", "postgres", "engines")
            self._pytest(ON_POSTGRESQL[self.tier], files=files, DATABASE_URL=url)
        return f"PostgreSQL {version}"

    def _in_browser(self) -> str:
        path = chromium.find_or_install()
        named = {chromium.VARIABLE: path} if path else {}
        self._pytest(
            f"{TIERS[self.tier]} and {BROWSER}",
            *UNMIGRATED,
            files=(BROWSER,),
            without="DATABASE_URL",
            **named,
        )
        return chromium.version(path) if path else "Playwright's Chromium"

    def _pytest(
        self,
        marks: str,
        *options: str,
        files: Sequence[str] = (),
        without: str = "",
        **more: str,
    ) -> None:
        env = {**self.env, **more}
        env.pop(without, None)
        # One file after the other by one worker each: what a file sets up is set up once.
        spread = ["--dist", "loadscope", "--no-loadscope-reorder"]
        workers = [] if self.pytest_arguments else ["-n", str(_workers()), *spread]
        command = [PYTHON, "-m", "pytest", "-m", marks]
        command += [f"--hypothesis-profile={PROOFS if self.tier == PROOFS else CHECK}"]
        command += [*workers, *options, *(self.pytest_arguments or _files(*files))]
        try:
            run(command, env, report=self.report)
        except Failure as failure:
            # Somebody who asks for one file need not have tests of every kind in it.
            if not (self.pytest_arguments and str(failure) == "No test was found."):
                raise

    def _run(self, name: str, *command: object) -> None:
        self._step(name, lambda: run(command, self.env))

    def _step(self, name: str, action: Callable[[], str | None]) -> None:
        self.report.step(name, action)


def check(*, tier: str = CHECK, pytest_arguments: Sequence[str] = ()) -> int:
    """Install the tools and run a tier's tests, for the proofs these alone; the exit code.

    With arguments for pytest only the tests run.
    """
    packages.install("requirements.txt")
    packages.install("requirements-dev.txt")
    if not (tier == QUICK or pytest_arguments):
        node.packages()
    with tempfile.TemporaryDirectory(prefix="cxcheck-") as folder:
        return Check(tier=tier, pytest_arguments=pytest_arguments, folder=Path(folder)).run()


def _files(*marks: str) -> list[str]:
    """Test files that name one of these marks, all without; collecting the others takes long."""
    if not marks:
        return []
    found = []
    for path in (ROOT / "tests").rglob("test_*.py"):
        text = path.read_text(encoding="utf-8")
        if any(f"mark.{mark}" in text for mark in marks):
            found.append(path.relative_to(ROOT).as_posix())
    return sorted(found)


def _workers() -> int:
    """One more than there are cores: some always wait for a database, a process or a browser."""
    return min((os.cpu_count() or 1) + 1, MOST_WORKERS)


def _templates() -> list[str]:
    found = (ROOT / "courses").glob("**/templates/**/*.html")
    return sorted(str(path.relative_to(ROOT)) for path in found)


def _without_site_settings(env: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without what would make the check depend on this machine."""
    ours = {"SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "CACHE_URL", "EMAIL_URL", "LANGUAGE_CODE"}
    ours |= {"TIME_ZONE", "LOG_LEVEL", "LOG_FORMAT", "STATIC_URL", "STATIC_ROOT", "MEDIA_ROOT"}
    return {name: value for name, value in env.items() if name not in ours}


def _production() -> dict[str, str]:
    """The environment of a well-kept production site."""
    return {
        **_without_site_settings(os.environ),
        "DJANGO_SETTINGS_MODULE": "cxcourse.settings",
        "CXCOURSE_PROFILE": "production",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "courses.example.org",
        "CSRF_TRUSTED_ORIGINS": "https://courses.example.org",
        "DATABASE_URL": "postgresql://courses:secret@127.0.0.1/courses",
        "CACHE_URL": "dbcache://cx_courses_cache",
        "EMAIL_URL": "smtp://127.0.0.1:25",
    }
