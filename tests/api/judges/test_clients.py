"""Generated clients take a quiz; the programs are those of the guide."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from courses.models import Attempt, Enrolment
from tests.api.platform import Platform
from tests.factories import make_quiz
from tests.programs import node
from tests.programs.node import program

ROOT = Path(__file__).resolve().parents[3]
GUIDE = (ROOT / "docs/api/clients.md").read_text(encoding="utf-8")
OPENAPI = ROOT / "docs/api/openapi.yaml"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live_server) -> dict[str, str]:
    """The programs' environment: a site with a quiz, and a key that does just what they need."""
    quiz = make_quiz(questions=2)
    platform = Platform("learners:write", "learning:write", "gradebook:read")
    variables = {"SITE": live_server.url, "KEY": platform.key}
    return {**os.environ, **variables, "COURSE": quiz.course.key, "QUIZ": quiz.key}


def block(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, flags=re.DOTALL | re.MULTILINE)
    return found


def run(*command: Any, **more: Any) -> str:
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, **more
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def took_the_quiz(output: str) -> None:
    """The program printed what the site holds."""
    attempt = Attempt.objects.get()
    assert attempt.state == Attempt.State.GRADED
    percent, _progress, grade = map(float, output.split())
    assert percent == grade == float(attempt.percent)
    assert Enrolment.objects.get().user.first_name == "Ada"


def test_a_generated_python_client_takes_a_quiz(world, tmp_path):
    made = run(
        program("openapi-python-client"), "generate", "--path", OPENAPI,
        "--output-path", tmp_path / "client", "--meta", "setup",
    )  # fmt: skip
    # Only files have no type that it knows: they are fetched by their address.
    assert re.findall(r"WARNING parsing (\S+ \S+)", made) == [
        "GET /api/v1/courses/{course}/assets/{module}/{name}"
    ]
    path = tmp_path / "quiz.py"
    path.write_text(block("python"), encoding="utf-8")

    took_the_quiz(run(sys.executable, path, env={**world, "PYTHONPATH": str(tmp_path / "client")}))


@pytest.mark.proofs
def test_redocly_lint_finds_nothing(tmp_path):
    (tmp_path / "node_modules").symlink_to(node.packages() / "node_modules")
    linter = tmp_path / "lint.mjs"
    linter.write_bytes((node.SOURCE / linter.name).read_bytes())

    assert json.loads(run(program("node"), linter, OPENAPI)) == []


@pytest.mark.proofs
def test_a_generated_typescript_client_takes_a_quiz(world, tmp_path):
    installed = node.packages() / "node_modules"
    (tmp_path / "node_modules").symlink_to(installed)
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (tmp_path / "quiz.ts").write_text(block("ts"), encoding="utf-8")
    here = {"cwd": tmp_path, "env": world}
    run(
        program("node"), installed / "openapi-typescript/bin/cli.js", OPENAPI, "-o", "api.d.ts",
        "--default-non-nullable=false",
        **here,
    )  # fmt: skip
    run(
        program("node"), installed / "typescript/bin/tsc", "--strict", "--target", "es2022",
        "--module", "nodenext", "--lib", "es2022,dom,dom.iterable", "quiz.ts",
        **here,
    )  # fmt: skip

    took_the_quiz(run(program("node"), "quiz.js", **here))
