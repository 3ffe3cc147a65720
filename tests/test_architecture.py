"""The rules of the house that a program can check; import-linter checks the layers."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from courses.conf import DEFAULTS

ROOT = Path(__file__).resolve().parents[1]
APP = ROOT / "courses"
CODE_FOLDERS = (APP, ROOT / "cxcourse", ROOT / "launcher")
LONGEST_FILE = 300
LONGEST_FUNCTION = 60
FORBIDDEN_NAMES = {"utils", "helpers", "common", "services", "core", "misc", "shared"}
WORDS_NOT_USED = re.compile(r"\bstudents?\b|\benrollments?\b|\benroll\b", re.IGNORECASE)
HTML = re.compile(
    r"</?(a|b|br|div|em|form|h[1-6]|hr|i|img|input|li|ol|p|span|strong|table|td|ul)\b"
)

# What would make a question type depend on anything but its arguments.
IMPURE_MODULES = {
    "asyncio",
    "datetime",
    "django",
    "os",
    "pathlib",
    "requests",
    "rest_framework",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
# The language of the reader is the one thing that comes from around.
PURE_DJANGO = {
    "django.utils.formats",
    "django.utils.functional",
    "django.utils.text",
    "django.utils.translation",
}
FORMATS_MAY_IMPORT = {"datetime", "os", "pathlib"}

INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)(?![^>]*type="application/json")   # a script without a file
      | <style\b
      | \sstyle\s*=
      | \son[a-z]+\s*=\s*["']                                     # an event handler
      | javascript:
    """,
    re.IGNORECASE | re.VERBOSE,
)


# Names that two classes may share, and why.
SHARED_CLASS_NAMES = {
    "Command": "Django finds a management command by this name",
}


def sources(*folders: Path) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*.py")
        if "migrations" not in path.parts
    )


