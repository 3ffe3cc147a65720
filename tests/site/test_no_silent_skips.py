"""With CI=true a skipped test fails the run, unless its reason is known."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lengths import spread

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


def run(folder: Path, *, reason: str, is_ci: bool) -> subprocess.CompletedProcess[str]:
    test = folder / "test_skipping.py"
    test.write_text(f"import pytest\n\ndef test_it():\n    pytest.skip({reason!r})\n")
    env = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", f"--config-file={ROOT / 'pyproject.toml'}",
         f"--rootdir={folder}", "-p", "tests.conftest", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env=env | ({"CI": "true"} if is_ci else {}),
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "is_ci", "status"),
    spread(
        [
            ("no browser here", True, 1),
            ("no browser here", False, 0),
            ("needs PostgreSQL", True, 0),
        ],
        check=1,
    ),
)
def test_skipped_tests_fail_the_run_in_ci(
    tmp_path: Path, reason: str, is_ci: bool, status: int
) -> None:
    result = run(tmp_path, reason=reason, is_ci=is_ci)
    assert result.returncode == status, result.stdout + result.stderr
    assert ("skipped although CI=true" in result.stdout) is bool(status)
