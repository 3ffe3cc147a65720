"""A lesson with live figures stays light: what each costs over the wire, compressed as served."""

import gzip
import re
from pathlib import Path

import pytest

from courses.figures import SHIPPED

STATIC = Path(__file__).resolve().parents[2] / "courses/static"
MODULE_LIMIT = 2_600
"""Bytes of one figure, compressed."""
LESSON_LIMIT = 15_000
"""Bytes of all that one lesson loads for two figures, compressed: style, loader, parts, modules."""
IMPORT = re.compile(r'from "(\./[\w/-]+\.js)"')


def weight(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), mtime=0))


def loaded(path: Path) -> set[Path]:
    """The module and all that it imports, but for what every page has."""
    found = {path}
    for name in IMPORT.findall(path.read_text(encoding="utf-8")):
        found |= loaded((path.parent / name).resolve())
    return {one for one in found if one.name != "shell.js"}


@pytest.mark.parametrize("key", SHIPPED)
def test_a_figure_is_small(key: str) -> None:
    assert weight(STATIC / SHIPPED[key]) <= MODULE_LIMIT


@pytest.mark.parametrize(
    "keys", [["sample-size", "two-branches"], ["journey-map", "service-blueprint"]]
)
def test_a_lesson_with_two_is_light(keys: list[str]) -> None:
    files = loaded(STATIC / "cx_courses/js/figures.js").union(
        *(loaded(STATIC / SHIPPED[key]) for key in keys)
    )
    files.add(STATIC / "cx_courses/css/figures.css")
    assert sum(map(weight, files)) <= LESSON_LIMIT
    assert len(files) <= 9
