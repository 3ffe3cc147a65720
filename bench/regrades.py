"""How long a correction takes: `python -m bench.regrades [attempts] [engines]`, in own databases.

Stores so many closed attempts of twenty items, one a learner, changes the key of a question of all
of them, previews that, applies it to everybody and undoes it, and prints the seconds and the CPU.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

from bench.school import ITEMS, QUIZ
from bench.server import database, environment, prepare

ATTEMPTS = 10_000
QUESTIONS = 40


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else ATTEMPTS
    engines = sys.argv[2] if len(sys.argv) > 2 else "sqlite,postgres"
    for engine in engines.split(","):
        with database(engine) as url, tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepare(env)
            print(f"\n# {engine}, {count} attempts", flush=True)
            sizes = [str(one) for one in (QUESTIONS, count, count * ITEMS)]
            subprocess.run([sys.executable, "-m", "bench.school", *sizes], env=env, check=True)
            subprocess.run([sys.executable, "-m", "bench.regrades", "run"], env=env, check=True)


def run() -> None:
    """Apply a correction to the quiz of `bench.school`, and undo it."""
    from django.utils import timezone

    from courses.domain import regrading
    from courses.domain.regrading import previews
    from courses.models import QuestionVersion, Quiz, Result

    quiz = Quiz.objects.select_related("course").get(key=QUIZ)
    question = quiz.items.order_by("position").first().question
    data = question.ready_version.data
    options = [{**row, "correct": row["key"] == "b"} for row in data["options"]]
    version = QuestionVersion.objects.create(
        question=question, number=2, type="single_choice", data={**data, "options": options},
        status="ready", content_hash="corrected", text="",
    )  # fmt: skip
    change = regrading.Correction(question, version)
    previews.start(
        course=quiz.course, quizzes=[quiz], corrections=[change], by=None, now=timezone.now()
    )
    measured("previewed")
    batch = regrading.apply(
        course=quiz.course,
        quizzes=[quiz],
        changes=[change],
        spares=False,
        reason="The key was wrong.",
        by=None,
        now=timezone.now(),
    )
    measured("applied")
    print(Result.objects.filter(line_item__quiz=quiz).count(), "results")
    regrading.undo(batch=batch, by=None, now=timezone.now())
    measured("undone")


def measured(name: str) -> None:
    """Work what waits to its end; the wait for the second look is left out."""
    from django.utils import timezone

    from courses.domain import jobs
    from courses.models import Job

    began, cpu = time.monotonic(), time.process_time()
    while jobs.work(clock=timezone.now, until=timezone.now() + jobs.SLICE):
        pass
    Job.objects.unfinished().update(due_at=timezone.now())
    jobs.work(clock=timezone.now, until=timezone.now() + jobs.SLICE)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    print(f"{name}: {seconds:.1f} s, {cpu:.1f} s CPU of it here", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["run"]:
        django.setup()
        run()
    else:
        main()
