"""How long item analysis takes: `python -m bench.analysis [attempts] [engines]`, in own databases.

Stores so many closed attempts of twenty items, one a learner, and prints the CPU of comparing the
stored figures with the attempts, of computing them, and of the pages that show them.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from bench.school import ITEMS, QUIZ
from bench.server import database, environment, prepare

ATTEMPTS = 20_000
QUESTIONS = 40


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ATTEMPTS
    engines = sys.argv[2] if len(sys.argv) > 2 else "sqlite,postgres"
    for engine in engines.split(","):
        with database(engine) as url, tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepare(env)
            print(f"\n# {engine}, {count} attempts of {ITEMS} questions", flush=True)
            sizes = [str(one) for one in (QUESTIONS, count, count * ITEMS)]
            subprocess.run([sys.executable, "-m", "bench.school", *sizes], env=env, check=True)
            subprocess.run([sys.executable, "-m", "bench.analysis", "run"], env=env, check=True)


def run() -> None:
    """Compute the figures of the quiz of `bench.school`, and show them."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from courses.domain.analysis import reading, storing
    from courses.models import Quiz

    quiz = Quiz.objects.select_related("course").get(key=QUIZ)
    analysis = storing.find(quiz=quiz)
    measured("read", lambda: reading.input_of(analysis=analysis))
    measured("compute", lambda: storing.compute(analysis=analysis, now=timezone.now()))
    measured("compare", lambda: storing.state_of(analysis=analysis))
    person = get_user_model().objects.create_superuser("bench-root", "", "bench")
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(person)
    page = reverse("admin:cx_courses_quiz_analysis", args=[quiz.pk])
    client.get(page)
    answer = measured("page", lambda: client.get(page))
    assert answer.status_code == 200, answer.status_code


def measured(name: str, work: Callable[[], Any]) -> Any:
    began, cpu = time.monotonic(), time.process_time()
    done = work()
    cpu = time.process_time() - cpu
    print(f"{name}: {time.monotonic() - began:.2f} s, {cpu:.2f} s CPU of it here", flush=True)
    return done


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        django.setup()
        run()
    else:
        main()
