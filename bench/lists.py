"""What a whole list costs: `python -m bench.lists [responses]`, in databases of its own.

Stores so many responses of a platform's learners, reads each list as NDJSON and as CSV to its end,
and prints rows, seconds, megabytes, and by how much the peak of the process's memory rose.
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import django

from bench.platform import COURSE, QUIZ
from bench.platform import seed as seed_platform
from bench.server import database, environment, prepare

RESPONSES = 50_000
EACH = 100
"""Responses of a learner: five attempts of twenty items."""
ITEMS = 20


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RESPONSES
    for engine in ("sqlite", "postgres"):
        with database(engine) as url, tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepare(env)
            print(f"\n# {engine}")
            command = [sys.executable, "-m", "bench.lists", "seed", str(count)]
            key = subprocess.check_output(command, env=env, text=True).strip()
            for kind in ("results", "attempts", "responses"):
                for name in ("ndjson", "csv"):
                    command = [sys.executable, "-m", "bench.lists", "read", key, kind, name]
                    subprocess.run(command, env=env, check=True)


def seed(count: int) -> None:
    """Print the key of a platform whose learners have stored so many responses."""
    from django.utils import timezone

    from courses.domain import gradebook
    from courses.models import Enrolment, Quiz, Result

    now = timezone.now() - timedelta(days=1)
    key = seed_platform(max(count // EACH, 1))
    quiz = Quiz.objects.get(key=QUIZ)
    column = gradebook.line_item(quiz)
    learners = list(
        Enrolment.objects.filter(course__key=COURSE, user__course_identities__isnull=False)
    )
    Result.objects.bulk_create(
        Result(line_item=column, enrolment=one, score_given="50/1", percent=50, updated_at=now)
        for one in learners
    )
    for enrolment in learners:
        _sit(enrolment, quiz, now)
    print(key)


def _sit(enrolment, quiz, now) -> None:
    from courses.models import Attempt, AttemptItem, Grading, Response

    versions = [item.question.ready_version for item in quiz.items.select_related("question")]
    closed = {"state": "graded", "started_at": now, "submitted_at": now, "policy": quiz.settings}
    made = Attempt.objects.bulk_create(
        Attempt(enrolment=enrolment, quiz=quiz, number=number, score="1/2", **closed)
        for number in range(1, EACH // ITEMS + 1)
    )
    items = AttemptItem.objects.bulk_create(
        AttemptItem(attempt=one, position=place, version=version, points=1, revision=1)
        for one in made
        for place, version in enumerate(versions, start=1)
    )
    stored = {"revision": 1, "received_at": now, "channel": "api", "by": enrolment.user}
    rows = Response.objects.bulk_create(
        Response(item=item, value={"choice": "b"}, **stored) for item in items
    )
    Grading.objects.bulk_create(
        Grading(item=row.item, sequence=1, response=row, scaled="1/1", score="1/1", graded_at=now)
        for row in rows
    )


def read(key: str, kind: str, name: str) -> None:
    """Read one list once to its end, a piece at a time, as a server hands it on."""
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"authorization": f"Bearer {key}"})
    path = f"/api/v1/courses/{COURSE}/{kind}"
    client.get(f"{path}?limit=1")  # What is loaded only once is in memory before.
    before, start, size, rows = _peak_kb(), time.perf_counter(), 0, 0
    for piece in client.get(f"{path}?format={name}").streaming_content:
        size += len(piece)
        rows += piece.count(b"\n")
    seconds, more = time.perf_counter() - start, (_peak_kb() - before) / 1024
    print(
        f"{kind:10}{name:7}{rows:8} rows {seconds:6.1f} s {size / 1e6:6.1f} MB, "
        f"memory +{more:.0f} MB to {_peak_kb() / 1024:.0f} MB at the peak"
    )


def _peak_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    if sys.argv[1:2] in (["seed"], ["read"]):
        django.setup()
        if sys.argv[1] == "seed":
            seed(int(sys.argv[2]))
        else:
            read(*sys.argv[2:])
    else:
        main()
