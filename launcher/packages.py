"""The virtual environment and what is installed in it."""

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from launcher.console import ROOT, Failure, run_quietly, say

VENV = ROOT / ".venv"
STAMPS = VENV / ".installed"
UNFINISHED = STAMPS / "unfinished"
IS_WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if IS_WINDOWS else "bin/python")
PROBE_SECONDS = 60


def program(name: str) -> Path:
    """The path of a command that a package installed, for example `ruff`."""
    return PYTHON.parent / (f"{name}.exe" if IS_WINDOWS else name)


def install(requirements: str) -> None:
    """Make `.venv` hold exactly what the hashed file `requirements` names; quick when it does."""
    lock = ROOT / requirements
    stamp = STAMPS / f"{requirements}.json"
    if _is_installed(lock, stamp):
        return
    _ensure_venv(is_damaged=_is_damaged(stamp))
    STAMPS.mkdir(exist_ok=True)
    UNFINISHED.touch()
    say(f"Installing {requirements} (the first time takes up to a minute) …")
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    run_quietly(
        [*command, "--require-hashes", "-r", lock],
        env=os.environ,
        failure=(
            f"The packages in {requirements} could not be installed (pip says why above); "
            "the first start needs a network or a package index within reach."
        ),
    )
    stamp.write_text(_stamp(lock), encoding="utf-8")
    UNFINISHED.unlink()


def _is_installed(lock: Path, stamp: Path) -> bool:
    """Did an earlier run install this very lock for this very interpreter, and is it all there?"""
    try:
        known = json.loads(stamp.read_text(encoding="utf-8"))
        return known["mark"] == _mark(lock) and _present().issuperset(known["present"])
    except (OSError, ValueError, KeyError):
        return False


def _is_damaged(stamp: Path) -> bool:
    """Was an installation cut short, or has something installed gone? pip would not notice."""
    if UNFINISHED.exists():
        return True
    try:
        known = json.loads(stamp.read_text(encoding="utf-8"))
        return not _present().issuperset(known["present"])
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError):
        return True


def _stamp(lock: Path) -> str:
    return json.dumps({"mark": _mark(lock), "present": sorted(_present())})


def _mark(lock: Path) -> str:
    interpreter = PYTHON.resolve()
    identity = f"{interpreter} {interpreter.stat().st_mtime_ns}"
    return hashlib.sha256(lock.read_bytes() + identity.encode()).hexdigest()


def _present() -> set[str]:
    """The names of all modules and packages in the environment, but for the version of pip.

    The tools of the check bring a newer pip than the environment began with.
    """
    folders = VENV.glob("Lib/site-packages" if IS_WINDOWS else "lib/python*/site-packages")
    names = (entry.name for folder in folders for entry in folder.iterdir())
    return {name for name in names if not name.startswith("pip-")}


def _ensure_venv(*, is_damaged: bool) -> None:
    if not is_damaged and _is_sound():
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Failure(
            "This Python cannot make virtual environments because ensurepip is missing; on Debian "
            f"and Ubuntu install the package python{version}-venv and start again."
        )
    if VENV.exists():
        say("The environment in .venv does not work; building it again …")
        shutil.rmtree(VENV)
    say(f"Making a virtual environment in {VENV.name} …")
    try:
        venv.create(VENV, with_pip=True, symlinks=not IS_WINDOWS)
    except subprocess.CalledProcessError as error:
        raise Failure(
            f"The virtual environment could not be made: {error.cmd[0]} ended with status "
            f"{error.returncode}; is there space on the disk?"
        ) from error


def _is_sound() -> bool:
    """Does `.venv` start, is its Python new enough, and can it install packages?"""
    if not PYTHON.exists():
        return False
    question = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        result = subprocess.run(
            [str(PYTHON), "-c", question],
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0
