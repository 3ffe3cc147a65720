"""Prepare the site and run it: a web server and a relay, until Ctrl-C."""

import errno
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from launcher import packages
from launcher.console import ROOT, VAR, Failure, echo
from launcher.prepare import DEMO_FILE, prepare

HOST = "127.0.0.1"
SECRET_KEY_FILE = VAR / "secret-key"
START_SECONDS = 60
STOP_SECONDS = 10
POLL_SECONDS = 0.05

Children = dict[str, subprocess.Popen[bytes]]


def serve(*, port: int) -> int:
    """Set up what is missing and serve until somebody stops it; the value is the exit code."""
    _require_free(port)
    packages.install("requirements.txt")
    env = site_environment()
    # Where links in mails lead.
    env.setdefault("PUBLIC_URL", f"http://127.0.0.1:{port}")
    prepare(env)
    children: Children = {}
    try:
        children["web server"] = _start(_web_server(port), env)
        children["relay"] = _start([str(packages.PYTHON), "manage.py", "relay"], env)
        _await_answer(children, port)
        _welcome(port)
        return _watch(children)
    except KeyboardInterrupt:
        echo("\nStopping …")
        return 0
    finally:
        _stop(children)


def site_environment() -> dict[str, str]:
    """Return the environment of the site's processes; the caller's variables stay as they are."""
    env = dict(os.environ)
    env.setdefault("CXCOURSE_PROFILE", "development")
    # The pages of a running course are for learners: no tracebacks, hashed static files.
    env.setdefault("DEBUG", "0")
    env.setdefault("PYTHONUNBUFFERED", "1")
    if "SECRET_KEY" not in env:
        env.setdefault("SECRET_KEY_FILE", str(_secret_key_file()))
    return env


def _secret_key_file() -> Path:
    if not SECRET_KEY_FILE.is_file():
        handle = os.open(SECRET_KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(64))
    return SECRET_KEY_FILE


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        if os.name != "nt":
            # As the server does: a port that was just given up is free. (Windows means another
            # thing by this option.)
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EACCES:
                raise Failure(
                    f"Port {port} may only be used by an administrator; choose one above 1023, "
                    "for example: python3 start.py --port 8000"
                ) from error
            raise Failure(
                f"Port {port} is taken by another program; choose another one, for example: "
                f"python3 start.py --port {port + 1 if port < 65535 else 8000}"  # noqa: PLR2004
            ) from error


def _web_server(port: int) -> list[str]:
    if packages.IS_WINDOWS:
        return [
            str(packages.PYTHON), "-m", "waitress",
            f"--listen={HOST}:{port}", "cxcourse.wsgi:application",
        ]  # fmt: skip
    # The rest is in gunicorn.conf.py, as for every other way to start it.
    return [
        str(packages.PYTHON), "-m", "gunicorn", "cxcourse.wsgi:application",
        f"--bind={HOST}:{port}", "--log-level=warning", "--graceful-timeout=5",
    ]  # fmt: skip


def _start(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    # In a session of its own: Ctrl-C reaches us alone, and we end the children in good order.
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=not packages.IS_WINDOWS)


def _await_answer(children: Children, port: int) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        _require_alive(children)
        try:
            with opener.open(f"http://{HOST}:{port}/healthz", timeout=1):
                return
        except urllib.error.HTTPError as error:
            raise Failure(f"The web server answers with an error ({error.code}).") from error
        except OSError:
            time.sleep(POLL_SECONDS)
    raise Failure(f"The web server did not answer within {START_SECONDS} seconds.")


def _require_alive(children: Children) -> None:
    for name, child in children.items():
        status = child.poll()
        if status is not None:
            raise Failure(f"The {name} ended with status {status}; so everything was stopped.")


def _welcome(port: int) -> None:
    site = f"http://{HOST}:{port}"
    echo(f"\n  The course   {site}/")
    echo(f"  Admin        {site}/admin/")
    if DEMO_FILE.is_file():
        echo(f"\n  Demo accounts (kept in {DEMO_FILE.relative_to(ROOT)}):")
        for line in DEMO_FILE.read_text(encoding="utf-8").splitlines():
            echo(f"    {line}")
    echo("\n  Ctrl-C stops it.\n")


def _watch(children: Children) -> int:
    while True:
        _require_alive(children)
        time.sleep(0.5)


def _stop(children: Children) -> None:
    """End every child: politely first, and by force after `STOP_SECONDS`."""
    if sys.platform != "win32":
        # A second Ctrl-C must not leave a child behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        _sweep(child)


def _sweep(child: subprocess.Popen[bytes]) -> None:
    """End what the child has left behind: workers outlive a killed master by many seconds."""
    if sys.platform != "win32":
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
