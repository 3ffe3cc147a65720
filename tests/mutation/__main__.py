"""Change the code in many small ways and demand that the tests of the module find each change.

    python -m tests.mutation              every group of modules.toml
    python -m tests.mutation grading      some of them
    python -m tests.mutation --short      a few mutants of one module, for the check

mutmut makes the changes in a copy of the project. Where all mutants of a group are run, one that no
test finds must be listed with its reason in survivors.toml. Exit code 0: it is so, and every score
is high enough.
"""

import argparse
import ast
import difflib
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.copying import ROOT, configure, copy_project

HERE = Path(__file__).resolve().parent
SHORT = "deadlines"
ALL = "*"
FOUND = ("killed", "timeout", "segfault", "suspicious", "caught by type check")


@dataclass(frozen=True)
class Group:
    """Modules, the tests that must find their faults, and how many of the mutants are run."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    share: str = ALL
    """A pattern for the numbers of a function's mutants: `*` for all, `*[05]` for a fifth."""
    least: int = 0
    """The lowest score in per cent; 0 where none is asked for."""


@dataclass(frozen=True)
class Tested:
    """A mutant that was run: the changed line of a function, `old → new`."""

    function: str
    change: str
    is_found: bool


def groups() -> list[Group]:
    """The groups of modules.toml, in its order; patterns of modules are resolved."""
    rows = tomllib.loads((HERE / "modules.toml").read_text(encoding="utf-8"))
    return [
        Group(
            name=name,
            modules=tuple(
                path.relative_to(ROOT).as_posix()
                for pattern in row["modules"]
                for path in sorted(ROOT.glob(pattern))
            ),
            tests=tuple(row["tests"]),
            share=row.get("share", ALL),
            least=row.get("least", 0),
        )
        for name, row in rows.items()
    ]


def known() -> dict[str, dict[str, str]]:
    """Function → change → the reason why it may survive."""
    return tomllib.loads((HERE / "survivors.toml").read_text(encoding="utf-8"))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(group: Group) -> list[Tested]:
    """Run the mutants of a group."""
    with tempfile.TemporaryDirectory(prefix="cxmutants-") as name:
        folder = Path(name)
        copy_project(folder)
        configure(folder, modules=group.modules, tests=group.tests)
        dotted = [path.removesuffix(".py").replace("/", ".") for path in group.modules]
        # Without names mutmut would also run what the pattern leaves out.
        names = [] if group.share == ALL else [f"{one}.*__mutmut_{group.share}" for one in dotted]
        output = _mutmut(folder, "run", "--max-children", "1", *names)
        changes = {}
        for path in group.modules:
            text = (folder / "mutants" / path).read_text(encoding="utf-8")
            changes.update(changes_in(text, module=path.removesuffix(".py").replace("/", ".")))
        lines = _mutmut(folder, "results", "--all", "true").splitlines()
    pairs = [line.strip().rpartition(": ") for line in lines if "__mutmut_" in line]
    found = [
        Tested(*changes[name], status in FOUND)
        for name, _, status in pairs
        if status != "not checked"
    ]
    if not found:
        raise SystemExit(output[-3000:])
    return found


def _mutmut(folder: Path, *arguments: str) -> str:
    env = {**os.environ, "TMPDIR": str(folder), "PYTHONHASHSEED": "0"}
    program = Path(sys.executable).with_name("mutmut")
    done = subprocess.run(
        [program, *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def changes_in(text: str, *, module: str) -> dict[str, tuple[str, str]]:
    """The function and the change of each mutant in a module that mutmut wrote, by its name."""
    lines = text.splitlines()
    functions = {
        node.name: lines[node.lineno - 1 : node.end_lineno]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and "__mutmut_" in node.name
    }
    found = {}
    for name, source in functions.items():
        plain, _, number = name.rpartition("__mutmut_")
        if number == "orig":
            continue
        parts = plain.split("ǁ")[1:] if "ǁ" in plain else [plain.removeprefix("x_")]
        original = f"{plain}__mutmut_orig"
        old, new = functions[original], [source[0].replace(name, original), *source[1:]]
        diff = list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]
        sides = (" ".join(one[1:].strip() for one in diff if one[0] == sign) for sign in "-+")
        found[f"{module}.{name}"] = (".".join([module, *parts]), " → ".join(sides))
    return found


def report(group: Group, tested: Sequence[Tested]) -> bool:
    """Print the score and what is wrong; is all as it should be?"""
    listed = known()
    score = 100 * sum(one.is_found for one in tested) / len(tested)
    survivors = {(one.function, one.change) for one in tested if not one.is_found}
    reasons = {(function, change) for function in listed for change in listed[function]}
    gone = {(one.function, one.change) for one in tested} & reasons - survivors
    say(f"{group.name}: {len(tested)} mutants, {score:.1f} % found")
    for function, change in sorted(survivors - reasons):
        say(f"  survived: [{json.dumps(function)}] {json.dumps(change, ensure_ascii=False)}")
    for function, change in sorted(gone):
        say(f"  is listed and was found: {function}: {change}")
    if score < group.least:
        say(f"  less than {group.least} %")
    # Of a sample other mutants are run whenever the code changes: their score must do.
    is_listed = group.share != ALL or not survivors - reasons
    return is_listed and not gone and score >= group.least


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--short", action="store_true")
    chosen = parser.parse_args(arguments)
    wanted = [one for one in groups() if not chosen.names or one.name in chosen.names]
    if chosen.short:
        (one,) = (one for one in groups() if one.name == SHORT)
        wanted = [Group(one.name, one.modules, one.tests, share="1", least=100)]
    results = [report(group, run(group)) for group in wanted]
    return 0 if all(results) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
