"""A top-level package `courses` of the host is refused before anything is stored."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.hosts.project import Project, quick_host

APP = {
    "__init__.py": "",
    "apps.py": """
from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
""",
}
"""An app as `manage.py startapp courses` makes it."""
WITH_ADDRESSES = {"__init__.py": "", "urls.py": "urlpatterns = []\n"}


def host(
    folder: Path, files: Mapping[str, str], *, under: str = "courses", settings: str = ""
) -> Project:
    found = {f"{under}/{name}": text or "\n" for name, text in files.items()}
    return quick_host(folder, files=found, settings=settings)


@pytest.mark.proofs
def test_an_app_that_is_found_first(tmp_path: Path) -> None:
    """Django itself refuses the same app twice."""
    project = host(tmp_path, APP, settings='\nINSTALLED_APPS.insert(0, "courses")\n')
    refused = project.manage("check", fails=True)
    assert "Application labels aren't unique, duplicates: courses" in refused


@pytest.mark.slow
def test_a_package_that_is_found_first(tmp_path: Path) -> None:
    """The addresses of the courses are missing, or their commands."""
    without = host(tmp_path / "without", {"__init__.py": ""})
    assert "No module named 'courses.urls'" in without.manage("check", fails=True)
    with_addresses = host(tmp_path / "with", WITH_ADDRESSES)
    with_addresses.manage("check")
    assert "Unknown command: 'sync_courses'" in with_addresses.manage("sync_courses", fails=True)


@pytest.mark.proofs
def test_a_package_that_ours_hides(tmp_path: Path) -> None:
    """The check names both folders; a folder without `__init__.py` is no package."""
    path = '\nimport sys\nsys.path.append(str(BASE_DIR / "apps"))\n'
    project = host(tmp_path, {"notes.txt": ""}, under="apps/courses", settings=path)
    project.manage("check")
    project.add("apps/courses/__init__.py", "")
    refused = project.manage("check", fails=True)
    assert "cx_courses.E010" in refused
    assert str(tmp_path / "apps/courses") in refused
