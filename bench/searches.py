"""What a search costs: `python -m bench searches [passages]`, in databases of its own.

Stores so many passages in ten courses of one learner, copies of the shipped course's, each with a
word of its own. Prints for each search how many lessons it finds, the queries, and the milliseconds
of CPU of the page, median of 20: the application's and, for PostgreSQL, the database's.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from statistics import median

import django

from bench.accounting import Meter
from bench.seed import COURSE
from bench.server import database, environment, postmaster, prepare

PASSAGES = 30_000
COURSES = 10
LEARNER = "bench-searcher"
ROUNDS, WARM = 20, 3
SEARCHES = {
    "one passage": "copy12345",
    "a rare word": "colonoscopy",
    "a common word": "customer",
    "two common words": "customer journey",
    "the beginning of a word": "exper",
    "six words": "customers remember the peak and end",
    "nothing": "xyzzyx",
}


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PASSAGES
    for engine in ("sqlite", "postgres"):
        with database(engine) as url, tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepare(env)
            command = [sys.executable, "-m", "bench.searches"]
            subprocess.run([*command, "seed", str(count)], env=env, check=True)
            print(f"\n# {engine}, {count:,} passages", flush=True)
            given = [str(postmaster(url))] if url else []
            subprocess.run([*command, "measure", *given], env=env, check=True)


def seed(count: int) -> None:
    """Store the courses with their passages, and the learner who is in all of them."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.utils import timezone

    from courses.domain import enrolments, search
    from courses.models import Course, SearchText

    original = Course.objects.get(key=COURSE)
    search.refresh(course=original)
    rows = list(SearchText.objects.filter(course=original, kind="passage").order_by("pk"))
    person = get_user_model().objects.create(username=LEARNER)
    made = 0
    for number in range(COURSES):
        course = _course(number, rows)
        enrolments.enrol(course=course, user=person, now=timezone.now())
        wanted = count * (number + 1) // COURSES
        SearchText.objects.bulk_create(_copies(course, rows, made, wanted), batch_size=2000)
        made = wanted
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _course(number, rows):
    """Make a course with the titles of the lessons to which the rows belong."""
    from courses.models import Course, Lesson, Module

    course = Course.objects.create(
        key=f"bench-{number}", title=f"Course {number}", state="published"
    )
    module = Module.objects.create(course=course, key=f"m{number}", title="All", position=1)
    lessons = Lesson.objects.in_bulk({row.lesson_id for row in rows})
    Lesson.objects.bulk_create(
        Lesson(course=course, module=module, key=one.key, title=one.title, position=place)
        for place, one in enumerate(lessons.values(), start=1)
    )
    return course


def _copies(course, rows, first: int, end: int) -> Iterator[object]:
    """Return passages of the course: those of the original again and again."""
    from courses.models import Lesson, SearchText

    keys = dict(Lesson.objects.filter(course=course).values_list("key", "pk"))
    lessons = Lesson.objects.in_bulk({row.lesson_id for row in rows})
    for number in range(first, end):
        row = rows[number % len(rows)]
        yield SearchText(
            course=course,
            kind="passage",
            lesson_id=keys[lessons[row.lesson_id].key],
            anchor=row.anchor,
            title=row.title,
            title_words=row.title_words,
            text=f"{row.text} copy{number}",
            words=f"{row.words} copy{number}",
            language=row.language,
            scope=f"c{course.pk}",
            stamp="bench",
        )


def measure(server: str = "") -> None:
    """Ask each search again and again; `server` is the process of PostgreSQL."""
    django.setup()
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from django.utils import timezone

    from courses import full_text
    from courses.domain import search

    if not full_text.is_installed(connection):
        raise SystemExit("The index of the search is not there.")
    settings.ALLOWED_HOSTS = ["*"]
    client, meter = Client(), Meter({"database": int(server)} if server else {})
    person = get_user_model().objects.get(username=LEARNER)
    client.force_login(person)
    print(f"{'':26}found queries application database")
    for name, words in SEARCHES.items():
        spent = []
        for _round in range(WARM + ROUNDS):
            before, start = sum(meter.read().values()), time.process_time_ns()
            answer = client.get(reverse("cx_courses:search"), {"q": words})
            mine = (time.process_time_ns() - start) / 1e6
            spent.append((mine, sum(meter.read().values()) - before))
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"{answer.status_code} instead of a page.")
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("cx_courses:search"), {"q": words})
        found = search.search(by=person, query=words, now=timezone.now())
        mine, others = (median(column) for column in zip(*spent[WARM:], strict=True))
        count = f"{found.count}{'+' if found.is_cut else ''}"
        print(f"{name:26}{count:>5}{len(queries):>8}{mine:>12.1f}{others:>9.1f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["seed"]:
        django.setup()
        seed(int(sys.argv[2]))
    elif sys.argv[1:2] == ["measure"]:
        measure(*sys.argv[2:])
    else:
        main()
