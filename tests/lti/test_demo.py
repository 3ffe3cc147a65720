"""The LTI demo: a teacher picks a quiz, a learner takes it, its grade arrives."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from django.db import connection
from django.utils import timezone

from courses.domain import relay
from courses.lti import addresses, inviting
from courses.models import Attempt
from examples.lti.school import School
from tests.factories import make_quiz
from tests.lti.platform.server import running
from tests.lti.visitor import Visitor
from tests.programs.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DEMO = Path(__file__).resolve().parents[2] / "examples/lti/demo.py"
ARRIVES_S = 60


def course(school):
    """What the page of the platform shows."""
    return json.loads(Visitor().get(f"{school}/course").text)


def launch(school, path, visitor):
    """Open it in a window: the visitor has no scripts, which a frame's storage needs."""
    return visitor.submit(visitor.get(f"{school}{path}&window=1"))


def teach_and_learn(school, quiz):
    teacher = Visitor()
    page = launch(school, "/pick?as=tenney", teacher)
    page = teacher.submit(page, pick=f"{quiz.course.key}/quizzes/{quiz.key}/")
    assert "1 items" in teacher.submit(page).text
    (link,) = course(school)["links"]
    assert (link["title"], link["has_column"]) == (quiz.title, True)

    ada = Visitor()
    page = launch(school, "/open/1?as=ada", ada)
    assert quiz.title in page.text
    page = ada.submit(page)
    page = ada.submit(ada.get(f"{page.forms[0].action}submit/"))
    assert "Review of attempt 1" in page.text
    assert "Your class" in launch(school, "/open/1?as=tenney", Visitor()).text


def test_pages_of_the_platform(tool):
    quiz = make_quiz(questions=1)
    invitation = inviting.create(note="Demo", lifetime=timedelta(hours=1), now=timezone.now())
    with running(School) as platform:
        platform.register(addresses.register(invitation.code))
        teach_and_learn(platform.base, quiz)
        relay.run_once(clock=timezone.now, jitter=Random(1))
        (link,) = course(platform.base)["links"]
        assert link["scores"] == {"tenney": "", "ada": "0 / 100", "ben": ""}
        assert "/course" in Visitor().get(platform.base).text


@contextmanager
def demo(database):
    """The demo on free ports; the address of its platform."""
    ports = [f"--port={free_port()}", f"--platform-port={free_port()}"]
    command = [sys.executable, DEMO, "--no-browser", f"--database={database}", *ports]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with subprocess.Popen(command, env=kept, stdout=subprocess.PIPE, text=True) as process:
        try:
            text = "".join(iter(process.stdout.readline, "  Ctrl-C stops it.\n"))
            yield re.search(r"http://\S+(?=/)", text)[0]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


@pytest.mark.proofs
@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and processes")
def test_the_whole_demo(tmp_path):
    quiz = make_quiz(questions=1)
    database = tmp_path / "ready.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(database)])
    with demo(database) as school:
        teach_and_learn(school, quiz)
        until = time.monotonic() + ARRIVES_S
        while not course(school)["links"][0]["scores"]["ada"] and time.monotonic() < until:
            time.sleep(0.1)
        assert course(school)["links"][0]["scores"]["ada"] == "0 / 100"
    assert not Attempt.objects.exists()
