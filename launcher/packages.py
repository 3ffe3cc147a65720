"""The virtual environment and what is installed in it: by uv where there is one, else by pip."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from contextlib import suppress
from pathlib import Path
from typing import Any

from launcher.console import ROOT, Failure, echo, run_quietly

VENV = ROOT / ".venv"
STAMPS = VENV / ".installed"
UNFINISHED = STAMPS / "unfinished"
IS_WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if IS_WINDOWS else "bin/python")
PROBE_SECONDS = 60
UV_IN_LOCK = re.compile(r"^uv==.*?(?=^\S|\Z)", re.MULTILINE | re.DOTALL)


def program(name: str) -> Path:
    """Return the path of a command that a package installed, for example `ruff`."""
    return PYTHON.parent / (f"{name}.exe" if IS_WINDOWS else name)


def install(requirements: str) -> None:
    """Make `.venv` hold what the hashed file `requirements` names; quick when it does already."""
    lock, stamp = ROOT / requirements, STAMPS / f"{requirements}.json"
    known = _known(stamp)
    # Installers go by the names of packages: they would not see that files are missing.
    is_damaged = UNFINISHED.exists() or not _present().issuperset(known["present"])
    if not is_damaged and PYTHON.exists() and known["mark"] == _mark(lock):
        return
    if is_damaged:
        shutil.rmtree(VENV)
    if not _install_with_uv(lock):
        _install_with_pip(lock)
    done = {"mark": _mark(lock), "present": sorted(_present())}
    stamp.write_text(json.dumps(done), encoding="utf-8")
    UNFINISHED.unlink()


def _install_with_uv(lock: Path) -> bool:
    """Install with uv, where there is one; False where there is none, or it fails."""
    uv = _uv(lock)
    if uv is None:
        return False
    _prepare(lock, with_pip=False)
    command = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(PYTHON)]
    command += ["--require-hashes", "-r", str(lock)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode == 0:
        return True
    echo("uv could not install them; trying pip …")
    return False


def _uv(lock: Path) -> str | None:
    """Return the path of the machine's uv, or of that in the environment.

    Where the lock names uv, pip installs it first: uv then needs a third of pip's time.
    """
    found, own = shutil.which("uv"), program("uv")
    named = UV_IN_LOCK.search(lock.read_text(encoding="utf-8"))
    if found is None and named and not own.exists():
        _prepare(lock, with_pip=True)
        alone = STAMPS / "uv.txt"
        alone.write_text(named[0], encoding="utf-8")
        with suppress(Failure):
            _pip_install(alone, failure="uv could not be installed; trying pip alone …")
    return found or (str(own) if own.exists() else None)


def _install_with_pip(lock: Path) -> None:
    _prepare(lock, with_pip=True)
    _pip_install(
        lock,
        failure=(
            f"The packages in {lock.name} could not be installed (pip's reason is above); "
            "the first start needs a network or a package index within reach."
        ),
    )


def _pip_install(lock: Path, *, failure: str) -> None:
    """Install what a hashed file names with pip. Raises Failure with this text."""
    command = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    run_quietly([*command, "--require-hashes", "-r", lock], env=os.environ, failure=failure)


def _prepare(lock: Path, *, with_pip: bool) -> None:
    """Make the environment if it is needed, and note that its packages are not all there yet."""
    if not _is_sound(with_pip=with_pip):
        _make_venv(with_pip=with_pip)
    STAMPS.mkdir(parents=True, exist_ok=True)
    UNFINISHED.touch()
    echo(f"Installing {lock.name} (the first time takes up to a minute) …")


def _known(stamp: Path) -> dict[str, Any]:
    """Return the note of an earlier installation, with empty values where there was none."""
    try:
        return {"mark": "", "present": [], **json.loads(stamp.read_text(encoding="utf-8"))}
    except (OSError, ValueError, TypeError):
        return {"mark": "", "present": []}


def _mark(lock: Path) -> str:
    """Return a hash of the lock and of the interpreter, which a system upgrade may replace."""
    interpreter = PYTHON.resolve()
    identity = f"{interpreter} {interpreter.stat().st_mtime_ns}"
    return hashlib.sha256(lock.read_bytes() + identity.encode()).hexdigest()


def _present() -> set[str]:
    """Return the names of all modules and packages in the environment, except pip's version.

    The tools of the check bring a newer pip than the environment began with.
    """
    folders = VENV.glob("Lib/site-packages" if IS_WINDOWS else "lib/python*/site-packages")
    names = (entry.name for folder in folders for entry in folder.iterdir())
    return {name for name in names if not name.startswith("pip-")}


def _make_venv(*, with_pip: bool) -> None:
    if with_pip and importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Failure(
            "This Python cannot make virtual environments because ensurepip is missing; on Debian "
            f"and Ubuntu install the package python{version}-venv (or uv) and start again."
        )
    if VENV.exists():
        echo("The environment in .venv does not work; building it again …")
        shutil.rmtree(VENV)
    echo(f"Making a virtual environment in {VENV.name} …")
    try:
        venv.create(VENV, with_pip=with_pip, symlinks=not IS_WINDOWS)
    except subprocess.CalledProcessError as error:
        raise Failure(
            f"The virtual environment could not be made: {error.cmd[0]} ended with status "
            f"{error.returncode}; is there space on the disk?"
        ) from error


def _is_sound(*, with_pip: bool) -> bool:
    """Return whether `.venv` starts, with a Python that is new enough and, where needed, pip."""
    question = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        result = subprocess.run(
            [str(PYTHON), "-c", f"import pip; {question}" if with_pip else question],
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0
