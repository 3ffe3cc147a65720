"""A learning platform and the courses side by side, to click through what LTI does.

    python3 examples/lti/demo.py

Needs nothing but Python; the first start makes a database of its own in var/lti-demo. The platform
forgets everything when it ends. It is the one of the tests (tests/lti/platform) with a page.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from launcher import packages  # noqa: E402
from launcher.console import (  # noqa: E402
    VAR,
    Failure,
    echo,
    require_writable_checkout,
    stop_signals,
)
from launcher.prepare import SOURCES  # noqa: E402
from launcher.serve import site_environment  # noqa: E402
from launcher.state import digest  # noqa: E402

FOLDER = VAR / "lti-demo"
START_S = 60
STOP_S = 10
POLL_S = 0.1


def main() -> int:
    """Run the demo until Ctrl-C; return the exit code."""
    options = _options()
    require_writable_checkout()
    _use_environment_of_checkout()
    # Another site than 127.0.0.1 in a browser's eyes: the frame is as foreign as in earnest.
    site = f"http://localhost:{options.port}"
    FOLDER.mkdir(exist_ok=True)
    database = FOLDER / f"run-{options.port}.sqlite3"
    env = {
        **site_environment(),
        "CXCOURSE_PROFILE": "development",
        "DEBUG": "1",  # static files come from their folders
        "DATABASE_URL": f"sqlite:///{database}",
        "PUBLIC_URL": site,
        "LTI_URL": f"{site}/lti/",
        "OUTGOING_ALLOW": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
    }
    try:
        with stop_signals():
            _copy(options.database or _prepared(env), database)
            with _processes(env, options.port) as children:
                invitation = _invitation(env)
                _await_site(site, children)
                _run_platform(invitation, children, options)
    except KeyboardInterrupt:
        return 0
    except Failure as failure:
        echo(f"\n{failure}")
        return 1
    finally:
        for one in FOLDER.glob(f"{database.name}*"):
            one.unlink()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8200, help="port of the courses")
    parser.add_argument("--platform-port", type=int, default=8201, help="port of the platform")
    parser.add_argument("--no-browser", action="store_true", help="open no page")
    parser.add_argument("--database", type=Path, help="a database to copy, with courses")
    return parser.parse_args()


def _use_environment_of_checkout() -> None:
    """Start again with the Python of `.venv`, which has what the site needs."""
    if Path(sys.prefix).resolve() == packages.VENV.resolve():
        return
    packages.install("requirements.txt")
    command = [str(packages.PYTHON), *sys.argv]
    if not packages.IS_WINDOWS:
        os.execv(command[0], command)  # noqa: S606
    sys.exit(subprocess.call(command))


def _prepared(env: dict[str, str]) -> Path:
    """Return a database with the course; made once, and again when the course has changed."""
    mark = digest(*SOURCES["migrate"], *SOURCES["sync"], ROOT / "courses/lti/migrations")
    found = FOLDER / f"prepared-{mark[:12]}.sqlite3"
    if found.is_file():
        return found
    for old in FOLDER.glob("prepared-*"):
        old.unlink()
    draft = FOLDER / "draft.sqlite3"
    draft.unlink(missing_ok=True)
    given = {**env, "DATABASE_URL": f"sqlite:///{draft}"}
    echo("Preparing a database (the first time takes a minute) …")
    for command in (["migrate", "--verbosity=0"], ["sync_courses"]):
        _manage(command, given)
    return draft.rename(found)


def _copy(source: Path, target: Path) -> None:
    for one in target.parent.glob(f"{target.name}*"):
        one.unlink()
    shutil.copyfile(source, target)


def _manage(command: list[str], env: dict[str, str]) -> str:
    done = subprocess.run(
        [str(packages.PYTHON), "manage.py", *command],
        cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Failure(f"`manage.py {command[0]}` failed; its output is above.")
    return done.stdout


Children = dict[str, "subprocess.Popen[bytes]"]


@contextmanager
def _processes(env: dict[str, str], port: int) -> Iterator[Children]:
    """Run the site and its relay, which sends scores, until the end of the block."""
    commands = {
        "site": ["runserver", f"127.0.0.1:{port}", "--noreload", "--skip-checks"],
        "relay": ["relay", "--pause=0.5"],
    }
    children: Children = {}
    try:
        for name, command in commands.items():
            children[name] = subprocess.Popen(
                [str(packages.PYTHON), "manage.py", *command],
                cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
                # Ctrl-C reaches this program alone, which ends them.
                start_new_session=not packages.IS_WINDOWS,
            )  # fmt: skip
        yield children
    finally:
        for child in children.values():
            child.terminate()
        for child in children.values():
            try:
                child.wait(timeout=STOP_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _require_alive(children: Children) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise Failure(f"The {name} ended with status {child.returncode}; is its port free?")


def _run_platform(invitation: str, children: Children, options: argparse.Namespace) -> None:
    """Run the platform in this process until somebody stops it."""
    # They need the packages of the environment.
    from examples.lti.school import School
    from tests.lti.platform.server import running

    try:
        with running(School, options.platform_port) as platform:
            platform.register(invitation)
            echo(f"\n  Riverside School is at {platform.base}/\n\n  Ctrl-C stops it.\n")
            if not options.no_browser:
                webbrowser.open(f"{platform.base}/")
            while True:
                _require_alive(children)
                time.sleep(0.5)
    except OSError as error:
        raise Failure(f"Port {options.platform_port}: {error}.") from error


def _invitation(env: dict[str, str]) -> str:
    """Return the address that an administrator of the platform would paste there."""
    text = (
        "from datetime import timedelta; from django.utils import timezone; "
        "from courses.lti import addresses, inviting; "
        "made = inviting.create(note='Demo', lifetime=timedelta(hours=1), now=timezone.now()); "
        "print(addresses.register(made.code))"
    )
    return _manage(["shell", "-c", text], env).split()[-1]


def _await_site(site: str, children: Children) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        _require_alive(children)
        with suppress(OSError), urllib.request.urlopen(f"{site}/healthz", timeout=5):
            return
        time.sleep(POLL_S)
    raise Failure(f"The site did not answer within {START_S} seconds.")


if __name__ == "__main__":
    sys.exit(main())