def templates() -> list[Path]:
    return sorted(APP.glob("**/templates/**/*.html"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@pytest.fixture(scope="module", autouse=True)
def _forget_the_trees() -> Iterator[None]:
    """They are large, and other tests do not need them."""
    yield
    tree.cache_clear()


def imported(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "django.utils":
            yield from ((node.lineno, f"django.utils.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module


def question_types() -> list[str]:
    """The stored name of every shipped question type, which is also the name of its module."""
    return [dotted.rsplit(".", 2)[1] for dotted in DEFAULTS["QUESTION_TYPES"]]


def test_files_stay_short() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in sources(*CODE_FOLDERS)}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_stay_short() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in sources(*CODE_FOLDERS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    found = [
        name(path)
        for path in [*sources(*CODE_FOLDERS, ROOT / "tests"), *APP.glob("static/**/*.js")]
        if FORBIDDEN_NAMES & {path.stem, *path.relative_to(ROOT).parts}
    ]
    assert found == []


def test_class_name_stands_for_one_class() -> None:
    """Nested classes (`Meta`, a field's choices) belong to the class around them."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in sources(*CODE_FOLDERS, ROOT / "tools"):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{name(path)}:{node.lineno}")
    shared = {one: found for one, found in places.items() if len(found) > 1}
    assert {one: shared[one] for one in shared.keys() - SHARED_CLASS_NAMES.keys()} == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        name(path)
        for path in sources(*CODE_FOLDERS)
        if path.read_text().strip() and not ast.get_docstring(tree(path))
    ]
    assert silent == []


def test_the_houses_words_are_used() -> None:
    readable = [*sources(*CODE_FOLDERS), *templates(), *APP.glob("static/**/*.js")]
    found = [
        f"{name(path)}:{number} {line.strip()}"
        for path in readable
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if WORDS_NOT_USED.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("folder", "allowed"), [("questions", set()), ("coursefiles", FORMATS_MAY_IMPORT)]
)
def test_pure_layers_import_nothing_that_acts(folder: str, allowed: set[str]) -> None:
    found = [
        f"{name(path)}:{line} {module}"
        for path in sources(APP / folder)
        for line, module in imported(path)
        if module.partition(".")[0] in IMPURE_MODULES - allowed
        and module not in PURE_DJANGO
        # The registry alone reads the host's list of types and forgets it when settings change.
        and path != APP / "questions/registry.py"
    ]
    assert found == []


def test_question_types_use_only_the_randomness_they_are_given() -> None:
    """`random` is there for the type `Random`; its functions share one hidden generator."""
    found = [
        f"{name(path)}:{node.lineno} random.{node.attr}"
        for path in sources(APP / "questions")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "random"
        and node.attr != "Random"
    ]
    found += [
        f"{name(path)}:{node.lineno} from random import {alias.name}"
        for path in sources(APP / "questions")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "random"
        for alias in node.names
        if alias.name != "Random"
    ]
    assert found == []


def test_the_domain_never_asks_the_clock_or_the_request() -> None:
    asks = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(|\bHttpRequest\b")
    found = [
        f"{name(path)}:{number} {line.strip()}"
        for path in sources(APP / "domain")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if asks.search(line)
    ]
    assert found == []


def test_public_domain_functions_take_keywords() -> None:
    """One thing may be handed over by position, and never a person or a time."""
    positional = [
        f"{name(path)}:{node.lineno} {node.name}"
        for path in sources(APP / "domain")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and (len(by_position(node)) > 1 or {"now", "by", "user"} & set(by_position(node)))
    ]
    assert positional == []


def by_position(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]


def test_question_type_names_are_compared_only_in_questions() -> None:
    keys = set(question_types())
    found = [
        f"{name(path)}:{node.lineno} {ast.unparse(node)}"
        for path in sources(APP)
        if "questions" not in path.relative_to(APP).parts[:1]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Compare)
        and any(
            isinstance(part, ast.Constant) and part.value in keys
            for side in [node.left, *node.comparators]
            for part in ast.walk(side)
        )
    ]
    assert found == []


def test_python_holds_no_html() -> None:
    found = [
        f"{name(path)}:{node.lineno} {node.value[:60]!r}"
        for path in sources(APP)
        if path.relative_to(APP).parts[0] not in {"markup", "markup.py"}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and HTML.search(node.value)
    ]
    assert found == []


def test_no_template_hides_that_an_address_is_missing() -> None:
    """`{% url … as name %}` fails silently; `address` and `address_if_any` are explicit."""
    silent = [
        (name(path), found)
        for path in templates()
        for found in re.findall(r"{% url [^%]* as \w+ %}", path.read_text(encoding="utf-8"))
    ]
    assert silent == []


def test_templates_hold_no_script_or_style() -> None:
    found = [
        f"{name(path)}:{number} {line.strip()}"
        for path in templates()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        # A mail has no files beside it.
        if INLINE.search(line) and not (path.parent.name == "mail" and line.strip() == "<style>")
    ]
    assert templates()
    assert found == []


@pytest.mark.parametrize("key", question_types())
def test_a_question_type_is_four_files(key: str) -> None:
    folder = APP / "questions" / key
    expected = [
        # A type that outgrew its file is a folder of the same name.
        f"courses/questions/{key}/__init__.py"
        if folder.is_dir()
        else f"courses/questions/{key}.py",
        f"courses/templates/cx_courses/questions/{key}.html",
        f"tests/questions/test_{key}.py",
        f"docs/question-types/{key}.md",
    ]
    assert [path for path in expected if not (ROOT / path).is_file()] == []


def test_the_glossary_explains_every_model() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    models = {model.__name__ for model in apps.get_app_config("cx_courses").get_models()}
    assert {model for model in models if not re.search(rf"\b{model}\b", glossary)} == set()


def test_files_contain_no_local_paths() -> None:
    """Paths of home and working folders belong in no file of the project."""
    local_path = re.compile(r"(?<![\w./])/(?:root|work|home/[a-z]+|Users/[a-zA-Z]+|opt)/")
    kinds = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".html", ".js", ".css", ".po"}
    skipped = {".venv", ".git", "var", "node_modules"}
    found = [
        name(path)
        for path in ROOT.rglob("*")
        if path.suffix in kinds
        and not skipped & set(path.relative_to(ROOT).parts)
        and path.is_file()
        and path not in {Path(__file__), ROOT / "tests/programs/postgres.py"}
        and local_path.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []
