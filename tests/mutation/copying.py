"""Copy the project and prepare the copy for mutmut; the checkout is never changed."""

import ast
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COPIED = (
    *("courses", "cxcourse", "docs", "launcher", "tests", "tools"),
    *("manage.py", "noxfile.py", "pyproject.toml", "start.py"),
)
# mutmut leaves functions alone that have a decorator, because one may have effects when a copy of
# the function is made. These have none, and are applied after the function instead.
APPLIED_AFTERWARDS = ("transaction.atomic", "contextmanager", "property", "cached_property")
Function = ast.FunctionDef


def copy_project(folder: Path) -> None:
    """Copy what the tests need into an empty folder."""
    skip = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=skip)
        else:
            shutil.copy2(ROOT / name, folder / name)


def configure(folder: Path, *, modules: Sequence[str], tests: Sequence[str]) -> None:
    """Let mutmut change these modules of the copy and run these tests."""
    settings: dict[str, Any] = {
        "source_paths": ["courses"],
        "only_mutate": list(modules),
        "also_copy": [name for name in COPIED if name not in ("courses", "tests")],
        "pytest_add_cli_args_test_selection": list(tests),
        "pytest_add_cli_args": [
            *("--nomigrations", "--reuse-db", "--hypothesis-profile=mutation"),
            # The changed code is slower, and more so while mutmut notes which test calls what.
            *("-k", "not quickly"),
            # They would take half of a mutant's time.
            *("-p", "no:cacheprovider", "-p", "no:unraisableexception"),
        ],
        "do_not_mutate_patterns": list(NOT_MUTATED),
        "timeout_multiplier": 2.0,
        "use_git_change_detection": False,
    }
    # A JSON text of lists, strings and numbers is one of TOML.
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    text += "\n[tool.mutmut]\n" + "\n".join(lines) + "\n"
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    with (folder / "tests" / "conftest.py").open("a", encoding="utf-8") as conftest:
        conftest.write("\n\nfrom tests.mutation.database import django_db_setup\n")
    for name in modules:
        path = folder / name
        path.write_text(undecorated(path.read_text(encoding="utf-8")), encoding="utf-8")


def undecorated(text: str) -> str:
    """Apply the decorators in APPLIED_AFTERWARDS after their function, with the same effect."""
    lines = text.splitlines()
    for function in reversed(list(_functions(ast.parse(text)))):
        for decorator in reversed(function.decorator_list):
            name = ast.unparse(decorator)
            if len(function.decorator_list) == 1 and name in APPLIED_AFTERWARDS:
                indent = " " * function.col_offset
                after = f"{indent}{function.name} = {name}({function.name})"
                lines.insert(function.end_lineno or 0, after)
                del lines[decorator.lineno - 1]
    return "\n".join(lines) + "\n"


def _functions(tree: ast.Module | ast.ClassDef) -> "list[Function]":
    found: list[Function] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.append(node)
        elif isinstance(node, ast.ClassDef):
            found += _functions(node)
    return found


NOT_MUTATED = (
    # Texts for people: nothing is decided by them.
    r"\b_\(\s*[\"']",
    r"gettext_lazy\(",
    # How much is read at once or beforehand; the query budgets of the API and the pages test it.
    r"\.select_related\(",
    r"\.prefetch_related\(",
)
"""Lines with one of these are left alone (regular expressions)."""
