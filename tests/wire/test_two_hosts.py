"""Two hosts serve one site; one is killed in mid-quiz."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.lengths import length
from tests.programs import postgres, redis
from tests.wire import hosts, server

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.proofs]

LEARNERS = ("ada", "grace", "alan")
ITEMS = 2
PATIENCE_S = 120
"""Longer than a request with the key of one that its host never ended is refused: a minute."""
KILLED_AFTER = 20
"""Requests that were answered."""
HOST = "x-host"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[dict[str, str], Any]]:
    program = redis.program()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("needs PostgreSQL")
    if program is None:
        pytest.skip("no Redis or Valkey server at hand")
    if server.NGINX is None:
        pytest.skip("no nginx at hand")
    folder = tmp_path_factory.mktemp("shared")
    url = postgres.new_database(os.environ["DATABASE_URL"], f"two_hosts_{os.getpid()}")
    with hosts.sharing(url, program, folder) as env:
        direct = {**env, "DATABASE_URL": url, "DATABASE_PGBOUNCER": "0"}
        yield env, server.made_records(direct)


@pytest.fixture
def site(shared: Any, tmp_path: Path) -> Iterator[hosts.Hosts]:
    env, _records = shared
    with hosts.running(env, tmp_path) as running:
        yield running


class Learner(threading.Thread):
    """Takes the quiz again and again, and asks again for what got no answer."""

    def __init__(self, name: str, site: hosts.Hosts, records: dict[str, str], rounds: int) -> None:
        super().__init__(daemon=True)
        self.who, self.site, self.records, self.rounds = name, site, records, rounds
        self.course = f"/learners/{name}/courses/{records['course']}"
        self.seen_hosts: list[str] = []
        self.saved: dict[str, dict[int, str]] = {}
        self.count = self.unanswered = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            for _round in range(self.rounds):
                self.sit()
        except BaseException as error:
            self.failure = error

    def sit(self) -> None:
        started = self.ask("POST", f"{self.course}/quizzes/{self.records['quiz']}/attempts", {})
        attempt = started["attempt"]["id"]
        path, saved = f"/learners/{self.who}/attempts/{attempt}", {}
        for turn in range(3 * ITEMS):
            item, choice = turn % ITEMS + 1, "ab"[turn // ITEMS % 2]
            sent = {"based_on": turn // ITEMS, "response": {"choice": choice}}
            answer = self.ask("POST", f"{path}/items/{item}/responses", sent)
            assert answer["revision"] == turn // ITEMS + 1, answer
            saved[item] = choice
        self.ask("POST", f"{path}/submit", {})
        self.saved[attempt] = saved

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer's body; a repeat has the key of the first time."""
        self.count += 1
        headers = {"Idempotency_Key": f"{self.who}-{self.count}"} if method == "POST" else {}
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            answer = api(self.site.port, self.records, method, path, body, **headers)
            if answer is not None and answer.status < 300:
                self.seen_hosts.append(answer.headers[HOST])
                return answer.body
            # A request in flight on the host that died is known to the cache for a while.
            is_repeated = answer is None or answer.status in {502, 504} or in_flight(answer)
            assert is_repeated, (answer.status, answer.content)
            self.unanswered += 1
            time.sleep(0.1)
        raise AssertionError(f"no answer to {path}")


def in_flight(answer: server.Answer) -> bool:
    return answer.status == 409 and answer.body["code"] == "in_flight"


def api(
    port: int, records: dict[str, str], method: str, path: str, body: Any = None, **more: str
) -> server.Answer | None:
    sent = b"" if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {records['key']}", "Content_Type": "application/json"}
    try:
        return server.ask(port, method, f"/api/v1{path}", sent, **headers, **more)
    except (OSError, http.client.HTTPException):
        return None


def test_a_host_that_is_killed_in_mid_quiz_loses_nothing(shared: Any, site: hosts.Hosts) -> None:
    _env, records = shared
    rounds = length(short=3, long=10)
    learners = [Learner(name, site, records, rounds) for name in LEARNERS]
    for one in learners:
        one.start()
    until = time.monotonic() + PATIENCE_S
    while sum(len(one.seen_hosts) for one in learners) < KILLED_AFTER:
        assert time.monotonic() < until
        time.sleep(0.02)
    site.kill(1)
    for one in learners:
        one.join(PATIENCE_S * 3)
        assert one.failure is None, one.failure

    assert set(site.names) <= {host for one in learners for host in one.seen_hosts}
    for one in learners:
        path = f"/learners/{one.who}/attempts"
        listed = one.ask("GET", f"{one.course}/quizzes/{records['quiz']}/attempts")["results"]
        found = {row["id"]: row for row in listed}
        assert found.keys() == one.saved.keys()
        assert {row["state"] for row in found.values()} == {"graded"}
        for attempt, saved in one.saved.items():
            items = one.ask("GET", f"{path}/{attempt}/review")["items"]
            assert {item["position"]: item["response"]["choice"] for item in items} == saved


def sign_in(port: int, records: dict[str, str]) -> str:
    """Return the cookies of a session that began on one host."""
    _status, cookie, page = ask(port, "GET", "/account/sign-in/")
    token = page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = {"csrfmiddlewaretoken": token, "username": "admin", "password": records["password"]}
    status, cookies, _page = ask(port, "POST", "/account/sign-in/", cookie, urlencode(form))
    assert status == 302
    return cookies


def ask(
    port: int, method: str, path: str, cookies: str = "", form: str | None = None
) -> tuple[int, str, str]:
    """Return the status, the cookies that were set, and the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.request(method, path, form, {"Content-Type": FORM, "Cookie": cookies})
        answer = connection.getresponse()
        made = [one.partition(";")[0] for one in answer.headers.get_all("Set-Cookie") or []]
        return answer.status, "; ".join(made), answer.read().decode()


def test_a_session_is_that_of_every_host_and_ends_on_every_host(
    shared: Any, site: hosts.Hosts
) -> None:
    _env, records = shared
    cookies = sign_in(site.one[0], records)
    for port in site.one:
        assert ask(port, "GET", "/account/", cookies)[0] == 200
    token = dict(one.split("=", 1) for one in cookies.split("; "))["csrftoken"]
    form = urlencode({"csrfmiddlewaretoken": token})
    assert ask(site.one[1], "POST", "/account/sign-out/", cookies, form)[0] == 302
    for port in site.one:
        assert ask(port, "GET", "/account/", cookies)[0] == 302


def test_limits_count_what_comes_to_all_hosts_together(site: hosts.Hosts) -> None:
    answers = [
        server.ask(
            site.port, "GET", "/api/v1/courses", source="127.0.0.9", Authorization="Bearer cxk_0_0"
        )
        for _number in range(25)
    ]
    assert len({answer.headers[HOST] for answer in answers}) == 2
    assert [answer.status for answer in answers].count(429) == 5


def test_a_change_on_one_host_is_seen_on_the_other_at_once(shared: Any, site: hosts.Hosts) -> None:
    """What a host keeps in memory is named by the course's revision."""
    env, records = shared
    path = f"/courses/{records['course']}"
    for title in ("First title", "Second title", "Third title"):
        code = (
            "import django; django.setup(); from courses.models import Course;"
            f"Course.objects.filter(key={records['course']!r}).update(title={title!r});"
            "Course.objects.touch()"
        )
        subprocess.run([sys.executable, "-c", code], cwd=server.ROOT, env=env, check=True)
        found = [api(site.port, records, "GET", path) for _request in range(4)]
        assert {answer.headers[HOST] for answer in found if answer} == set(site.names)
        assert [answer.body["title"] for answer in found if answer] == [title] * 4
