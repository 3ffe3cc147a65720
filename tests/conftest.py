"""What every test gets: no network beyond this machine, nothing left over from another test."""

import gc
import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connection
from django.utils import timezone, translation
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings

from launcher import chromium
from tests import lengths

TIERS = ("quick", "check", "proofs")
"""Quick tests, the other tests of the check, and the proofs; each test is in exactly one."""
OF_THE_CHECK = ("slow", "browser", "postgres")
# Tests of the entry points send whole requests, those of the content read the whole course, others
# start processes or a browser: they take too long for the quick tier.
NOT_QUICK = (
    *("admin", "api", "browser", "content", "embed", "hosts", "lti", "management", "outgoing"),
    *("proofs", "races", "upgrade", "web", "wire"),
)
HERE = Path(__file__).parent
LOCKED_S = 60
"""How long the end of a test waits for others that write."""

# Reasons for which a test may be skipped even where nothing may be left out (CI=true).
# A new entry needs the reason why the test can then never run.
ALLOWED_SKIPS = (
    # One engine's feature: the same run covers the other engine in its own step.
    "needs PostgreSQL",
    "needs SQLite",
    # One generation of Django: the other one is covered by another interpreter.
    "needs Django 6",
    "needs Django 5",
    # A server that the package index has for Python 3.11 alone.
    "no Redis or Valkey server at hand",
    # A program of the operating system: the index has no package of it.
    "no nginx at hand",
    # Sample files of others, which are no part of the project.
    "CX_CORPORA names no folder",
)


@pytest.fixture(autouse=True)
def _clean_slate() -> Iterator[None]:
    with translation.override("en"), timezone.override("UTC"):
        yield
    cache.clear()
    # Any test may work or stop this job. In a host's project nobody has read the module.
    if counting := sys.modules.get("tests.counting"):
        counting.forget()


@pytest.fixture(scope="session", autouse=True)
def _flush_tables_with_rows() -> Iterator[None]:
    """After a test with transactions of its own, empty those tables that hold rows.

    Django truncates all tables, for which PostgreSQL makes and deletes hundreds of files.
    """
    if connection.vendor != "postgresql":
        yield
        return

    def sql_flush(operations: Any, style: Any, tables: list[str], **options: bool) -> list[str]:
        if options.get("reset_sequences"):
            return flush_all(operations, style, tables, **options)
        names = [operations.quote_name(table) for table in tables]
        with operations.connection.cursor() as cursor:
            found = (f"SELECT '{name}' WHERE EXISTS (TABLE {name})" for name in names)
            cursor.execute(" UNION ALL ".join(found))
            # Foreign keys are checked at the end of the transaction: any order will do.
            return [f"DELETE FROM {name}" for (name,) in cursor.fetchall()]  # noqa: S608

    operations = type(connection.ops)
    flush_all = operations.sql_flush
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Put a copy of the new SQLite database back after a test with transactions of its own.

    Django empties every table and makes content types and permissions again: a third of a second.
    """
    if connection.vendor != "sqlite":
        yield
        return
    # Where this file is a plugin, Django is not ready when it is read.
    from django.contrib.contenttypes.models import ContentType

    def put_back(_command: Any, **_options: Any) -> None:
        until = time.monotonic() + LOCKED_S

        def stop_late(_status: int, _left: int, _pages: int) -> None:
            if time.monotonic() > until:
                raise TimeoutError("Something that the test began still writes to the database.")

        ContentType.objects.clear_cache()
        connection.ensure_connection()
        made.backup(connection.connection, progress=stop_late)

    with closing(sqlite3.connect(":memory:")) as made:
        with django_db_blocker.unblock():
            connection.ensure_connection()
            connection.connection.backup(made)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(flush.Command, "handle", put_back)
            yield


@pytest.fixture(scope="session")
def base_url() -> None:
    """No fixed site: browser tests go to their live server. (The plugin's own fixture warns.)"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium that is installed; Playwright's own only where there is none."""
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    arguments = dict(browser_type_launch_args)
    path = chromium.find()
    if path:
        arguments["executable_path"] = path
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # Chromium refuses to sandbox itself for root.
        arguments["args"] = [*arguments.get("args", []), "--no-sandbox"]
    return arguments


# Counting references frees nearly everything; looking for cycles again and again among the objects
# of all imported modules costs a tenth of the time.
gc.set_threshold(100_000, 20, 100)

# Examples of each property: few wherever tests run, many among the proofs.
hypothesis_settings.register_profile("check", max_examples=15, deadline=None)
hypothesis_settings.register_profile("proofs", max_examples=400, deadline=None)
# Of mutants: the same examples every time, and none made smaller once one has failed.
hypothesis_settings.register_profile(
    "mutation",
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
)
hypothesis_settings.load_profile("check")


def tier_of(item: pytest.Item) -> str:
    """The tier that the marks of a test put it in."""
    if item.get_closest_marker("proofs"):
        return "proofs"
    if any(map(item.get_closest_marker, OF_THE_CHECK)):
        return "check"
    folder = item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""
    return "check" if folder in NOT_QUICK else "quick"


def pytest_configure(config: pytest.Config) -> None:
    """Make no test of the proofs where only the check is wanted."""
    marks = config.option.markexpr.lstrip("(")
    is_check = marks.startswith(("quick", "check"))
    lengths.leave_out_proofs(is_wanted=is_check and "proofs" not in marks)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave folders without quick tests alone where only those are wanted."""
    marks = config.option.markexpr
    is_quick = marks.startswith("quick") and " or " not in marks
    is_other = collection_path.parent == HERE and collection_path.name in NOT_QUICK
    return True if is_quick and is_other else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make two tests of one that has two lengths."""
    if metafunc.definition.get_closest_marker("two_lengths"):
        metafunc.parametrize("_length", lengths.two_lengths(), indirect=True)


@pytest.fixture(autouse=True)
def _length(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let `length` answer for the length of the test; all others are short."""
    lengths.use(getattr(request, "param", lengths.SHORT))
    yield
    lengths.use(lengths.SHORT)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark the tier of each test, then sort: slow ones first, so that none begins at the end."""
    for item in items:
        tier = tier_of(item)
        if item.get_closest_marker(tier) is None:
            item.add_marker(tier)
    yield
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    unexpected = _unexpected_skips(terminalreporter)
    if unexpected:
        terminalreporter.section("skipped although CI=true allows no skipping")
        for line in unexpected:
            terminalreporter.write_line(line)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and session.exitstatus == pytest.ExitCode.OK and _unexpected_skips(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _unexpected_skips(reporter: Any) -> list[str]:
    """Node and reason of every skipped test whose reason is not allowed; none outside CI."""
    if os.environ.get("CI", "").lower() not in {"1", "true"}:
        return []
    found = []
    for report in reporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(allowed in reason for allowed in ALLOWED_SKIPS):
            found.append(f"{report.nodeid}: {reason}")
    return found
