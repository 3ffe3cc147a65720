"""Virtual environments with other people's software, which judges ours from a process of its own.

Some of it is AGPL, and two packages share a name: none of it is ever imported by a test.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

from launcher import packages
from launcher.console import ROOT, VAR, echo, run_quietly

CACHE = VAR / "judges"
REQUIREMENTS = {
    "platforms": ROOT / "tests/lti/judges/platforms.txt",
    "registering": ROOT / "tests/lti/judges/registering.txt",
    "pdf": ROOT / "tests/domain/judges/pdf.txt",
    "calendar": ROOT / "tests/web/judges/calendar.txt",
}
"""By the name of each environment: the file that says what it holds."""


def python(name: str) -> Path:
    """The Python of the environment with exactly what this file locks; made when it is new."""
    folder = CACHE / _mark(name)
    if not folder.exists():
        _install(name, folder)
    return folder / ("Scripts/python.exe" if packages.IS_WINDOWS else "bin/python")


def _mark(name: str) -> str:
    total = hashlib.sha256(REQUIREMENTS[name].read_bytes())
    # Another Python needs other wheels; and an environment cannot be moved.
    total.update(f"{sys.version} {CACHE}".encode())
    return f"{name}-{total.hexdigest()[:16]}"


def _install(name: str, folder: Path) -> None:
    requirements = REQUIREMENTS[name]
    shown = requirements.relative_to(ROOT)
    echo(f"Installing the packages of {shown} (once) …")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="draft-", dir=CACHE) as temporary:
        draft = Path(temporary, "venv")
        failure = (
            f"The packages in {shown} could not be installed (uv says why "
            "above); the first full check needs a network or a package index within reach."
        )
        # Paths from one file to another stay right when the folder gets its name.
        for command in (
            ["venv", "--quiet", "--relocatable", "--python", sys.executable, str(draft)],
            [
                *("pip", "install", "--quiet", "--require-hashes", "--no-deps"),
                *("--python", str(draft), "-r", str(requirements)),
            ],
        ):
            run_quietly([_uv(), *command], env=os.environ, cwd=CACHE, failure=failure)
        try:
            draft.rename(folder)
        except OSError:
            # Another process was faster, and made the same.
            if not folder.exists():
                raise


def _uv() -> Path:
    for found in (packages.program("uv"), Path(sys.executable).with_name("uv")):
        if found.exists():
            return found
    return Path(shutil.which("uv") or "uv")
