"""Running one step of the check and remembering how it went."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from launcher.console import ROOT, Failure, say

COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
SUMMARY = re.compile(r"^(=+ )?\d+ (passed|failed|errors?|skipped|deselected)\b.* in [\d.]+s")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
NOTHING_COLLECTED = 5


@dataclass
class Result:
    """How one step went; `note` says why it failed or did not run."""

    name: str
    verdict: str
    seconds: float
    note: str = ""


@dataclass
class Report:
    """All steps so far and the sum of what pytest counted."""

    results: list[Result] = field(default_factory=list)
    tests: dict[str, int] = field(default_factory=lambda: {"passed": 0, "failed": 0, "skipped": 0})

    def step(self, name: str, action: Callable[[], str | None]) -> None:
        """Run `action`; a `Failure` fails the step, the text it returns is its note."""
        say(f"\n── {name}")
        started = time.monotonic()
        try:
            note, verdict = action() or "", "passed"
        except Failure as failure:
            note, verdict = str(failure), "FAILED"
            say(note)
        self.results.append(Result(name, verdict, time.monotonic() - started, note))

    def leave_out(self, name: str, reason: str) -> None:
        self.results.append(Result(name, "left out", 0.0, reason))

    def count(self, line: str) -> None:
        """Add one summary line of pytest to the totals."""
        for number, word in COUNT.findall(line):
            kind = {"error": "failed", "errors": "failed", "xpassed": "failed"}.get(word, word)
            if kind in self.tests:
                self.tests[kind] += int(number)

    @property
    def is_good(self) -> bool:
        return all(result.verdict != "FAILED" for result in self.results)

    def table(self) -> Iterator[str]:
        """The closing lines: one per step, then the tests, then the verdict."""
        width = max(len(result.name) for result in self.results)
        for result in self.results:
            first_line = result.note.partition("\n")[0]
            line = f"{result.verdict:<9} {result.seconds:6.1f} s  {result.name:<{width}}"
            yield f"{line}  {first_line}".rstrip()
        total = sum(result.seconds for result in self.results)
        failed = sum(result.verdict == "FAILED" for result in self.results)
        left_out = sum(result.verdict == "left out" for result in self.results)
        yield ""
        yield f"{len(self.results)} steps in {total:.0f} s: {failed} failed, {left_out} left out"
        yield ", ".join(f"{number} {kind}" for kind, number in self.tests.items())


def run(command: Sequence[object], env: Mapping[str, str], *, report: Report | None = None) -> None:
    """Run `command` with its output on the screen; `Failure` when it ends badly.

    With `report` the command is pytest, whose summary is added to the totals.
    """
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=ROOT,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    summary = ""
    with _ended(process):
        assert process.stdout is not None  # noqa: S101
        for line in process.stdout:
            say(line.rstrip("\n"))
            plain = COLOUR.sub("", line)
            if SUMMARY.match(plain):
                summary = plain.strip("= \n")
    status = process.returncode
    if report is not None:
        report.count(summary)
        if status == NOTHING_COLLECTED:
            raise Failure("No test was found.")
    if status:
        raise Failure(summary or f"{Path(str(command[0])).name} ended with status {status}.")


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """Let no process outlive its step, whatever interrupts it."""
    with process:
        try:
            yield
        except BaseException:
            process.terminate()
            raise
