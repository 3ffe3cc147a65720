"""Output for the person at the terminal: steps, failures, child processes."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"

PLAIN_REASONS = {
    errno.EACCES: "there is no permission to write there",
    errno.EPERM: "there is no permission to write there",
    errno.EROFS: "the disk can only be read",
    errno.ENOSPC: "the disk is full",
}


class Failure(Exception):
    """Something the person at the keyboard can mend; the message is one clear sentence."""


def echo(text: str = "") -> None:
    print(text, flush=True)


def disk_failure(error: OSError) -> Failure:
    """Return the sentence for a file that could not be written."""
    where = error.filename or ROOT
    reason = PLAIN_REASONS.get(error.errno or 0, error.strerror or str(error))
    return Failure(f"{where} cannot be written: {reason}.")


def require_writable_checkout() -> None:
    """Raise `Failure` when this folder cannot be written to; the first run writes .venv and var."""
    if not os.access(ROOT, os.W_OK):
        raise Failure(
            f"{ROOT} cannot be written: there is no permission to write there; "
            "copy the folder to a place of your own and start it there."
        )
    VAR.mkdir(exist_ok=True)


def run_quietly(
    command: Sequence[object], *, env: Mapping[str, str], failure: str, cwd: Path = ROOT
) -> str:
    """Return the output of `command`. When it fails, show it and raise `Failure(failure)`."""
    result = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=dict(env),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode:
        print(result.stdout, file=sys.stderr, flush=True)
        raise Failure(failure)
    return result.stdout


@contextmanager
def stop_signals() -> Iterator[None]:
    """Let a closed terminal or a `kill` end us as Ctrl-C does: with everything cleaned up."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # SIGINT too: a process that a script starts in the background is born deaf to it.
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
