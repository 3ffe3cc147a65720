"""What the gradebook costs: `python -m bench.gradebook [learners] [columns] [engines]`.

Stores a result of every learner in every column, in databases of its own, and prints for each page
and file the queries, the seconds and the milliseconds of CPU of the server, the body read whole.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import django

from bench.server import database, environment, prepare

LEARNERS, COLUMNS = 2_000, 40
COURSE = "customer-experience"
BATCH = 5_000


def main() -> None:
    sizes = [*sys.argv[1:3], *(str(one) for one in (LEARNERS, COLUMNS)[len(sys.argv[1:3]) :])]
    engines = sys.argv[3] if len(sys.argv) > 3 else "sqlite,postgres"
    for engine in engines.split(","):
        with database(engine) as url, tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepare(env)
            print(f"\n# {engine}, {' × '.join(sizes)}", flush=True)
            for act in ("fill", "measure"):
                command = [sys.executable, "-m", "bench.gradebook", act, *sizes]
                subprocess.run(command, env=env, check=True)


def fill(learners: int, columns: int) -> None:
    """Write the learners, the columns and a result in most cells, some of them special."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from courses.domain import sections
    from courses.models import Course, Enrolment, LineItem, Module, Quiz, Result

    now, chance = timezone.now() - timedelta(days=1), Random(40)
    course = Course.objects.get(key=COURSE)
    section = sections.default_of(course=course, now=now)
    module = Module.objects.filter(course=course).order_by("position")[0]
    LineItem.objects.filter(course=course, results=None).delete()
    quizzes = Quiz.objects.bulk_create(
        Quiz(course=course, module=module, key=f"sheet-{n}", title=f"Test {n}", position=900 + n)
        for n in range(columns)
    )
    heads = LineItem.objects.bulk_create(LineItem(course=course, quiz=quiz) for quiz in quizzes)
    model = get_user_model()
    people = model.objects.bulk_create(
        model(username=f"sheet-{n}", first_name=f"Ada {n}", last_name=f"Name {n * 7919 % learners}")
        for n in range(learners)
    )
    rows = Enrolment.objects.bulk_create(
        Enrolment(course=course, section=section, user=one, enrolled_at=now) for one in people
    )
    cells: list[Result] = []
    for row in rows:
        cells += (_cell(row, head, chance, now) for head in heads if chance.random() < 0.95)
    Result.objects.bulk_create(cells, batch_size=BATCH)
    print(len(cells), "results", flush=True)


def _cell(row: Any, head: Any, chance: Random, now: Any) -> Any:
    from courses.models import Result

    percent = Decimal(chance.randrange(8, 41)) / 40 * 100
    return Result(
        line_item=head, enrolment=row, percent=percent, score_given=Fraction(percent),
        score_maximum=Fraction(100), pass_mark=60, has_passed=percent >= 60, submitted_at=now,
        is_overridden=chance.random() < 0.02, grading_progress="FullyGraded",
        activity_progress="Completed", updated_at=now, shown_at=now,
    )  # fmt: skip


def measure() -> None:
    """Print a line for each page and file, as a plain instructor gets them."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from bench.studio import _counting, _instructor

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(_instructor())
    for name, url in addresses():
        _spent(client, url)
        queries: list[str] = []
        with connection.execute_wrapper(_counting(queries)):
            found = [_spent(client, url) for _call in range(3)]
        seconds, cpu, size = min(found)
        print(
            f"{name}: {len(queries) // 3} queries, {seconds:.2f} s, {cpu:.0f} ms CPU, "
            f"{size / 1e6:.1f} MB",
            flush=True,
        )


def addresses() -> Iterator[tuple[str, str]]:
    """Yield name and address of each page and file."""
    from django.urls import reverse

    from courses.models import Course, LineItem

    course = Course.objects.get(key=COURSE)
    page = reverse("admin:cx_courses_course_gradebook", args=[course.pk])
    column = LineItem.objects.filter(course=course).order_by("-pk")[0]
    yield "first page", page
    yield "sorted by a column", f"{page}?sort=-{column.pk}"
    yield "below a mark, by total", f"{page}?show=below&sort=total"
    yield "all rows", f"{page}?all=1"
    yield "as CSV", f"{page}files/?file=csv"
    yield "as XLSX", f"{page}files/?file=xlsx"


def _spent(client: Any, url: str) -> tuple[float, float, int]:
    started, cpu = time.perf_counter(), time.process_time()
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    body = answer.streaming_content if answer.streaming else [answer.content]
    size = sum(len(part) for part in body)
    return time.perf_counter() - started, 1000 * (time.process_time() - cpu), size


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        django.setup()
        fill(int(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1:2] == ["measure"]:
        django.setup()
        measure()
    else:
        main()
