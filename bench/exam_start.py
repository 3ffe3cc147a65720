"""Measure an exam that opens for everybody: `python -m bench exam_start [--learners 1000]`.

So many learners, who are signed in, press Start within ten seconds, each tenth of them twice at
once. Prints errors, attempts that are double, and how long an answer took, counted from the moment
at which the button was pressed; the clients run on the same machine as the site.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from bench.accounting import Meter
from bench.browser import Browser
from bench.client import Wrong
from bench.server import Server, database, environment, prepare, serving

COURSE = "customer-experience"
QUIZ = "bench-quiz"
TWICE_EACH = 10
CLIENTS = 256
"""Most requests at the same time; others wait, and the wait counts as part of their time."""
TOKEN = "b" * 32


@dataclass(frozen=True)
class Press:
    """One press of the button: when, counted from the opening, and by whom."""

    at: float
    learner: int


@dataclass(frozen=True)
class Outcome:
    press: Press
    seconds: float
    attempt: str
    error: str = ""


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    for engine in options.databases.split(","):
        with database(engine) as url, tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepare(env)
            seat = json.loads(_run(env, "seed", str(options.learners)))
            with serving(env, name=engine) as server:
                _measure(server, seat, options)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench exam_start", description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10, help="in which all of them press")
    return parser.parse_args(arguments)


def _run(env: Any, *arguments: str) -> bytes:
    command = [sys.executable, "-m", "bench.exam_start", *arguments]
    return subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE).stdout


def _measure(server: Server, seat: dict[str, Any], options: argparse.Namespace) -> None:
    rooms = [_browser(server, seat, session) for session in seat["sessions"]]
    for warm in rooms[options.learners :]:  # as many as the workers have threads, and more
        _press(warm)
    presses = _presses(options.learners, options.seconds)
    meter, before = Meter(server.meter.roots), server.meter.read()
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        waiting = [pool.submit(_outcome, rooms[one.learner], one, begun) for one in presses]
        outcomes = [one.result() for one in waiting]
    seconds, spent = time.perf_counter() - begun, meter.since(before)
    stored = json.loads(_run(server.env, "count", str(options.learners)))
    _report(server.name, outcomes, seconds, spent, stored)


def _presses(learners: int, seconds: float) -> list[Press]:
    """Return when each of them presses, the earliest first; every tenth does it twice."""
    source = Random(7)
    single = [Press(source.uniform(0, seconds), number) for number in range(learners)]
    return sorted([*single, *single[::TWICE_EACH]], key=lambda one: one.at)


def _browser(server: Server, seat: dict[str, Any], session: str) -> Browser:
    return Browser(server, cookies={seat["session"]: session, seat["csrf"]: TOKEN})


def _press(browser: Browser) -> str:
    """Press Start on a connection of its own; return the address of the attempt."""
    with Browser(browser.server, cookies=dict(browser.cookies)) as own:
        return own.post("start", f"/courses/{COURSE}/quizzes/{QUIZ}/start/", {}, to="/")


def _outcome(browser: Browser, press: Press, begun: float) -> Outcome:
    time.sleep(max(0.0, begun + press.at - time.perf_counter()))
    attempt = error = ""
    try:
        attempt = _press(browser)
        if "/attempts/" not in attempt:
            error = f"led to {attempt}"
    except (Wrong, OSError) as problem:
        error = f"{type(problem).__name__}: {str(problem)[:200]}"
    return Outcome(press, time.perf_counter() - begun - press.at, attempt, error)


def _report(
    name: str,
    outcomes: Sequence[Outcome],
    seconds: float,
    spent: dict[str, float],
    stored: dict[str, int],
) -> None:
    times = sorted(one.seconds for one in outcomes)
    errors = [one.error for one in outcomes if one.error]
    ways: dict[int, set[str]] = {}
    for one in outcomes:
        ways.setdefault(one.press.learner, set()).add(one.attempt)
    parted = sum(len(found) > 1 for found in ways.values())
    cost = ", ".join(f"{group} {ms / len(outcomes):.1f}" for group, ms in spent.items())
    print(f"\n# {name}: {len(ways)} learners, {len(outcomes)} presses, {seconds:.1f} s")
    print(
        f"p50 {times[len(times) // 2]:.2f} s, p95 {times[int(len(times) * 0.95)]:.2f} s, ", end=""
    )
    print(f"longest {times[-1]:.2f} s; CPU ms of each: {cost}")
    print(f"errors {len(errors)}, learners led to two attempts {parted}; stored: ", end="")
    print(", ".join(f"{what} {number}" for what, number in stored.items()))
    for error in errors[:3]:
        print(f"  {error}")


WARM = 16


def seed(learners: int) -> dict[str, Any]:
    """Make learners of the course who are signed in; return the names and values of cookies."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from bench import seed as rows
    from courses.models import Enrolment

    rows.main(learners + WARM)
    found = Enrolment.objects.filter(course__key=COURSE, user__username__startswith="bench-")
    sessions = []
    for one in found.select_related("user").order_by("pk"):
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(one.user.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = one.user.get_session_auth_hash()
        session.create()
        sessions.append(session.session_key)
    names = {"session": settings.SESSION_COOKIE_NAME, "csrf": settings.CSRF_COOKIE_NAME}
    return {**names, "sessions": sessions}


def count() -> dict[str, int]:
    """Return what is stored of the quiz: attempts, those that are double, and their items."""
    from courses.models import Attempt, AttemptItem

    found = Attempt.objects.filter(quiz__key=QUIZ)
    return {
        "attempts": found.count(),
        "double": found.filter(number__gt=1).count(),
        "items": AttemptItem.objects.filter(attempt__in=found).count(),
    }


if __name__ == "__main__":
    if sys.argv[1:2] in (["seed"], ["count"]):
        import django

        django.setup()
        number = int(sys.argv[2])
        print(json.dumps(seed(number) if sys.argv[1] == "seed" else count()))
    else:
        main()
