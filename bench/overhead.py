"""What the API costs above the domain call that it makes: `python -m bench overhead [sqlite]`.

Same process, same database, same work. *Domain* is what a view calls with rows it has at hand;
*API* is the whole request, from WSGI to bytes.
"""

import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import django

from bench.platform import COURSE, LESSON, QUIZ
from bench.seed import ITEMS
from bench.server import database, environment, prepare

LEARNERS = 100
ROUNDS, WARM = 60, 15

Action = Callable[[], object]


def main(engines: str = "sqlite,postgres") -> None:
    for engine in engines.split(","):
        with database(engine) as url, tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepare(env)
            seed = [sys.executable, "-m", "bench.platform", str(LEARNERS)]
            key = json.loads(subprocess.check_output(seed, env=env))["key"]
            print(f"\n# {engine}", flush=True)
            command = [sys.executable, "-m", "bench.overhead", "measure", key]
            subprocess.run(command, env=env, check=True)


def measure(key: str) -> None:
    django.setup()
    from tests.races.wsgi_client import WsgiClient

    rows = [measured(name, *pair) for name, pair in actions(WsgiClient(key)).items()]
    print("Milliseconds of CPU in one process: domain call, whole API request, ratio")
    for name, domain, api in rows:
        print(f"  {name:28}{domain:8.2f}{api:8.2f}{api / domain:8.1f}")


def measured(name: str, domain: Action, api: Action) -> tuple[str, float, float]:
    """Return the medians of both, taken in turns so that the machine treats them alike."""
    spent: dict[Action, list[float]] = {domain: [], api: []}
    for number in range(WARM + ROUNDS):
        for action in (domain, api):
            start = time.process_time_ns()
            action()
            if number >= WARM:
                spent[action].append((time.process_time_ns() - start) / 1e6)
    return name, median(spent[domain]), median(spent[api])


def actions(wsgi) -> dict[str, tuple[Action, Action]]:
    """Name → the domain call, the API request."""
    from django.utils import timezone

    from courses.domain import attempts, progress
    from courses.domain.outline import outline
    from courses.models import Course, Enrolment

    course = Course.objects.get(key=COURSE)
    enrolled = list(Enrolment.objects.filter(course=course).order_by("pk")[:100])

    def cohort() -> object:
        rows = list(Enrolment.objects.filter(pk__in=[one.pk for one in enrolled]))
        for one in rows:
            one.course = course
        return progress.of_all(enrolments=rows, outline=outline(course), now=timezone.now())

    by_domain, by_api = Sitting("l-0", wsgi), Sitting("l-1", wsgi)
    lesson = course.modules.first().lessons.get(key=LESSON)

    def read_lesson() -> object:
        type(lesson).objects.only("body", "rendered").get(pk=lesson.pk)
        return outline(Course.objects.get(key=COURSE)).lesson(LESSON)

    return {
        "lesson list": (
            lambda: outline(Course.objects.get(key=COURSE)).modules,
            lambda: body_of(wsgi.get(f"/courses/{COURSE}/lessons")),
        ),
        "one lesson": (
            read_lesson,
            lambda: body_of(wsgi.get(f"/courses/{COURSE}/lessons/{LESSON}")),
        ),
        "progress of 100 learners": (
            cohort,
            lambda: body_of(wsgi.get(f"/courses/{COURSE}/progress", "limit=100")),
        ),
        "save a response": (by_domain.save, by_api.save_by_api),
        "save, with a key": (by_domain.save, by_api.save_with_key),
        "start and submit (20 items)": (
            lambda: Sitting("l-2", wsgi).whole(attempts),
            lambda: Sitting("l-3", wsgi).whole_by_api(),
        ),
    }


class Sitting:
    """A learner in an attempt, who changes her mind with every response."""

    def __init__(self, who: str, wsgi) -> None:
        from courses.domain import learners
        from courses.models import ApiClient, Course

        self.wsgi = wsgi
        client = ApiClient.objects.get(name="Bench")
        self.user = learners.find(client=client, external_id=who).user
        self.course = Course.objects.get(key=COURSE)
        self.path, self.who = f"/learners/{who}/courses/{COURSE}/quizzes/{QUIZ}", who
        self.turns = itertools.count()

    def begin(self):
        from django.utils import timezone

        from courses.domain import access, attempts

        reader = access.reader(course_key=COURSE, by=self.user)
        return attempts.start(reader=reader, quiz_key=QUIZ, by=self.user, now=timezone.now())

    def next_save(self) -> tuple[int, str, int]:
        """Return position, choice and revision: another choice in each round."""
        turn = next(self.turns)
        revision, position = divmod(turn, ITEMS)
        if turn == 0:
            from courses.domain import attempts

            self.attempt = self.begin()
            attempts.submit(attempt=self.attempt, by=self.user, now=self.attempt.started_at)
            self.attempt = self.begin()
            items = self.attempt.items.select_related("version").order_by("position")
            self.keys = [[one["key"] for one in item.version.data["options"]] for item in items]
        keys = self.keys[position]
        return position + 1, keys[revision % len(keys)], revision

    def save(self) -> object:
        from django.utils import timezone

        from courses.domain import attempts

        position, choice, revision = self.next_save()
        return attempts.save(
            attempt=self.attempt,
            position=position,
            raw={"choice": choice},
            based_on=revision,
            by=self.user,
            now=timezone.now(),
            channel="api",
            idempotency_key=f"d-{position}-{revision}",
        )

    def save_by_api(self, key: str | None = None) -> object:
        position, choice, revision = self.next_save()
        body = {"response": {"choice": choice}, "based_on": revision}
        path = f"/learners/{self.who}/attempts/{self.attempt.uuid}/items/{position}/responses"
        return body_of(self.wsgi.post(path, body, key and f"{key}-{position}-{revision}"))

    def save_with_key(self) -> object:
        return self.save_by_api(key="k")

    def whole(self, attempts) -> object:
        from django.utils import timezone

        attempt = self.begin()
        return attempts.submit(attempt=attempt, by=self.user, now=timezone.now())

    def whole_by_api(self) -> object:
        started = json.loads(body_of(self.wsgi.post(f"{self.path}/attempts", {})))
        path = f"/learners/{self.who}/attempts/{started['attempt']['id']}/submit"
        return body_of(self.wsgi.post(path, {}))


def body_of(answer) -> bytes:
    if not answer.is_done:
        raise SystemExit(f"{answer.status}: {answer.content[:300]!r}")
    return answer.content


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(sys.argv[2])
    else:
        main(*sys.argv[1:2])
