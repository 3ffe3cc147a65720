"""docs/host-project.md, followed literally: its files are written, its commands run, in order."""

import inspect
import re
from pathlib import Path

import pytest
from django.utils.module_loading import import_string

from courses import host_checks
from tests.hosts.blocks import blocks, follow
from tests.hosts.project import ROOT, Project, faults, statuses

GUIDE = ROOT / "docs/host-project.md"
FUNCTION = re.compile(r"^\| `(courses\.domain\.[\w.]+)` \|", re.MULTILINE)


@pytest.mark.proofs
def test_the_guide_leads_to_a_host_that_works(tmp_path: Path) -> None:
    host = Project.start(tmp_path, env={"PYTHONPATH": str(ROOT)})
    follow(host, blocks(GUIDE))
    host.manage("check")
    assert (tmp_path / "enrolled.txt").read_text().startswith("grace ")
    assert (tmp_path / "deploy/courses-relay.service").read_text().count("[Service]") == 1
    happened = host.journey()
    assert faults(happened) == {}
    found = statuses(happened)
    answers = happened["answers"]
    for name in ("page lesson", "page quiz", "page daily-review", "admin", "admin one course"):
        assert found[name] == 200
    page = answers["page lesson"]["body"]
    assert page.count("host-bar") == 2
    assert "Academy courses" in page
    assert answers["page lesson"]["headers"]["Content-Security-Policy"].startswith("default-src")
    signed_out = answers["page progress, signed out"]
    assert signed_out["headers"]["Location"].startswith("/accounts/login/")
    assert "host-bar" not in answers["launch opened"]["body"]
    framed = answers["launch opened"]["headers"]["Content-Security-Policy"]
    assert "frame-ancestors https://platform.example.org" in framed


def test_the_functions_for_hosts_are_there_and_take_keywords() -> None:
    names = FUNCTION.findall(GUIDE.read_text())
    assert len(names) > 8
    for name in names:
        parameters = inspect.signature(import_string(name)).parameters.values()
        assert {one.kind for one in parameters} <= {inspect.Parameter.KEYWORD_ONLY}, name


def test_the_guide_lists_every_refusal_of_a_host() -> None:
    found = set(re.findall(r"^\| `(cx_courses\.E\d+)`", GUIDE.read_text(), re.MULTILINE))
    source = inspect.getsource(host_checks)
    assert found == set(re.findall(r"cx_courses\.E\d+", source))
