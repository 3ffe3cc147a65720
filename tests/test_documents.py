"""What documents name is there: files, headings, modules, settings, commands, operations.

The list of proofs is current.

`COURSES_WRITE_PROOFS=1` writes docs/proofs.md from the first lines of the test modules.
"""

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from courses.conf import DEFAULTS

ROOT = Path(__file__).resolve().parents[1]
PROOFS = ROOT / "docs/proofs.md"
OPENAPI = ROOT / "docs/api/openapi.yaml"
MOST_WORDS = 15
HEADER = """# Proofs

Every test module that does more among the proofs than in the check, or that looks at every route.
Written from their docstrings by `COURSES_WRITE_PROOFS=1 pytest tests/test_documents.py`; see
[testing](testing.md).

| Module | What it proves |
|---|---|
"""
IS_PROOF = re.compile(r"mark\.(two_lengths|proofs|engines)\b|\bspread\(")
# The log of changes and the old names of the glossary mention files that are gone.
LEFT_OUT = {"CHANGELOG.md"}
RENAMED = "\n## Renamed\n"
FOLDERS = [ROOT / folder for folder in ("", "courses", "courses/templates", "courses/static")]
"""A path may begin at any of these, or beside the document."""
LINK = re.compile(r"\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w.-]+(/[\w.-]+)+\.(py|md|mjs|js|css|html|toml|txt|yaml|yml|jsonl)")
MODULE = re.compile(r"(courses|cxcourse|launcher|tests|tools|bench)(\.[a-z_]+)+")

SETTING = re.compile(r"\bCOURSES_([A-Z_]+[A-Z])\b")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
OPERATION = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?\s{]*(?:\{[^}]*\}[^`?\s{]*)*)")
BESIDE_THE_API = ("/oauth/", "/metrics")
OPTIONAL_COMMANDS = {"addstatictoken", "rqworker"}
"""Of django-otp, for a second factor, and of django-rq, an engine for jobs."""
PARAMETER = re.compile(r"\{[^}]*\}|…")


def documents() -> list[Path]:
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path for path in found if path.name not in LEFT_OUT)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition(RENAMED)[0]


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def proofs() -> Iterator[tuple[str, str]]:
    """Each module of proofs and the first sentence of its docstring."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        is_of_every_route = path.is_relative_to(ROOT / "tests/proofs")
        if path.name != "test_tiers.py" and (is_of_every_route or IS_PROOF.search(source)):
            docstring = ast.get_docstring(ast.parse(source)) or ""
            yield name(path), " ".join(docstring.partition("\n\n")[0].split())


def test_list_of_proofs_is_current() -> None:
    written = HEADER + "".join(f"| `{path}` | {text} |\n" for path, text in proofs())
    if os.environ.get("COURSES_WRITE_PROOFS"):
        PROOFS.write_text(written, encoding="utf-8")
    assert PROOFS.read_text(encoding="utf-8") == written


def test_a_proof_is_described_in_one_short_line() -> None:
    long = {path: text for path, text in proofs() if not 0 < len(text.split()) <= MOST_WORDS}
    assert long == {}


def test_links_of_documents_lead_somewhere() -> None:
    broken = [
        f"{name(document)}: {link}"
        for document in documents()
        for link in LINK.findall(text_of(document))
        if not leads_somewhere(document, link)
    ]
    assert broken == []


def leads_somewhere(document: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    if ":" in path:
        return True  # another site, or an address of course files such as `lesson:key`
    target = document.parent / path if path else document
    if not anchor or target.suffix != ".md":
        return target.exists()
    return target.exists() and anchor in anchors(target)


def test_files_and_modules_that_documents_name_are_there() -> None:
    missing = [
        f"{name(document)}: {quoted}"
        for document in documents()
        for quoted in QUOTED.findall(text_of(document))
        if not is_there(document, quoted)
    ]
    assert missing == []


def is_there(document: Path, quoted: str) -> bool:
    """Is what stands between backticks a file or module that exists, or neither of them?"""
    if FILE.fullmatch(quoted) and not quoted.startswith("var/"):  # made when the site runs
        return any((folder / quoted).exists() for folder in [*FOLDERS, document.parent])
    return is_importable(quoted) if MODULE.fullmatch(quoted) else True


def test_settings_and_commands_that_documents_name_are_there() -> None:
    texts = "\n".join(map(text_of, documents()))
    settings = {found for found in SETTING.findall(texts) if not found.startswith("WRITE_")}
    assert settings - DEFAULTS.keys() == set()
    assert set(COMMAND.findall(texts)) - get_commands().keys() == OPTIONAL_COMMANDS


@pytest.mark.slow  # it reads the whole OpenAPI document
def test_operations_that_documents_name_are_described() -> None:
    missing = [
        f"{name(document)}: {method} {path}"
        for document in documents()
        for method, path in OPERATION.findall(text_of(document))
        if not is_operation(method.lower(), path)
    ]
    assert missing == []


def is_operation(method: str, path: str) -> bool:
    """Does the OpenAPI document describe it, whatever the parameters are called?"""
    if path.startswith(BESIDE_THE_API):
        return True
    asked = PARAMETER.sub("x", path.removeprefix("/api/v1").rstrip("/.,"))
    return any(method == of and pattern.fullmatch(asked) for of, pattern in operations())


@cache
def operations() -> frozenset[tuple[str, re.Pattern[str]]]:
    paths = yaml.load(OPENAPI.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["paths"]
    return frozenset(
        (method, re.compile(PARAMETER.sub("[^/]+", path.removeprefix("/api/v1").rstrip("/"))))
        for path, described in paths.items()
        for method in described
    )


def is_importable(dotted: str) -> bool:
    """Is it a module, or a name that a module holds?"""
    module, _, last = dotted.rpartition(".")
    try:
        return hasattr(import_module(module), last) or find_spec(dotted) is not None
    except ModuleNotFoundError:
        return False
