"""How much room records take: `python -m bench.sizes [attempts]`, in databases of its own.

Sits a quiz of 20 items so often, one save an item, and prints kilobytes an attempt for each engine,
with responses, gradings, result and events.
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.server import database, environment, prepare

COUNT = 100
LEARNERS = 10
SIT = """
import sys, django
django.setup()
from django.utils import timezone
from courses.domain import access, attempts
from courses.models import Enrolment
from courses.questions import registry
learners = list(Enrolment.objects.filter(user__username__startswith="bench-"))
for number in range(int(sys.argv[1])):
    person = learners[number % len(learners)]
    reader = access.reader(course_key=person.course.key, by=person.user)
    given = {"by": person.user, "now": timezone.now()}
    attempt = attempts.start(reader=reader, quiz_key="bench-quiz", **given)
    for item in attempt.items.select_related("version"):
        kind = registry.get(item.version.type)
        right = kind.solution(kind.load(item.version.data), item.params)
        attempts.save(attempt=attempt, position=item.position, raw=right, based_on=0, **given)
    attempts.submit(attempt=attempt, **given)
"""
MEASURE = """
import django
django.setup()
from pathlib import Path
from django.conf import settings
from django.db import connection
with connection.cursor() as cursor:
    if connection.vendor == "sqlite":
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute("PRAGMA page_size")
        print(pages * cursor.fetchone()[0])
    else:
        cursor.execute("SELECT pg_database_size(current_database())")
        print(cursor.fetchone()[0])
"""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    for engine in ("sqlite", "postgres"):
        with database(engine) as url, tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepare(env)
            subprocess.run([sys.executable, "-m", "bench.seed", str(LEARNERS)], env=env, check=True)
            empty = _python(env, MEASURE)
            _python(env, SIT, str(count))
            each = (int(_python(env, MEASURE)) - int(empty)) / count
            print(f"{engine}: the course {int(empty) / 1e6:.1f} MB, an attempt {each / 1e3:.1f} KB")


def _python(env: Mapping[str, str], program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
