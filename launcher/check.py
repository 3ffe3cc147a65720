"""The check: install its tools and run the sessions of noxfile.py, then print their outcome."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence

from launcher import packages
from launcher.console import ROOT, VAR, echo

REPORT = VAR / "check.json"
VERDICTS = {"success": "passed", "skipped": "skipped"}
"""Status of a session in nox → its verdict here; any other has failed."""


def check(*, tier: str = "check", pytest_arguments: Sequence[str] = ()) -> int:
    """Install the tools and run the sessions of a tier; the exit code.

    With arguments for pytest only the tests run.
    """
    # The tools hold uv and all of the other file, which then takes a second.
    packages.install("requirements-dev.txt")
    packages.install("requirements.txt")
    tag = f"{tier}-tests" if pytest_arguments else tier
    REPORT.unlink(missing_ok=True)
    status = _nox("--tags", tag, "--report", str(REPORT), "--", *pytest_arguments)
    if REPORT.is_file():
        echo("\n" + "─" * 78)
        for line in table(REPORT.read_text(encoding="utf-8")):
            echo(line)
    return status


def _nox(*arguments: str) -> int:
    """Run nox; whatever interrupts us interrupts it and its children, and they put things away."""
    # In a session of its own a Ctrl-C reaches it once, from here.
    apart = not packages.IS_WINDOWS
    nox = subprocess.Popen(
        [str(packages.PYTHON), "-m", "nox", *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=apart,
    )
    try:
        return nox.wait()
    except KeyboardInterrupt:
        if apart:
            os.killpg(nox.pid, signal.SIGINT)
        nox.wait()
        raise


def table(report: str) -> Iterator[str]:
    """Yield the closing lines from nox's report: one per session, then the sum."""
    sessions = json.loads(report)["sessions"]
    failed = 0
    for session in sessions:
        verdict = VERDICTS.get(session["result"], "FAILED")
        failed += verdict == "FAILED"
        name = session["signatures"][0] if session["signatures"] else session["name"]
        reason = (session["reason"] or "").partition("\n")[0]
        yield f"{verdict:<7} {session['duration']:7.1f} s  {name}  {reason}".rstrip()
    total = sum(session["duration"] for session in sessions)
    yield ""
    yield f"{len(sessions)} steps in {total:.0f} s: {failed} failed"
