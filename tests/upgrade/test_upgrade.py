"""A database of every released version becomes one of today."""

import json
import lzma
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.proofs.kill.test_kill import ROOT, database, run

pytestmark = [
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="uses programs of POSIX systems"),
]

HERE = Path(__file__).parent
VERSIONS = ["0.2.0a1"]
OTHER_LABEL = "0.1.0"
"""Its tables have other names, so that nothing of it becomes today's."""
KEPT = {
    "0.2.0a1": {
        "Accommodation": 3,
        "ApiKey": 1,
        "Attempt": 5,
        "AttemptItem": 6,
        "Cohort": 1,
        "Enrolment": 6,
        "Extension": 3,
        "ExternalIdentity": 1,
        "Grading": 4,
        "LearnerToken": 1,
        "LessonProgress": 3,
        "LineItem": 4,
        "Response": 4,
        "Result": 4,
        "ResultOverride": 3,
        "ReviewCard": 3,
        "VoteTally": 3,
        "WebhookEndpoint": 1,
    }
}
"""Rows that a learner, an instructor or a platform would miss."""
COUNT = """
import json, sys, django
django.setup()
from courses import models
print(json.dumps({name: getattr(models, name).objects.count() for name in sys.argv[1:]}))
"""
VISIT = """
import json, django
django.setup()
from django.test import Client
from courses.models import Attempt, WebhookEndpoint
found = {}
for attempt in Attempt.objects.select_related("enrolment__user", "enrolment__course", "quiz"):
    browser = Client()
    browser.force_login(attempt.enrolment.user)
    course = f"/courses/{attempt.enrolment.course.key}/"
    paths = [course, "/progress/", "/account/"]
    if attempt.quiz.lesson_id is None:
        paths.append(f"/attempts/{attempt.uuid}/" + ("" if attempt.is_open else "review/"))
    found |= {path: browser.get(path).status_code for path in paths}
print(json.dumps(found))
"""


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with database(tmp_path) as url:
        yield {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "cxcourse.settings",
            "CXCOURSE_PROFILE": "test",
            "ALLOWED_HOSTS": "testserver",
            "SECRET_KEY": "upgrade-test-" + "x" * 50,
            "DATABASE_URL": url,
            "LOG_LEVEL": "CRITICAL",
            "PYTHONWARNINGS": "ignore",
        }


def test_a_database_of_the_other_label_is_refused_by_name(
    environment: dict[str, str], tmp_path: Path
) -> None:
    kept = str(kept_database(OTHER_LABEL, tmp_path))
    for command in (("restore", kept), ("migrate",)):
        refused = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert refused.returncode != 0
        assert "This database was made by CX Course 0.1" in refused.stderr
        assert "Traceback" not in refused.stderr


def kept_database(version: str, folder: Path) -> Path:
    """A backup of that version, of the engine that this run of the tests is on."""
    if connection.vendor == "postgresql":
        return HERE / f"{version}.pgdump"
    path = folder / f"{version}.backup"
    path.write_bytes(lzma.decompress((HERE / f"{version}.sqlite3.xz").read_bytes()))
    return path


@pytest.mark.proofs
@pytest.mark.parametrize("version", VERSIONS)
def test_a_released_version_becomes_this_one(
    version: str, environment: dict[str, str], tmp_path: Path
) -> None:
    run(environment, "manage.py", "restore", str(kept_database(version, tmp_path)))
    wanted = KEPT[version]
    assert json.loads(run(environment, "-c", COUNT, *wanted)) == wanted
    run(environment, "manage.py", "sync_courses")
    run(environment, "manage.py", "verify_records")
    visited = json.loads(run(environment, "-c", VISIT))
    assert len(visited) > 6
    assert {path: status for path, status in visited.items() if status != 200} == {}
