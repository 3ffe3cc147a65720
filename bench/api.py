"""Measure the API: `python -m bench api [--databases sqlite,postgres] [--learners 200]`.

Prints, for real requests over HTTP to two workers, how many are answered in a second and what each
costs the server; then a class that answers a quiz all at once, and what became of every response;
then what the API costs above the domain call that it makes.
"""

import argparse
import http.client
import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.platform import COURSE, LESSON, QUIZ
from bench.seed import ITEMS
from bench.server import Server, database, environment, prepare, serving

PEOPLE = 1000
CLIENTS = 4
CLASS_CLIENTS = 16
REQUESTS, WARM = 200, 40
CATALOGUE = {
    "course": f"/courses/{COURSE}",
    "lesson list": f"/courses/{COURSE}/lessons",
    "one lesson": f"/courses/{COURSE}/lessons/{LESSON}",
}

Ask = Callable[["Caller", int], object]


def main(arguments: list[str]) -> None:
    options = _options(arguments)
    for engine in options.databases.split(","):
        with database(engine) as url, tempfile.TemporaryDirectory() as folder:
            env = environment(Path(folder), url)
            prepare(env)
            seed = [sys.executable, "-m", "bench.platform", str(max(PEOPLE, options.learners))]
            key = json.loads(subprocess.check_output(seed, env=env))["key"]
            print(f"\n# API on {engine}")
            with serving(env) as server:
                _requests(server, key)
                _class(server, key, options.learners)
            subprocess.run([sys.executable, "-m", "bench.overhead", key], env=env, check=True)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench api", description=__doc__)
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--learners", type=int, default=200, help="that answer at once")
    return parser.parse_args(arguments)


@dataclass
class Caller:
    """A platform's program; `times` are the milliseconds of each request that it made."""

    port: int
    key: str
    times: dict[str, list[float]] = field(default_factory=dict)

    def ask(
        self, step: str, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, Any]:
        given = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        given |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = None if body is None else json.dumps(body)
        start = time.perf_counter()
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
            line.request(method, f"/api/v1{path}", sent, given)
            answer = line.getresponse()
            text = answer.read()
        self.times.setdefault(step, []).append((time.perf_counter() - start) * 1000)
        if answer.status >= 400:
            raise SystemExit(f"{method} {path} answered {answer.status}: {text[:300]!r}")
        return answer, json.loads(text) if text else None


def _requests(server: Server, key: str) -> None:
    print(f"{CLIENTS} clients: requests/s, ms p50/p95, CPU ms of the server for each")
    etags: dict[str, str] = {}
    caller = Caller(server.port, key)
    for name, path in CATALOGUE.items():
        etags[name] = str(caller.ask(name, "GET", path)[0].headers["ETag"])
        _measure(
            server, key, name, lambda who, _n, path=path, name=name: who.ask(name, "GET", path)
        )
    for name, path in CATALOGUE.items():
        tag, step = etags[name], f"{name}, unchanged"
        _measure(
            server,
            key,
            step,
            lambda who, _n, p=path, s=step, t=tag: who.ask(s, "GET", p, If_None_Match=t),
        )
    _measure(server, key, f"progress of {PEOPLE}, in pages", _whole_cohort, count=8, warm=1)
    _attempts(server, key)


