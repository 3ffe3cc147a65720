"""The npm packages of tests/node: other people's programs, which judge the API in tests."""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from launcher import packages as python_packages
from launcher.console import ROOT, VAR, echo, run_quietly

SOURCE = ROOT / "tests/node"
FILES = ("package.json", "package-lock.json", ".npmrc")
CACHE = VAR / "node"


def program(name: str) -> Path:
    """`node` or `npm` as Python packages brought it: to `.venv`, else to where we run."""
    ours = python_packages.program(name)
    return ours if ours.exists() else Path(sys.executable).with_name(ours.name)


def packages() -> Path:
    """The folder whose `node_modules` holds exactly what tests/node locks; made when it is new."""
    folder = CACHE / _mark()
    if not folder.exists():
        _install(folder)
    return folder


def _mark() -> str:
    total = hashlib.sha256()
    for name in FILES:
        total.update((SOURCE / name).read_bytes())
    return total.hexdigest()[:16]


def _install(folder: Path) -> None:
    echo("Installing the packages of tests/node (once) …")
    CACHE.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=CACHE))
    try:
        for name in FILES:
            shutil.copy2(SOURCE / name, draft / name)
        run_quietly(
            [program("npm"), "ci", "--ignore-scripts"],
            env=os.environ,
            cwd=draft,
            failure=(
                "The packages in tests/node could not be installed (npm says why above); "
                "the first full check needs a network or a package index within reach."
            ),
        )
        _store(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _store(draft: Path, folder: Path) -> None:
    """Put it in its place in one go: who comes second finds it there and uses it."""
    try:
        draft.rename(folder)
    except OSError:
        if not folder.exists():
            raise
