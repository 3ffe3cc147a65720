"""The app as a wheel in somebody else's Django project, installed as in the README."""

import os
import shutil
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.hosts.blocks import blocks, commands, follow
from tests.hosts.project import ROOT, Project, faults, run, statuses

README = blocks(ROOT / "README.md", heading="## In your Django project")
OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_QUIET": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    # Pip reads "0" as: without isolation. What builds the wheel is in this environment.
    "PIP_NO_BUILD_ISOLATION": "0",
}

OURS = {"lint.yaml", "coverage.yaml"}
"""Files of a course that only tools of this repository read."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the wheel is built from, in which the README's first command runs."""
    folder = tmp_path_factory.mktemp("checkout")
    hidden = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "courses", folder / "courses", ignore=hidden)
    for name in ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def fresh_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment.

    What the wheel depends on is lent by our own environment, so that no network is needed.
    """
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    purelib = run(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder
    ).strip()
    Path(purelib, "lent.pth").write_text(sysconfig.get_path("purelib"))
    return python


@pytest.fixture(scope="module")
def host_python(checkout: Path, fresh_python: Path) -> Path:
    """The fresh environment's Python after the README's commands with pip."""
    folder = Project(checkout, python=fresh_python, env=OFFLINE)
    installing = next(text for language, text in README if language == "sh")
    assert all(words[0] == "pip" for words in commands(installing))
    follow(folder, [("sh", installing)])
    return fresh_python


@pytest.fixture(scope="module")
def wheel(checkout: Path, host_python: Path) -> Path:
    return next((checkout / "dist").glob("*.whl"))


def test_the_wheel_holds_everything_the_app_needs(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    needed = {
        path.relative_to(ROOT).as_posix()
        for kind in ("templates", "static", "locale", "content", "migrations")
        for folder in ROOT.glob(f"courses/**/{kind}")
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name not in OURS
    }
    assert needed - inside == set()
    assert "courses/py.typed" in inside
    foreign = {name.split("/")[0] for name in inside} - {"courses"}
    assert all(name.endswith(".dist-info") for name in foreign)


def test_the_wheel_leaves_out_the_quality_checks_of_our_own_course(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = archive.namelist()
    assert [name for name in inside if name.rpartition("/")[2] in OURS] == []
    assert "courses/coursefiles/publishing/stems.py" in inside
    parts = {part for name in inside for part in name.removesuffix(".py").split("/")}
    assert not parts & {"tools", "lint", "coverage", "prose", "syllables", "banks", "tests"}
    requirements = (ROOT / "pyproject.toml").read_text().partition("[dependency-groups]")[0]
    assert "pyphen" not in requirements


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


def test_the_wheel_needs_the_packages_of_the_api() -> None:
    """Pages, admin, API and launches come with one installation and no extra."""
    text = (ROOT / "pyproject.toml").read_text()
    needed = text.partition("\ndependencies = [")[2].partition("\n]")[0]
    assert "djangorestframework" in needed
    assert "drf-spectacular" in needed
    assert "\napi = [" not in text


@pytest.mark.proofs
def test_readme_steps_give_pages_admin_api_and_launches(host_python: Path, tmp_path: Path) -> None:
    project = Project.start(tmp_path / "host", python=host_python)
    follow(project, README[1:])
    project.manage("check")
    project.manage("makemigrations", "--check", "--dry-run")
    happened = project.journey()
    assert Path(happened["package"]).is_relative_to(host_python.parents[1])
    assert faults(happened) == {}
    found = statuses(happened)
    for name in ("page catalogue", "page lesson", "page quiz", "admin", "admin one course"):
        assert found[name] == 200, name
    for name in ("api signed out", "api get /courses", "launch", "launch opened", "schema"):
        expected = {"api signed out": 401, "launch": 302}.get(name, 200)
        assert any(status == expected for key, status in found.items() if key.startswith(name)), (
            name
        )
    assert happened["lesson"] in happened["answers"]["page lesson"]["body"]
    assert happened["responses"] == happened["progress"] == 1


def test_pip_installs_the_built_file(wheel: Path) -> None:
    installing = next(text for language, text in README if language == "sh")
    assert f"pip install dist/{wheel.name}" in installing
