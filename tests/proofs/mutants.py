"""Put a fault that mutmut cannot make in a copy of the project, and demand that its suite fails.

It changes functions of Python alone (tests/mutation): no template, lock, decorator or isolation of
a transaction, and it does not run the suites that start a server or judge the whole API.

    python -m tests.proofs.mutants                 every fault of the engine of DATABASE_URL
    python -m tests.proofs.mutants injection kill  some of them

The checkout itself is never touched. Exit code 0: every mutant was found.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.copying import copy_project


@dataclass(frozen=True)
class Mutant:
    """In `file`, `old` becomes `new`; then `tests` must fail. Without a file, `env` does it."""

    tests: str
    file: str = ""
    old: str = ""
    new: str = ""
    env: dict[str, str] = field(default_factory=dict)
    needs: str = ""


MUTANTS = {
    name: Mutant(**row)
    for name, row in tomllib.loads(
        Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    ).items()
}
"""Name → mutant, as mutants.toml has them."""


def echo(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def is_found(mutant: Mutant) -> bool:
    """Does the suite fail, by its tests and not by accident, with the fault in place?"""
    with tempfile.TemporaryDirectory(prefix="cxmutant-") as folder:
        copy = Path(folder)
        copy_project(copy)
        if mutant.file:
            target = copy / mutant.file
            text = target.read_text(encoding="utf-8")
            if text.count(mutant.old) != 1:
                raise SystemExit(
                    f"{mutant.file} holds {mutant.old!r} {text.count(mutant.old)} times"
                )
            target.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        path, *options = mutant.tests.split(" -k ")
        chosen = ["-k", options[0]] if options else []
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", path, *chosen],
            cwd=copy,
            env={**os.environ, **mutant.env},
            capture_output=True,
            text=True,
            check=False,
        )
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-200:]
    echo(f"    {last}")
    return done.returncode == 1 and " failed" in last


def main(names: list[str]) -> int:
    engine = "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"
    missed = []
    for name, mutant in MUTANTS.items():
        if (names and name not in names) or mutant.needs not in ("", engine):
            continue
        echo(name)
        if not is_found(mutant):
            missed.append(name)
    echo(f"not found: {', '.join(missed)}" if missed else "every mutant was found")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
