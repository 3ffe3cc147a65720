"""The accessibility report leaves no criterion out and says "supports" only with evidence."""

import ast
import re
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.test import Client
from django.urls import reverse

from courses.web.accessibility import STATUSES, criteria
from tests.browser.axe import RULES

ROOT = Path(__file__).resolve().parents[2]
A = [
    *("1.1.1", "1.2.1", "1.2.2", "1.2.3", "1.3.1", "1.3.2", "1.3.3", "1.4.1", "1.4.2", "2.1.1"),
    *("2.1.2", "2.1.4", "2.2.1", "2.2.2", "2.3.1", "2.4.1", "2.4.2", "2.4.3", "2.4.4", "2.5.1"),
    *("2.5.2", "2.5.3", "2.5.4", "3.1.1", "3.2.1", "3.2.2", "3.2.6", "3.3.1", "3.3.2", "3.3.7"),
    "4.1.2",
]
AA = [
    *("1.2.4", "1.2.5", "1.3.4", "1.3.5", "1.4.3", "1.4.4", "1.4.5", "1.4.10", "1.4.11", "1.4.12"),
    *("1.4.13", "2.4.5", "2.4.6", "2.4.7", "2.4.11", "2.5.7", "2.5.8", "3.1.2", "3.2.3", "3.2.4"),
    *("3.3.3", "3.3.4", "3.3.8", "4.1.3"),
]
"""The success criteria of WCAG 2.2: https://www.w3.org/TR/WCAG22/"""
# Rules of axe that the page's own criterion does not name, and those that run on request only.
ALSO = {"label": "2.4.6", "scrollable-region-focusable": "1.4.10"}
EVIDENCE = [
    (one.number, text) for rows in criteria().values() for one in rows for text in one.evidence
]


def tags_of(rule: str) -> set[str]:
    """The tags of a rule of axe, as the script has them; empty when there is no such rule."""
    found = re.search(rf'\bid:"{rule}",[^{{}}]*?tags:\[([^\]]*)\]', AXE_SCRIPT)
    return set(re.findall(r'"([^"]+)"', found[1])) if found else set()


def test_every_criterion_of_both_levels_is_there_once() -> None:
    found = criteria()["wcag"]
    assert [one.number for one in found if one.level == "A"] == A
    assert [one.number for one in found if one.level == "AA"] == AA
    assert len(found) == len(A) + len(AA)


def test_supports_has_evidence_and_everything_else_a_reason() -> None:
    for one in (one for rows in criteria().values() for one in rows):
        assert one.status in STATUSES, one.number
        assert one.evidence if one.status == "supports" else one.remark, one.number


@pytest.mark.parametrize(("number", "evidence"), EVIDENCE)
def test_evidence_exists_and_is_about_the_criterion(number: str, evidence: str) -> None:
    kind, _colon, name = evidence.partition(":")
    if kind == "axe":
        tags = tags_of(name)
        assert tags & set(RULES), "axe does not run this rule on our pages"
        assert f"wcag{number.replace('.', '')}" in tags or ALSO.get(name) == number, tags
        return
    path, _colons, test = evidence.removeprefix("code:").partition("::")
    assert (ROOT / path).is_file()
    if test:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


PARENT = re.compile(r'{% extends "(cx_courses/(?!questions/)[^"]+)" %}')


def test_every_page_is_examined_or_said_not_to_be() -> None:
    folder = ROOT / "courses/templates"
    found = {path: PARENT.match(path.read_text("utf-8")) for path in folder.rglob("*.html")}
    parents = {path: parent[1] for path, parent in found.items() if parent}
    pages = {str(path.relative_to(folder)) for path in parents} - set(parents.values())
    named = [template for row in criteria()["pages"] for template in row.templates]
    assert sorted(named) == sorted(pages)


def test_pages_are_examined_with_axe() -> None:
    for row in criteria()["pages"]:
        for text in row.evidence:
            source = (ROOT / text.partition("::")[0]).read_text(encoding="utf-8")
            assert re.search(r"import .*\b(violations|examine|Axe)\b", source), text


def test_a_rule_that_axe_does_not_have_is_no_evidence() -> None:
    assert tags_of("image-alt") >= {"wcag2a", "wcag111"}
    assert tags_of("image-alternative") == set()


@pytest.mark.django_db
def test_everybody_may_read_the_report() -> None:
    html = Client().get(reverse("cx_courses:accessibility")).content.decode()
    assert "1.4.12 Text Spacing" in html
    assert html.count('<th scope="row">') == sum(map(len, criteria().values()))
