"""The app as a wheel in somebody else's Django project."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("lesson_in_a_host.py")
TWO_LINES = '\nINSTALLED_APPS += ["courses"]\nLOGIN_URL = "cx_courses:sign-in"\n'
ONE_INCLUDE = """
from django.urls import include
urlpatterns += [path("learn/", include("courses.urls"))]
"""

pytestmark = pytest.mark.slow


def run(*command: object, cwd: Path) -> str:
    """Standard output of a command that must succeed, without this checkout on its path."""
    hidden = {"PYTHONPATH", "DJANGO_SETTINGS_MODULE", "CXCOURSE_PROFILE", "DATABASE_URL"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", f"--outdir={folder}", ROOT,
        cwd=folder,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def host_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment in which the wheel is installed.

    What the wheel depends on is lent by our own environment, so that no network is needed.
    """
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    purelib = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
    ).strip()
    Path(purelib, "lent.pth").write_text(sysconfig.get_path("purelib"))
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    run(*pip, "install", "--no-deps", "--no-index", "--quiet", wheel, cwd=folder)
    return python


def test_the_wheel_holds_everything_the_app_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    needed = {
        path.relative_to(ROOT).as_posix()
        for kind in ("templates", "static", "locale", "content", "migrations")
        for folder in ROOT.glob(f"courses/**/{kind}")
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert needed - inside == set()
    assert "courses/py.typed" in inside
    foreign = {name.split("/")[0] for name in inside} - {"courses"}
    assert all(name.endswith(".dist-info") for name in foreign)


def test_the_wheels_requirements_are_met_by_what_it_names(host_python: Path) -> None:
    question = (
        "from importlib.metadata import requires, version\n"
        "from packaging.requirements import Requirement\n"
        "for text in requires('cx-course'):\n"
        "    need = Requirement(text)\n"
        "    if need.marker is None or need.marker.evaluate({'extra': ''}):\n"
        "        assert version(need.name) in need.specifier, text\n"
        "print('met')"
    )
    assert run(host_python, "-c", question, cwd=host_python.parent).strip() == "met"


def test_a_strangers_project_needs_two_settings_and_one_include(
    host_python: Path, tmp_path: Path
) -> None:
    run(host_python, "-m", "django", "startproject", "host", tmp_path, cwd=tmp_path)
    with (tmp_path / "host/settings.py").open("a") as settings:
        settings.write(TWO_LINES)
    with (tmp_path / "host/urls.py").open("a") as urls:
        urls.write(ONE_INCLUDE)
    manage = [host_python, "-W", "error", "manage.py"]
    run(*manage, "check", cwd=tmp_path)
    run(*manage, "makemigrations", "--check", "--dry-run", cwd=tmp_path)
    run(*manage, "migrate", "--verbosity=0", cwd=tmp_path)
    run(*manage, "sync_courses", cwd=tmp_path)
    (tmp_path / SCRIPT.name).write_text(SCRIPT.read_text())
    happened = json.loads(run(host_python, "-W", "error", SCRIPT.name, cwd=tmp_path))
    package = Path(happened.pop("package"))
    assert package.is_relative_to(host_python.parents[1])
    assert happened.pop("check") in {200, 302, 303}
    assert happened == {
        "catalogue": 200,
        "lesson": 200,
        "title_shown": True,
        "responses": 1,
        "progress": 1,
    }
