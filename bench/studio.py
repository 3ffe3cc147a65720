"""What the pages of the admin cost an instructor.

`python -m bench.studio [questions learners responses]` makes an SQLite database of its own. Each
page is called before and after `bench.school` has filled the course, as a plain instructor made by
the one action; its queries and its milliseconds of CPU (of the first call, and the median of later
ones) are printed as a table for docs/performance.md. `python -m bench.studio --measure` does so in
the site of the environment.
"""

import collections
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import django

from bench.server import environment, prepare

CALLS = 5
MOST_SECONDS = 60
"""A page that takes longer is given up; its row says 60000 ms."""
Figures = dict[str, tuple[int, float, float]]


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
    _print(small, large)


def _print(small: Figures, large: Figures) -> None:
    """Print the table, the shipped course before the large one."""
    columns = ("queries", "ms CPU", "ms CPU, first call")
    heads = [f"{column}, {which}" for column in columns for which in ("shipped", "large")]
    print(f"| page | {' | '.join(heads)} |")
    print(f"|{'---|' * 7}")
    for name, (queries, first, spent) in large.items():
        before = small.get(name, (0, 0.0, 0.0))
        cells = [before[0], queries, before[2], spent, before[1], first]
        print(f"| {name} | {' | '.join(f'{cell:.0f}' for cell in cells)} |")


def _measured(env: dict[str, str]) -> Figures:
    command = [sys.executable, "-m", "bench.studio", "--measure"]
    lines = subprocess.check_output(command, env=env, text=True).splitlines()
    rows = (line.split("\t") for line in lines if "\t" in line)
    return {
        name: (int(queries), float(first), float(spent)) for name, queries, first, spent in rows
    }


def measure() -> None:
    """Print name, queries and milliseconds of each page, for the process that asked."""
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    from bench.studio_pages import addresses

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(_instructor())
    client.get("/admin/")
    signal.signal(signal.SIGALRM, _give_up)
    for name, url in addresses():
        signal.alarm(MOST_SECONDS)
        try:
            first, status = _spent(client, url)
        except TimeoutError:
            print(f"{name}\t0\t{1000 * MOST_SECONDS}\t0", flush=True)
            continue
        finally:
            signal.alarm(0)
        if status != HTTPStatus.OK:
            print(f"left out, it answers {status}: {url}", file=sys.stderr)
            continue
        queries: list[str] = []
        with connection.execute_wrapper(_counting(queries)):
            _spent(client, url)
        median = statistics.median(_spent(client, url)[0] for _call in range(CALLS))
        print(f"{name}\t{len(queries)}\t{first:.1f}\t{median:.1f}", flush=True)


def _spent(client: Any, url: str) -> tuple[float, int]:
    """Call a page; return its milliseconds of CPU, the whole body read, and its status."""
    started = time.process_time()
    answer = client.get(url)
    if answer.streaming:
        collections.deque(answer.streaming_content, maxlen=0)
    return 1000 * (time.process_time() - started), answer.status_code


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

    from bench.studio_pages import COURSE
    from courses.domain import enrolments, staff
    from courses.models import Course

    user, _made = get_user_model().objects.get_or_create(username="studio-instructor")
    course, now = Course.objects.get(key=COURSE), timezone.now()
    row = enrolments.enrol(course=course, user=user, now=now)
    staff.make_instructor(enrolment=row, by=None, now=now)
    return get_user_model().objects.get(pk=user.pk)


if __name__ == "__main__":
    if sys.argv[1:] == ["--measure"]:
        measure()
    else:
        main()
