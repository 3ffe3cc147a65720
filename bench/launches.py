"""CPU and statements of an LTI launch: `python -m bench launches [sqlite,postgres]`.

In one process, with the whole middleware, a warm key set, and people who were here before or are
new. *Login* is the request before the platform's answer, *launch* the answer itself, *first page*
the redirect into the session.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit

import django

from bench.server import database, environment, prepare

ROUNDS, WARM = 60, 15
COURSE = "customer-experience"
URL = "https://courses.example/lti/"


def main(engines: str = "sqlite,postgres") -> None:
    for engine in engines.split(","):
        with database(engine) as url, tempfile.TemporaryDirectory() as folder:
            env = {**environment(Path(folder), url), "LTI_URL": URL, "ALLOWED_HOSTS": "*"}
            prepare(env)
            print(f"\n# {engine}", flush=True)
            command = [sys.executable, "-m", "bench.launches", "measure"]
            subprocess.run(command, env=env, check=True)


def measure() -> None:
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from courses.lti import addresses
    from courses.lti import vocabulary as words
    from tests.lti.school import School

    school, warm = School(), Client()
    warm.get("/nothing-here")  # A client makes its own middleware at its first request.
    spent: dict[str, list[float]] = {}

    def note(name: str, number: int, start: int) -> None:
        if number >= WARM:
            spent.setdefault(name, []).append((time.process_time_ns() - start) / 1e6)

    def timed(name: str, number: int, action: Callable[[], Any]) -> Any:
        start = time.process_time_ns()
        answer = action()
        note(name, number, start)
        assert answer.status_code == 302, answer.content.decode()
        return answer

    def form(number: int, sub: str) -> str:
        start = time.process_time_ns()
        asked = school.begin(warm)
        note("login", number, start)
        claims = school.claims(
            asked["nonce"],
            sub=sub,
            **{
                words.CUSTOM: {"cx_course": COURSE},
                words.GRADES: {"scope": [words.SCORE_SCOPE], "lineitem": f"{school.issuer}/1"},
            },
        )
        return urlencode({"state": asked["state"], "id_token": school.sign(claims)})

    def send(body: str) -> Any:
        kind = "application/x-www-form-urlencoded"
        return warm.post(urlsplit(addresses.launch()).path, body, content_type=kind, secure=True)

    for number in range(WARM + ROUNDS):
        for name, sub in (("launch", "known"), ("launch of a new person", f"p{number}")):
            body = form(number, sub)
            answer = timed(name, number, lambda body=body: send(body))
        place = answer.headers["Location"]
        timed("first page", number, lambda place=place: warm.get(place, secure=True))
        warm.cookies.clear()
    with CaptureQueriesContext(connection) as queries:
        send(form(0, "known"))
    own = [one for one in queries if one["sql"].split()[0] in ("SELECT", "INSERT", "UPDATE")]
    print("Milliseconds of CPU in one process: median, least")
    for name, values in spent.items():
        print(f"  {name:28}{median(values):8.2f}{min(values):8.2f}")
    print(f"  queries of login and launch: {len(own)}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure()
    else:
        main(*sys.argv[1:2])
