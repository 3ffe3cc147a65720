"""Every test is in exactly one tier: quick, check or proofs."""

import subprocess
import sys
from pathlib import Path

import pytest

from noxfile import TIERS, files_with
from tests.conftest import TIERS as NAMES
from tests.lengths import spread

ROOT = Path(__file__).resolve().parents[2]

# One test of every kind that the marks can make.
EXAMPLE = """
import pytest
from tests.lengths import spread

def test_plain(): pass

@pytest.mark.slow
def test_slow(): pass

@pytest.mark.browser
def test_browser(): pass

@pytest.mark.postgres
def test_postgres(): pass

@pytest.mark.slow
@pytest.mark.proofs
def test_proof(): pass

@pytest.mark.two_lengths
def test_both(): pass

@pytest.mark.parametrize("case", spread("abc", check=1))
def test_cases(case): pass
"""
WANTED = {
    "quick": ["test_plain", "test_cases[a]", "test_both[short]"],
    "check": ["test_slow", "test_browser", "test_postgres"],
    "proofs": ["test_proof", "test_both[long]", "test_cases[b]", "test_cases[c]"],
}


def collected(folder: Path, marks: str) -> list[str]:
    file = folder / "test_example.py"
    file.write_text(EXAMPLE, encoding="utf-8")
    found = subprocess.run(
        [sys.executable, "-m", "pytest", f"--config-file={ROOT / 'pyproject.toml'}",
         f"--rootdir={folder}", "-p", "tests.conftest", "-p", "no:cacheprovider",
         "--collect-only", "-q", "-m", marks, file],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [line.partition("::")[2] for line in found.stdout.splitlines() if "::" in line]


@pytest.mark.slow
@pytest.mark.parametrize("tier", spread(NAMES, check=1))
def test_marks_put_each_test_into_one_tier(tmp_path: Path, tier: str) -> None:
    assert sorted(collected(tmp_path, tier)) == sorted(WANTED[tier])


def test_every_collected_test_is_in_exactly_one_tier(request: pytest.FixtureRequest) -> None:
    wrong = {
        item.nodeid: marks
        for item in request.session.items
        if len(marks := {mark.name for mark in item.iter_markers()} & set(NAMES)) != 1
    }
    assert wrong == {}


@pytest.mark.slow
def test_a_file_names_the_marks_by_which_nox_finds_it(
    request: pytest.FixtureRequest,
) -> None:
    files = {name: set(files_with(name)) for name in ("browser", "database", "engines", "postgres")}
    wrong = {
        f"{item.path.name}: {name}"
        for item in request.session.items
        for name, found in files.items()
        if item.get_closest_marker(name) and item.path.relative_to(ROOT).as_posix() not in found
    }
    assert wrong == set()


def test_nox_knows_the_same_tiers() -> None:
    assert set(TIERS) == set(NAMES)
