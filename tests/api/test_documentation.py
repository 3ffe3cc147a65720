"""What docs/api states holds: the quick start runs, and every problem is explained."""

import os
import re
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from oauth2_provider.models import AccessToken

from courses.api import problems
from courses.domain import gradebook
from courses.models import (
    Attempt,
    Cohort,
    Enrolment,
    LearnerToken,
    Question,
    Quiz,
    ResultOverride,
)
from courses.models.client import SCOPES
from tests.api.platform import Platform
from tests.factories import ModuleFactory, make_quiz

DOCS = Path(__file__).resolve().parents[2] / "docs/api"
QUICK_START = (DOCS / "README.md").read_text(encoding="utf-8")


def blocks(language, page="README.md"):
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def test_every_problem_is_explained_with_its_status():
    text = (DOCS / "problems.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", text, flags=re.MULTILINE))

    assert rows == {code: str(status) for code, (status, _title) in problems.TITLES.items()}


def test_every_scope_is_explained():
    assert [scope for scope in SCOPES if f"`{scope}`" not in QUICK_START] == []


@pytest.mark.slow
@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_the_quick_start_runs_as_it_stands(live_server, tmp_path):
    quiz = make_quiz(questions=2)
    platform = Platform("catalogue:read", "learners:write", "learning:write", "gradebook:read")
    env = {
        **os.environ,
        "SITE": live_server.url,
        "KEY": platform.key,
        "COURSE": quiz.course.key,
        "QUIZ": quiz.key,
    }
    before, learner, after = (
        [line for line in block.splitlines() if not line.startswith("export")]
        for block in blocks("sh")
    )
    assert shutil.which("curl")
    shell(before + learner, env)
    (program,) = blocks("python")
    (tmp_path / "quick.py").write_text(program, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, str(tmp_path / "quick.py")], env=env, capture_output=True, check=True
    )
    shell(after, env)

    attempt = Attempt.objects.get()
    assert float(result.stdout) == float(attempt.percent)
    assert Enrolment.objects.get().user.first_name == "Ada"


@pytest.mark.slow
@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_learners_are_synced_as_it_stands(live_server, tmp_path):
    """Twice: who is there already stays, who is not wanted any more leaves."""
    course, platform = make_quiz().course, Platform("learners:write")
    platform.put("/cohorts/spring-2026", {})
    platform.learner("old", course=course)
    platform.put("/cohorts/spring-2026/learners/old")
    (program,) = blocks("python", "sync-learners.md")
    (tmp_path / "sync.py").write_text(program, encoding="utf-8")
    env = {**os.environ, "SITE": live_server.url, "KEY": platform.key, "COURSE": course.key}
    for _night in range(2):
        result = subprocess.run(
            [sys.executable, str(tmp_path / "sync.py")],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, result.stdout) == (0, ""), result.stderr

    named = Cohort.objects.get().learners.values_list("subject", flat=True)
    assert sorted(named) == ["a-1", "g-2"]
    assert sorted(Enrolment.objects.values_list("state", flat=True)) == [
        "active",
        "active",
        "withdrawn",
    ]


@pytest.mark.slow
@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_grades_come_back_as_it_stands(live_server, tmp_path, monkeypatch):
    quiz, platform = make_quiz(), Platform("gradebook:write")
    platform.learner("a-1", course=quiz.course)
    gradebook.line_item(quiz)
    env = {**os.environ, "SITE": live_server.url, "KEY": platform.key, "COURSE": quiz.course.key}
    monkeypatch.chdir(tmp_path)
    for block in blocks("sh", "grades.md"):
        shell([block], env)

    assert (tmp_path / "responses.ndjson").read_text() == ""
    assert (tmp_path / "attempts.csv").read_text().startswith("\ufeffid,external_id,")
    assert (tmp_path / "gradebook.csv").read_text().splitlines()[1].startswith("a-1,")
    scaled = ResultOverride.objects.order_by("sequence").values_list("scaled", flat=True)
    assert list(scaled) == [Fraction(4, 5), None]


@pytest.mark.slow
@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_the_credentials_work_as_they_stand(live_server):
    client = Platform("catalogue:read", kind="oauth")
    platform = Platform("learners:write", "learning:write")
    platform.learner("a-1")
    names = {"CLIENT_ID": client.row.prefix, "CLIENT_SECRET": client.secret, "KEY": platform.key}
    env = {**os.environ, "SITE": live_server.url, **names, "TOKEN": client.key}
    for block in blocks("sh", "credentials.md"):
        shell([line for line in block.splitlines() if not line.startswith("export")], env)

    # The one that the guide asked for; the other was revoked.
    assert AccessToken.objects.get().scope == "catalogue:read"
    assert client.get("/courses").status_code == 401
    assert LearnerToken.objects.get().user == platform.learner("a-1")


@pytest.mark.slow
@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_the_authors_guide_runs_as_it_stands(live_server, tmp_path):
    module = ModuleFactory(course__state="draft")
    platform = Platform("authoring:write", "catalogue:read", courses=[module.course])
    names = {"COURSE": module.course.key, "MODULE": module.key, "KEY": platform.key}
    env = {**os.environ, "SITE": live_server.url, **names}
    lines = "".join(blocks("sh", "authoring.md")).splitlines()
    shell([line for line in lines if not line.startswith("export SITE")], env)
    (program,) = blocks("python", "authoring.md")
    (tmp_path / "change.py").write_text(program, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, str(tmp_path / "change.py")], env=env, capture_output=True, check=True
    )

    assert result.stdout.decode().split() == ["ready", "600", "True"]
    quiz = Quiz.objects.get()
    assert (quiz.is_draft, quiz.items.get().draw_objective.key) == (False, "DEF-9")
    assert Question.objects.get().ready_version.number == 1


def shell(lines, env):
    script = "\n".join(lines).replace("curl ", "curl --silent --show-error --fail ")
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", script], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
