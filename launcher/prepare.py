"""Bring database, course, accounts and static files up to date; skip what already is."""

import os
from collections.abc import Mapping
from pathlib import Path

from launcher import packages
from launcher.console import ROOT, VAR, Failure, echo, run_quietly
from launcher.state import DoneSteps, digest

DATABASE = VAR / "db.sqlite3"
DEMO_FILE = VAR / "demo-accounts.txt"
APP = ROOT / "courses"

# Step → what its result depends on.
SOURCES: dict[str, list[Path]] = {
    "migrate": [APP / "migrations", ROOT / "requirements.txt"],
    "sync": [
        APP / "content",
        APP / "coursefiles",
        APP / "domain",
        APP / "migrations",
        APP / "models",
        APP / "questions",
        APP / "markup",
        ROOT / "requirements.txt",
    ],
    "demo": [APP / "management/commands/make_demo.py"],
    "static": [
        *APP.glob("**/static"),
        ROOT / "requirements.txt",
        ROOT / "cxcourse/static.py",
    ],
}
OF_THE_DATABASE = ("migrate", "sync", "demo")


def prepare(env: Mapping[str, str]) -> None:
    """Make everything ready to serve; a second run finds it done and takes milliseconds."""
    state = DoneSteps()
    if not _is_our_database(env) or not DATABASE.is_file():
        state.forget(*OF_THE_DATABASE)
    _step(state, "migrate", "Preparing the database …", ["migrate", "--verbosity=0"], env)
    _step(state, "sync", "Loading the course …", ["sync_courses"], env)
    _step(state, "demo", "Making demo accounts …", ["make_demo", f"--file={DEMO_FILE}"], env)
    collect = ["collectstatic", "--noinput", "--clear", "--verbosity=0"]
    if not (VAR / "static/staticfiles.json").is_file():
        state.forget("static")
    _step(state, "static", "Collecting static files …", collect, env)


def _is_our_database(env: Mapping[str, str]) -> bool:
    """Return whether it is the file in var/: the state of any other database is not known."""
    return not {"DATABASE_URL", "DATABASE_URL_FILE"} & set(env) and not (ROOT / ".env").is_file()


def _step(
    state: DoneSteps, name: str, title: str, command: list[str], env: Mapping[str, str]
) -> None:
    mark = digest(*SOURCES[name])
    if state.is_done(name, mark):
        return
    echo(title)
    manage(command, env, failure=f"`manage.py {command[0]}` failed; its output is above.")
    state.record(name, mark)


def manage(command: list[str], env: Mapping[str, str], *, failure: str) -> str:
    """Run a command of the site and return its output."""
    try:
        return run_quietly([packages.PYTHON, "manage.py", *command], env=env, failure=failure)
    except FileNotFoundError as error:
        raise Failure(f"{os.fspath(packages.PYTHON)} has gone; please start again.") from error
