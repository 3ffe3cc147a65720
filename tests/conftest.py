"""What every test gets: no network beyond this machine, nothing left over from another test."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from launcher import chromium

# Reasons for which a test may be skipped even where nothing may be left out (CI=true).
# Whoever adds one says here why the test can then never run.
ALLOWED_SKIPS = (
    # One engine's feature: the same run covers the other engine in its own step.
    "needs PostgreSQL",
    "needs SQLite",
    # One generation of Django: the other one is covered by another interpreter.
    "needs Django 6",
    "needs Django 5",
)


@pytest.fixture(autouse=True)
def _clean_slate() -> Iterator[None]:
    with translation.override("en"), timezone.override("UTC"):
        yield
    cache.clear()


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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first: else one worker begins a long one when the others are done."""
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
