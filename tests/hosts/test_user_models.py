"""The API works with every user model that a host may have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lengths import is_long

pytestmark = [pytest.mark.slow, pytest.mark.two_lengths]

ROOT = Path(__file__).resolve().parents[2]
SHORT = ("tests/hosts/of_any_host.py", "tests/api/test_people.py")
LONG = (
    *SHORT,
    "tests/api/test_cohorts.py",
    "tests/api/test_launches.py",
    "tests/api/test_learner_data.py",
    "tests/api/test_learning.py",
    "tests/api/test_gradebook.py",
    "tests/api/test_gradesheet.py",
    "tests/api/test_tokens.py",
    "tests/domain/test_personal_data.py",
)


OF_ONE = {"email": ("tests/hosts/of_one_name.py",)}
HIDDEN = {"DJANGO_SETTINGS_MODULE", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"}


def suite() -> tuple[str, ...]:
    return LONG if is_long() else SHORT


def passes(model: str, *files: str, without: str = "own_accounts") -> None:
    """These files pass with the user model `models_<model>`, without the tests marked so."""
    options = ["-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--nomigrations"]
    options += [f"--ds=tests.hosts.settings_{model}", "-m", f"not ({without})"]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *files],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in HIDDEN},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:]


@pytest.mark.proofs
def test_djangos_own_user_model() -> None:
    passes("plain", *suite())


@pytest.mark.proofs
@pytest.mark.parametrize("model", ["bare", "email"])
def test_other_user_models(model: str) -> None:
    passes(model, *suite(), *OF_ONE.get(model, ()), without="own_accounts or full_accounts")


def test_a_user_model_that_needs_an_adapter() -> None:
    passes("member", "tests/hosts/of_members.py")