def _attempts(server: Server, key: str) -> None:
    """Measure starts of so many learners, their saves with a key, their submits."""
    sittings = [Sitting(f"l-{number}") for number in range(REQUESTS // 10)]
    saves = list(itertools.product(sittings, range(1, ITEMS // 2 + 1)))
    calls: dict[str, tuple[Ask, int]] = {
        "start (20 items)": (lambda who, n: sittings[n].start(who), len(sittings)),
        "save": (lambda who, n: saves[n][0].save(who, saves[n][1]), len(saves)),
        "submit (20 items)": (lambda who, n: sittings[n].submit(who), len(sittings)),
    }
    for name, (ask, count) in calls.items():
        _measure(server, key, name, ask, count=count, warm=0)


def _whole_cohort(who: Caller, _number: int) -> None:
    path, seen = f"/courses/{COURSE}/progress?limit=100", 0
    while path:
        body = who.ask("page", "GET", path)[1]
        seen += len(body["results"])
        path = (body["next"] or "").partition("/api/v1")[2]
    if seen < PEOPLE:
        raise SystemExit(f"only {seen} learners in the list")


class Sitting:
    """A learner in one attempt at the quiz of single choices."""

    def __init__(self, who: str) -> None:
        self.path, self.who = f"/learners/{who}/courses/{COURSE}/quizzes/{QUIZ}", who
        self.acknowledged: dict[int, Any] = {}

    def start(self, caller: Caller) -> None:
        body = caller.ask("start", "POST", f"{self.path}/attempts", {}, Idempotency_Key="s")[1]
        self.attempt = f"/learners/{self.who}/attempts/{body['attempt']['id']}"
        self.choices = {
            item["position"]: item["content"]["options"][0]["key"] for item in body["items"]
        }

    def save(self, caller: Caller, position: int) -> None:
        response = {"choice": self.choices[position]}
        path = f"{self.attempt}/items/{position}/responses"
        body = {"response": response, "based_on": 0}
        answer = caller.ask("save", "POST", path, body, Idempotency_Key=f"r{position}")[1]
        if answer["revision"] == 1:
            self.acknowledged[position] = response

    def lost(self, caller: Caller) -> int:
        """Return the number of acknowledged responses that are not stored."""
        items = caller.ask("read", "GET", self.attempt)[1]["items"]
        stored = {item["position"]: item["response"] for item in items}
        return sum(stored[place] != response for place, response in self.acknowledged.items())

    def submit(self, caller: Caller) -> None:
        caller.ask("submit", "POST", f"{self.attempt}/submit", {}, Idempotency_Key="e")

    def whole(self, caller: Caller) -> int:
        self.start(caller)
        for position in self.choices:
            self.save(caller, position)
        lost = self.lost(caller)
        self.submit(caller)
        return lost


def _measure(
    server: Server, key: str, name: str, ask: Ask, *, count: int = REQUESTS, warm: int = WARM
) -> None:
    """Measure so many requests, made by all clients at once."""
    alone = Caller(server.port, key)
    for number in range(warm):
        ask(alone, number)
    callers = [Caller(server.port, key) for _ in range(CLIENTS)]
    before, start = server.cpu_ms(), time.perf_counter()
    _together(callers, range(count), ask)
    seconds, cpu = time.perf_counter() - start, server.cpu_ms() - before
    times = [one for caller in callers for rows in caller.times.values() for one in rows]
    made = len(times)
    print(f"  {name:32}{made / seconds:7.0f}/s {_quantiles(times):>9}{cpu / made:8.2f}")


def _class(server: Server, key: str, learners: int) -> None:
    sittings = [Sitting(f"l-{PEOPLE - 1 - number}") for number in range(learners)]
    callers = [Caller(server.port, key) for _ in range(CLASS_CLIENTS)]
    lost: list[int] = []
    before, start = server.cpu_ms(), time.perf_counter()
    _together(callers, range(learners), lambda who, n: lost.append(sittings[n].whole(who)))
    seconds, cpu = time.perf_counter() - start, server.cpu_ms() - before
    print(f"{learners} learners × {ITEMS} responses, {CLASS_CLIENTS} at once: {seconds:.0f} s")
    made = 0
    for step in ("start", "save", "read", "submit"):
        times = [one for caller in callers for one in caller.times.get(step, ())]
        made += len(times)
        print(f"  {step:32}{len(times):7} ms p50/p95 {_quantiles(times)}")
    stored = sum(len(one.acknowledged) for one in sittings)
    print(f"  {cpu / made:.1f} CPU ms a request, {made / seconds:.0f} requests/s; ", end="")
    print(f"{stored} responses acknowledged, {sum(lost)} lost")


def _together(callers: list[Caller], numbers: Iterable[int], ask: Ask) -> None:
    """Run the calls in all callers: each takes the next number until none is left."""
    left, lock = iter(numbers), threading.Lock()

    def work(caller: Caller) -> None:
        while True:
            with lock:
                number = next(left, None)
            if number is None:
                return
            ask(caller, number)

    with ThreadPoolExecutor(len(callers)) as pool:
        for job in [pool.submit(work, caller) for caller in callers]:
            job.result()


def _quantiles(values: list[float]) -> str:
    ordered = sorted(values)
    return f"{median(ordered):.0f}/{ordered[int(len(ordered) * 0.95)]:.0f}"
