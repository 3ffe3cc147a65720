"""What documents name is there: files, links, headings, modules; and the list of proofs is current.

`COURSES_WRITE_PROOFS=1` writes docs/proofs.md from the first lines of the test modules.
"""

import ast
import os
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROOFS = ROOT / "docs/proofs.md"
MOST_WORDS = 15
HEADER = """# Proofs

Every test module that does more among the proofs than in the check, or that looks at every route.
Written from their docstrings by `COURSES_WRITE_PROOFS=1 pytest tests/test_documents.py`; see
[testing](testing.md).

| Module | What it proves |
|---|---|
"""
IS_PROOF = re.compile(r"mark\.(two_lengths|proofs|engines)\b|\bspread\(")
# The log of changes and the old names of the glossary tell of files that are gone.
LEFT_OUT = {"CHANGELOG.md"}
RENAMED = "\n## Renamed\n"
FOLDERS = [ROOT / folder for folder in ("", "courses", "courses/templates", "courses/static")]
"""A path may begin at any of these, or beside the document."""
LINK = re.compile(r"\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w.-]+(/[\w.-]+)+\.(py|md|mjs|js|css|html|toml|txt|yaml|yml|jsonl)")
MODULE = re.compile(r"(courses|cxcourse|launcher|tests|tools|bench)(\.[a-z_]+)+")


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


@pytest.mark.parametrize("document", documents(), ids=name)
def test_links_of_documents_lead_somewhere(document: Path) -> None:
    broken = []
    for link in LINK.findall(text_of(document)):
        path, _, anchor = link.partition("#")
        if ":" in path:
            continue  # another site, or an address of course files such as `lesson:key`
        target = document.parent / path if path else document
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target)
        ):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", documents(), ids=name)
def test_files_and_modules_that_documents_name_are_there(document: Path) -> None:
    missing = []
    for quoted in QUOTED.findall(text_of(document)):
        if quoted.startswith("var/"):
            continue  # made when the site runs
        if FILE.fullmatch(quoted):
            is_there = any((folder / quoted).exists() for folder in [*FOLDERS, document.parent])
        elif MODULE.fullmatch(quoted):
            is_there = is_importable(quoted)
        else:
            continue
        if not is_there:
            missing.append(quoted)
    assert missing == []


def is_importable(dotted: str) -> bool:
    """Is it a module, or a name that a module holds?"""
    module, _, last = dotted.rpartition(".")
    try:
        return hasattr(import_module(module), last) or find_spec(dotted) is not None
    except ModuleNotFoundError:
        return False
