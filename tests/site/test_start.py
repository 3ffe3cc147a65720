"""`python3 start.py` in a fresh copy, as somebody new runs it."""

import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from launcher import packages

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 20

pytestmark = [
    pytest.mark.proofs,
    pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and processes"),
]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh copy of the checkout; packages are lent by ours, so that no network is needed."""
    target = tmp_path_factory.mktemp("start") / "checkout"
    ignored = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", "dist")
    shutil.copytree(ROOT, target, ignore=ignored, symlinks=True)
    stamp = packages._known(packages.STAMPS / "requirements.txt.json")
    if stamp["mark"] == packages._mark(ROOT / "requirements.txt"):
        (target / ".venv").symlink_to(packages.VENV)
    return target


@pytest.fixture
def used(copy: Path) -> Path:
    """The copy after a first run, whichever test came first."""
    if not (copy / "var/state.json").exists():
        with running(copy):
            pass
    return copy


@pytest.fixture
def unused(copy: Path) -> Path:
    """The copy as if nobody had ever started it."""
    shutil.rmtree(copy / "var", ignore_errors=True)
    return copy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Running:
    """One run of start.py: its output so far, and its address."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.site = f"http://127.0.0.1:{port}"
        self.output = ""

    def read_until(self, text: str) -> None:
        output: IO[str] = self.process.stdout  # type: ignore[assignment]
        for line in output:
            self.output += line
            if text in line:
                return
        raise AssertionError(f"start.py ended without saying {text!r}:\n{self.output}")

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.rest()

    def rest(self) -> int:
        """The exit code, after everything that is still to be read."""
        out, _ = self.process.communicate(timeout=STOP_SECONDS)
        self.output += out
        return self.process.returncode

    def children(self) -> dict[str, int]:
        """Kind of child → process id, as the system knows them."""
        listed = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        found = {}
        for line in listed.splitlines():
            pid, _, command = line.strip().partition(" ")
            found["relay" if "relay" in command else "web server"] = int(pid)
        return found


@contextmanager
def running(copy: Path) -> Iterator[Running]:
    port = free_port()
    kept = {"PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE"}
    process = subprocess.Popen(
        [sys.executable, "start.py", f"--port={port}"],
        cwd=copy,
        env={name: value for name, value in os.environ.items() if name in kept},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    run = Running(process, port)
    try:
        run.read_until("Ctrl-C stops it")
        yield run
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=STOP_SECONDS)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def sign_in(run: Running, name: str, password: str) -> str:
    """The page after signing in."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"{run.site}/account/sign-in/"
    page = opener.open(address).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], "username": name, "password": password}
    with opener.open(address, urllib.parse.urlencode(form).encode()) as response:
        assert "/sign-in/" not in response.url
        return response.read().decode()


def test_the_first_run_serves_and_ctrl_c_ends_everything(unused: Path) -> None:
    with running(unused) as run:
        kept = (unused / "var/demo-accounts.txt").read_text()
        accounts = dict(line.split() for line in kept.splitlines())
        assert set(accounts) == {"learner", "instructor", "admin"}
        assert all(f"{name:<12} {word}" in run.output for name, word in accounts.items())
        for name, password in accounts.items():
            assert sign_in(run, name, password)
        with urllib.request.urlopen(f"{run.site}/readyz") as response:
            assert response.status == 200
        children = run.children()
        assert set(children) == {"web server", "relay"}
        assert run.end(signal.SIGINT) == 0
        assert all(is_gone(pid) for pid in children.values())
    private = [unused / "var" / name for name in ("demo-accounts.txt", "secret-key")]
    assert [path.stat().st_mode & 0o777 for path in private] == [0o600, 0o600]


def test_the_second_run_skips_what_is_done(used: Path) -> None:
    started = time.monotonic()
    with running(used) as run:
        seconds = time.monotonic() - started
        for step in ("Installing", "Preparing", "Loading", "Making", "Collecting"):
            assert step not in run.output
        assert "learner" in run.output
        assert run.end(signal.SIGTERM) == 0
    # Three seconds on a machine that has nothing else to do; tests share theirs.
    assert seconds < 15


@pytest.mark.parametrize("killed", ["web server", "relay"])
def test_when_one_process_dies_the_other_is_ended(used: Path, killed: str) -> None:
    with running(used) as run:
        children = run.children()
        os.kill(children[killed], signal.SIGKILL)
        assert run.rest() == 1
        assert f"The {killed} ended with status -9" in run.output
        assert all(is_gone(pid) for pid in children.values())
