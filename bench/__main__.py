"""Measure the site: `python -m bench COMMAND [options]`; each command has `--help`."""

import ast
import runpy
import sys
from pathlib import Path

COMMANDS = {
    "journey": ("journeys", "whole journeys of pages, with the floor of each page"),
    "api": ("api", "whole journeys through the API, with the floor of each call"),
    "budgets": ("budgets", "CPU of each page against its budget; exits with 1 if one is missed"),
    "exam_start": ("exam_start", "an exam that opens for a thousand learners at once"),
    "overhead": ("overhead", "what the API adds to the domain call that it makes"),
    "launches": ("launches", "an LTI launch: CPU and queries"),
    "hosts": ("hosts", "two hosts of one site against one"),
    "memory": ("memory", "the memory of the workers, resident and private"),
    "growth": ("growth", "every page with a million attempts beside a few thousand"),
    "relay": ("relay", "webhook deliveries a second"),
    "studio": ("studio", "pages of the admin, with 200,000 responses"),
    "gradebook": ("gradebook", "the gradebook of 2,000 learners"),
    "analysis": ("analysis", "item analysis of 20,000 attempts"),
    "regrades": ("regrades", "a correction of 10,000 attempts"),
    "lists": ("lists", "long lists of the API as files"),
    "searches": ("searches", "a search in 30,000 passages"),
    "sizes": ("sizes", "bytes in the database for an attempt"),
    "wrong-keys": ("wrong_keys", "how often item analysis finds a wrong key"),
}
WITH_PARSER = (
    "journey", "api", "budgets", "exam_start", "growth", "hosts", "memory", "relay"
)  # fmt: skip
"""These print their own help."""


def main() -> None:
    given, rest = sys.argv[1:2], sys.argv[2:]
    if not given or given[0] not in COMMANDS:
        print(listed())
        sys.exit(0 if given in (["--help"], ["-h"]) else 2)
    module = COMMANDS[given[0]][0]
    if rest and rest[0] in ("--help", "-h") and given[0] not in WITH_PARSER:
        print(_docstring(module))
        return
    sys.argv = [f"python -m bench {given[0]}", *rest]
    runpy.run_module(f"bench.{module}", run_name="__main__")


def listed() -> str:
    """Return the commands as a text, for people."""
    rows = [f"  {name:12}{meaning}" for name, (_module, meaning) in COMMANDS.items()]
    return "\n".join([__doc__, *rows])


def _docstring(name: str) -> str:
    tree = ast.parse(Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8"))
    return ast.get_docstring(tree) or ""


if __name__ == "__main__":
    main()
