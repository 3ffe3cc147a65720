"""Follow a page of the documentation literally: write its files and run its commands, in order.

A block of code names its file in its first line (`# settings.py`, `{# templates/a.html #}`), and
may go on with a second file behind another such line. What it shows is added at the file's end.
"""

import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.hosts.project import Project

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^(?:#|\{#|/\*) ([\w./-]+\.\w+)(?: #\}| \*/)?$", re.MULTILINE)
_WRITTEN = {"python", "html", "css", "ini"}


def blocks(page: Path, *, heading: str = "") -> list[tuple[str, str]]:
    """Language and text of each block of code, of one section or of the whole page."""
    text = page.read_text()
    if heading:
        text = text.partition(f"\n{heading}\n")[2].partition("\n## ")[0]
    return _BLOCK.findall(text)


def files(text: str) -> Iterator[tuple[str, str]]:
    """Name and text of each file that a block shows. Raises AssertionError without any name."""
    parts = _FILE.split(text)
    assert len(parts) > 1, f"A block names no file:\n{text}"
    assert not parts[0].strip(), f"A block begins without the name of a file:\n{text}"
    yield from zip(parts[1::2], parts[2::2], strict=True)


def commands(text: str) -> Iterator[list[str]]:
    """The words of each command of a block."""
    for line in text.replace("\\\n", " ").splitlines():
        if words := shlex.split(line, comments=True):
            yield words


def place(name: str) -> str:
    """Where startproject puts the modules that every page calls by their bare names."""
    return f"host/{name}" if name in {"settings.py", "urls.py"} else name


def follow(project: Project, page: list[tuple[str, str]]) -> None:
    """Run the blocks. Blocks in other languages only show something."""
    for language, text in page:
        if language == "sh":
            for words in commands(text):
                project.run(*_program(project, words[0]), *words[1:])
        elif language in _WRITTEN:
            for name, content in files(text):
                project.add(place(name), content.removeprefix("\n") + "\n")


def _program(project: Project, name: str) -> list[object]:
    if name == "pip":
        # The environment has none: ours installs into it.
        return [sys.executable, "-m", "pip", "--python", project.python]
    assert name == "python", f"A command begins with {name!r}."
    return [project.python, "-W", "error"]
