"""Is the site as quick with a million attempts: `python -m bench growth [--databases postgres]`.

In a database of its own, every page, list, search, order, filter and export is called with a few
hundred learners and again with 50,000 who have made a million attempts. Those that take more than
1.3 times as long and more than 0.2 s are printed with their queries and the time spent in the
database; then the exit code is 1. What is about all learners of a course is compared per learner.

`--build` (prints a key), `--fill LEARNERS ATTEMPTS` and `--measure KEY` are its steps, in the site
of the environment.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import django

from bench.server import database, environment, prepare

SMALL = 200
EACH = 20
RATIO, QUICK = 1.3, 0.2
CALLS = 3
SLOW = 3.0
"""Seconds after which a page is not called again."""
Figures = dict[str, dict[str, Any]]


def main(arguments: Sequence[str]) -> None:
    options = _options(arguments)
    if options.fill:
        _in_site().fill(*options.fill)
    elif options.build:
        print(_in_site().build())
    elif options.measure:
        _in_site()
        print(json.dumps(measure(options.measure, options.only)))
    else:
        slow = [_compare(options, engine) for engine in options.databases.split(",")]
        raise SystemExit(1 if any(slow) else 0)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench growth", description=__doc__)
    parser.add_argument("--databases", default="postgres")
    parser.add_argument("--learners", type=int, default=50_000)
    parser.add_argument("--attempts", type=int, default=1_000_000)
    parser.add_argument("--only", default="", help="names that contain this")
    parser.add_argument("--all", action="store_true", help="print every page")
    parser.add_argument("--build", action="store_true")
    parser.add_argument("--fill", nargs=2, type=int)
    parser.add_argument("--measure", metavar="KEY")
    return parser.parse_args(arguments)


def _compare(options: argparse.Namespace, engine: str) -> bool:
    """Measure a small and a large site; return whether anything is too slow."""
    with database(engine) as url, tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), url)
        prepare(env)
        key = _run(env, "--build").split()[-1]
        _run(env, "--fill", SMALL, SMALL * EACH)
        small = _figures(env, key, options.only)
        _run(env, "--fill", options.learners, options.attempts, shows=True)
        large = _figures(env, key, options.only)
    print(f"\n# {engine}: {options.learners:,} learners, {options.attempts:,} attempts")
    return report(small, large, shows_all=options.all)


def _run(env: Mapping[str, str], *arguments: object, shows: bool = False) -> str:
    command = [sys.executable, "-m", "bench.growth", *map(str, arguments)]
    out = None if shows else subprocess.PIPE
    done = subprocess.run(command, env=dict(env), check=True, text=True, stdout=out)
    return done.stdout or ""


def _figures(env: Mapping[str, str], key: str, only: str) -> Figures:
    found: Figures = json.loads(_run(env, "--measure", key, "--only", only))
    return found


def report(small: Figures, large: Figures, *, shows_all: bool = False) -> bool:
    """Print a line for each page that grows, or for all; return whether one does."""
    grown = [name for name, after in large.items() if _grows(small.get(name), after)]
    print(f"{'page':50} {'queries':>11} {'database ms':>17} {'wall ms':>17}")
    for name in large if shows_all else grown:
        before = small.get(name, dict.fromkeys(("queries", "database", "wall"), 0))
        columns = [
            f"{before['queries']:5} {large[name]['queries']:5}",
            *(f"{before[one]:8.0f} {large[name][one]:8.0f}" for one in ("database", "wall")),
        ]
        print(f"{name:50} {' '.join(columns)}{' *' if name in grown else ''}")
    print(f"{len(large) - len(grown)} of {len(large)} are flat or take at most {QUICK} s.")
    return bool(grown)


def _grows(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> bool:
    if before is None or after["wall"] <= QUICK * 1000:
        return before is None
    return bool(after["wall"] / after["per"] > RATIO * before["wall"] / before["per"])


def _in_site() -> Any:
    django.setup()
    from bench import growth_site

    return growth_site


def measure(key: str, only: str) -> Figures:
    """Return queries and milliseconds of each page: the quickest of a few calls."""
    from django.conf import settings

    from bench.growth_pages import addresses
    from courses.models import Enrolment

    settings.ALLOWED_HOSTS = ["*"]
    learners, found, clients = Enrolment.objects.count(), {}, {}
    for one in addresses():
        if only not in one.name:
            continue
        if one.user not in clients:
            clients[one.user] = _client(one.user, key)
        per = learners if one.is_whole else 1
        found[one.name] = _best(getattr(clients[one.user], one.method), one.url) | {"per": per}
        if sys.stderr.isatty():
            print(f"\r{len(found)} pages, {one.name:60}", end="", file=sys.stderr, flush=True)
    return found


def _client(user: str | None, key: str) -> Any:
    from django.contrib.auth import get_user_model
    from django.test import Client

    if user is None:
        return Client(headers={"Authorization": f"Bearer {key}"})
    client = Client()
    client.force_login(get_user_model().objects.get(username=user))
    return client


def _best(call: Callable[[str], Any], url: str) -> dict[str, Any]:
    """Return the quickest of a few calls; what is quick enough is called once."""
    best = _spent(call, url)
    for _call in range(CALLS):
        if QUICK * 1000 < best["wall"] < SLOW * 1000:
            best = min(best, _spent(call, url), key=lambda one: one["wall"])
    return best


def _spent(call: Callable[[str], Any], url: str) -> dict[str, Any]:
    from django.db import connection

    queries: list[float] = []
    started = time.perf_counter()
    with connection.execute_wrapper(_timing(queries)):
        answer = call(url)
        if answer.streaming:
            for _part in answer.streaming_content:
                pass
    wall = 1000 * (time.perf_counter() - started)
    if answer.status_code != HTTPStatus.OK:
        raise SystemExit(f"{url} answers {answer.status_code}.")
    return {"queries": len(queries), "database": 1000 * sum(queries), "wall": wall}


def _timing(queries: list[float]) -> Callable[..., Any]:
    def execute(run: Callable[..., Any], sql: str, *more: Any) -> Any:
        started = time.perf_counter()
        try:
            return run(sql, *more)
        finally:
            queries.append(time.perf_counter() - started)

    return execute


if __name__ == "__main__":
    main(sys.argv[1:])
