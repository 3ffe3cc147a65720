"""What the task pages cost an instructor: `python -m bench.studio [questions learners responses]`.

In an SQLite database of its own: each page is called before and after `bench.school` has filled the
course, as a plain instructor made by the one action, and its queries and milliseconds of CPU (the
median of five calls after one) are printed as a table for docs/performance.md.
"""

import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import django

from bench.server import environment, prepare

CALLS = 5
MOST_SECONDS = 60
"""A page that takes longer is given up; its row says 60000 ms."""
COURSE = "customer-experience"
SEARCHES = {
    "bank": {
        "words": "?words=customer+days",
        "may be drawn": "?use=draw",
        "nearly the same": "?alike=on",
        "last page": "?page=9999",
    }
}
Figures = dict[str, tuple[int, float]]


def main() -> None:
    sizes = sys.argv[1:] or ["5000", "1000", "200000"]
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), None)
        prepare(env)
        small = _measured(env)
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "bench.school", *sizes], env=env, check=True)
        print(f"\nfilled in {time.perf_counter() - started:.0f} s\n")
        large = _measured(env)
    print("| page | queries, shipped course | large | ms CPU, shipped course | large |")
    print("|---|---|---|---|---|")
    for name, (queries, spent) in large.items():
        before = small.get(name, (0, 0.0))
        print(f"| {name} | {before[0]} | {queries} | {before[1]:.0f} | {spent:.0f} |")


def _measured(env: dict[str, str]) -> Figures:
    command = [sys.executable, "-m", "bench.studio", "--measure"]
    lines = subprocess.check_output(command, env=env, text=True).splitlines()
    rows = (line.rsplit("\t", 2) for line in lines if "\t" in line)
    return {name: (int(queries), float(spent)) for name, queries, spent in rows}


def measure() -> None:
    """Print name, queries and milliseconds of each page, for the process that asked."""
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(_instructor())
    signal.signal(signal.SIGALRM, _give_up)
    for name, url in _addresses():
        signal.alarm(MOST_SECONDS)
        try:
            status = client.get(url).status_code
        except TimeoutError:
            print(f"{name}\t0\t{1000 * MOST_SECONDS}", flush=True)
            continue
        finally:
            signal.alarm(0)
        if status != HTTPStatus.OK:
            print(f"left out, it asks for more: {url}", file=sys.stderr)
            continue
        queries: list[str] = []
        with connection.execute_wrapper(_counting(queries)):
            client.get(url)
        spent = []
        for _call in range(CALLS):
            started = time.process_time()
            client.get(url)
            spent.append(1000 * (time.process_time() - started))
        print(f"{name}\t{len(queries)}\t{statistics.median(spent):.1f}", flush=True)


def _give_up(_signal: int, _frame: Any) -> None:
    raise TimeoutError


def _counting(queries: list[str]) -> Callable[..., Any]:
    def execute(run: Callable[..., Any], sql: str, *more: Any) -> Any:
        queries.append(sql)
        return run(sql, *more)

    return execute


def _instructor():
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from courses.domain import enrolments, staff
    from courses.models import Course

    user, _made = get_user_model().objects.get_or_create(username="studio-instructor")
    course, now = Course.objects.get(key=COURSE), timezone.now()
    row = enrolments.enrol(course=course, user=user, now=now)
    staff.make_instructor(enrolment=row, by=None, now=now)
    return get_user_model().objects.get(pk=user.pk)


def _addresses() -> Iterator[tuple[str, str]]:
    """Yield every task page, of the course's largest quiz and first question and lesson."""
    from django.db.models import Count
    from django.urls import NoReverseMatch, reverse

    from courses.admin.studio.pages import PAGES
    from courses.models import Course, Lesson, Question, Quiz

    course = Course.objects.get(key=COURSE)
    met = Question.objects.filter(course=course).annotate(
        met=Count("versions__attempt_items", distinct=True)
    )
    quizzes = Quiz.objects.filter(course=course, lesson=None, is_review=False)
    rows = {
        Course: course,
        Question: met.order_by("-met", "pk").first(),
        Lesson: Lesson.objects.filter(module__course=course).order_by("pk").first(),
        Quiz: quizzes.annotate(size=Count("items")).order_by("-size").first(),
    }
    for page in PAGES:
        model = page.model._meta.model_name
        try:
            url = reverse(
                f"admin:cx_courses_{model}_{page.name}",
                args=[rows[page.model].pk] if "<int:pk>" in page.route else [],
            )
        except (NoReverseMatch, KeyError):
            print(f"left out, its address is another: {model} {page.name}", file=sys.stderr)
            continue
        if "<" not in page.route and page.model is Question:
            url += f"?course={COURSE}"
        yield f"{model}, {page.name}", url
        for name, query in SEARCHES.get(page.name, {}).items():
            yield f"{model}, {page.name}: {name}", url + query


if __name__ == "__main__":
    if sys.argv[1:] == ["--measure"]:
        measure()
    else:
        main()
