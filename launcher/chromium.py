"""A Chromium for the browser tests: the installed one, or else one that we install.

The headless shell is Chromium without the parts that show windows: a page costs a quarter of the
time. Any other Chromium will do.
"""

import os
import shutil
import subprocess
from pathlib import Path

from launcher import packages
from launcher.console import Failure, echo, run_quietly

VARIABLE = "CXCOURSE_CHROMIUM"
SHELL = "chromium-headless-shell"
FONTS = "fonts-liberation"
"""Chromium itself brings them; pages are measured with them."""
NAMES = (
    *(SHELL, "chrome-headless-shell", "headless-shell"),
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
)
ELSEWHERE = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
ADVICE = (
    "No Chromium was found and none could be installed; install Chromium or Chrome, or set "
    f"{VARIABLE} to the path of one."
)


def find() -> str | None:
    """Return the path of an installed Chromium or Chrome, or None."""
    named = os.environ.get(VARIABLE)
    if named:
        return named
    on_path = (shutil.which(name) for name in NAMES)
    known = (path for path in ELSEWHERE if Path(path).is_file())
    return next((path for path in (*on_path, *known) if path), None)


def find_or_install() -> str | None:
    """Return the path of a Chromium, or None for Playwright's own. Raises `Failure` without any."""
    named = os.environ.get(VARIABLE)
    if not named and not shutil.which(SHELL) and _is_debian_root():
        _install_with_apt()
    found = find()
    if found:
        return found
    echo("Installing Playwright's Chromium …")
    command = [packages.PYTHON, "-m", "playwright", "install", "--only-shell", "chromium"]
    run_quietly(command, env=os.environ, failure=ADVICE)
    return None


def _install_with_apt() -> None:
    """Install the headless shell, else Chromium itself. Raises `Failure` without either."""
    echo("Installing Chromium's headless shell with apt …")
    apt = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-o", "Acquire::http::Timeout=10", "-o", "Acquire::Retries=0"]
    try:
        run_quietly([*command, "update"], env=apt, failure=ADVICE)
        run_quietly([*command, "install", "-y", SHELL, FONTS], env=apt, failure=ADVICE)
    except Failure:
        # Without a network the one that is installed will do; older systems have no such package.
        if not find():
            run_quietly([*command, "install", "-y", "chromium"], env=apt, failure=ADVICE)


def _is_debian_root() -> bool:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return is_root and Path("/etc/debian_version").exists() and bool(shutil.which("apt-get"))


def version(path: str) -> str:
    """Return the browser's own version text, for the report."""
    result = subprocess.run(
        [path, "--version", "--no-sandbox"], capture_output=True, text=True, check=False
    )
    return result.stdout.strip() or "unknown version"
