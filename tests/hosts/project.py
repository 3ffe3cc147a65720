"""A Django project of somebody else, made in a folder of its own and run in its own processes."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.coursefiles.sample import FILES

ROOT = Path(__file__).resolve().parents[2]
JOURNEY = Path(__file__).with_name("journey.py")
_HIDDEN = {"PYTHONPATH", "DJANGO_SETTINGS_MODULE", "CXCOURSE_PROFILE", "DATABASE_URL"}
QUICK = """
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MIGRATION_MODULES = {name: None for name in (
    "admin", "auth", "contenttypes", "sessions", "cx_courses", "oauth2_provider"
)}
DATABASES["default"]["OPTIONS"] = {
    "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA synchronous=OFF"
}
SILENCED_SYSTEM_CHECKS = ["cx_courses.W003"]
"""
"""Settings that change nothing but the time a test takes."""


def environment() -> dict[str, str]:
    """The variables of this test run without those that name its own settings."""
    return {name: value for name, value in os.environ.items() if name not in _HIDDEN}


def run(*command: object, cwd: Path, fails: bool = False, **env: str) -> str:
    """Return the standard output of a command, without the environment of this test run.

    With `fails` the command must fail, and its errors are returned too.
    """
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**environment(), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode != 0) == fails, result.stdout + result.stderr
    return result.stdout + result.stderr if fails else result.stdout


_IN_ORDER = """\
- key: m1-quiz
  title: Quiz
  kind: graded
  shuffle_items: false
  items:
    - question: q-one
    - question: q-two
"""
COURSE = {
    name: text.replace("    shuffle: false\n", "").replace(
        "  data:\n", "  data:\n    shuffle: false\n"
    )
    for name, text in FILES.items()
} | {"m1-first/quizzes.yaml": _IN_ORDER}
"""The sample course without anything that is drawn or shuffled: two journeys see the same."""


@dataclass(frozen=True)
class Project:
    """The folder of a host's manage.py, the Python that runs it and what its environment holds."""

    folder: Path
    python: Path = Path(sys.executable)
    env: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def start(cls, folder: Path, **more: Any) -> "Project":
        """A new project as `django-admin startproject host` makes it."""
        project = cls(folder, **more)
        folder.mkdir(parents=True, exist_ok=True)
        project.run(project.python, "-m", "django", "startproject", "host", ".")
        return project

    def add(self, name: str, text: str) -> None:
        """Write this at the end of a file, which is made if it is missing."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text() if path.exists() else ""
        path.write_text(before + text)

    def run(self, *command: object, fails: bool = False) -> str:
        return run(*command, cwd=self.folder, fails=fails, **self.env)

    def manage(self, *arguments: object, fails: bool = False) -> str:
        """A management command, for which every warning is an error."""
        return self.run(self.python, "-W", "error", "manage.py", *arguments, fails=fails)

    def journey(self, *options: str) -> dict[str, Any]:
        """What happened on the journey of `journey.py` through this project."""
        (self.folder / JOURNEY.name).write_text(JOURNEY.read_text())
        output = self.run(self.python, "-W", "error", JOURNEY.name, *options)
        return dict(json.loads(output))


def quick_host(
    folder: Path,
    *,
    settings: str = "",
    urls: str = 'urlpatterns += [path("learn/", include("courses.urls"))]\n',
    files: Mapping[str, str] = {},
    python: Path = Path(sys.executable),
) -> Project:
    """A host with the checkout's app and a small course, whose tables the journey makes."""
    project = Project.start(folder, python=python, env={"PYTHONPATH": str(ROOT)})
    for name, text in COURSE.items():
        project.add(f"course/{name}", text)
    for name, text in files.items():
        project.add(name, text)
    project.add("host/settings.py", f'\nINSTALLED_APPS += ["courses"]\n{QUICK}{settings}')
    project.add("host/urls.py", f"\nfrom django.urls import include\n{urls}")
    return project


def statuses(happened: Mapping[str, Any]) -> dict[str, int]:
    """Which request got which status."""
    return {name: answer["status"] for name, answer in happened["answers"].items()}


def faults(happened: Mapping[str, Any]) -> dict[str, int]:
    return {name: status for name, status in statuses(happened).items() if status >= 500}
