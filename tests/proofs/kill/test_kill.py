"""After `kill -9` every acknowledged response is stored, and stored once.

Ten learners (in the check five) save through the real address, with session and CSRF token, and
repeat whatever was not answered with the same idempotency key. Random workers are killed, now and
then the whole server. A ledger outside the server says what must be there.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.lengths import length
from tests.proofs.kill.learner import Learner, Ledger
from tests.proofs.kill.server import ROOT, Server

OF_KILLS = [
    pytest.mark.slow,
    pytest.mark.two_lengths,
    pytest.mark.skipif(
        os.name == "nt", reason="needs SQLite and PostgreSQL under gunicorn (POSIX)"
    ),
]
pytestmark = [*OF_KILLS, pytest.mark.database]


WORKERS = 3
PAUSE_S = (0.05, 0.45)
SAVES_BETWEEN = 2
"""Acknowledged between one kill and the next, however slow the machine: kills without work in
between would prove nothing."""


def whole_server_every():
    return length(short=3, long=12)


def client_count():
    return length(short=5, long=10, variable="KILL_CLIENTS")


def kill_count():
    return length(short=3, long=60, variable="KILL_COUNT")


@pytest.fixture
def environment(tmp_path):
    with database(tmp_path) as url:
        yield {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "cxcourse.settings",
            "CXCOURSE_PROFILE": "test",
            "SQLITE_SYNCHRONOUS": "NORMAL",
            "SECRET_KEY": "kill-harness-" + "x" * 50,
            "DATABASE_URL": url,
            "LOG_LEVEL": "CRITICAL",
            "PYTHONWARNINGS": "ignore",
        }


@contextmanager
def database(folder):
    """A database of its own on the engine that this run of the tests is on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'kill.sqlite3'}"
        return
    import psycopg

    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"kill_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(environment, *command, given=""):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def kill_and_kill(server, learners, source):
    """So many kills, each in the middle of work; how many workers, and how many whole servers."""
    workers = servers = wanted = 0
    wake = threading.Event()
    until = time.monotonic() + 120 + 5 * kill_count()
    while workers + servers < kill_count():
        assert time.monotonic() < until, "too slow: give it fewer kills or more time"
        assert all(learner.is_alive() for learner in learners), learners[0].failure
        wake.wait(source.uniform(*PAUSE_S))
        if acknowledged(learners) < wanted:
            continue
        wanted = acknowledged(learners) + SAVES_BETWEEN
        if (workers + servers) % whole_server_every() == whole_server_every() - 1:
            server.kill_everything()
            server.start()
            servers += 1
            continue
        alive = server.workers_now()
        if alive:
            try:
                os.kill(source.choice(alive), signal.SIGKILL)
            except ProcessLookupError:
                continue
            workers += 1
    return workers, servers


def acknowledged(learners):
    return sum(len(learner.ledger.acknowledged) for learner in learners)


def added_up(learners):
    whole = Ledger()
    for learner in learners:
        for name, value in vars(learner.ledger).items():
            setattr(whole, name, getattr(whole, name) + value)
    return whole


def test_no_acknowledged_response_is_lost(environment, tmp_path, capsys):
    run(environment, "-m", "tests.programs.tables")
    world = json.loads(
        run(environment, "-m", "tests.proofs.kill.records", "make", str(client_count()))
    )
    server = Server(environment, workers=WORKERS, log=tmp_path / "server.log")
    stop = threading.Event()
    server.start()
    learners = [Learner(server.port, world["quiz"], who, stop) for who in world["learners"]]
    began = time.monotonic()
    try:
        for learner in learners:
            learner.start()
        workers, servers = kill_and_kill(server, learners, random.Random())
    finally:
        stop.set()
        for learner in learners:
            learner.join(timeout=30)
        server.kill_everything()
    seconds = time.monotonic() - began
    ledger = added_up(learners)
    judged = json.loads(
        run(environment, "-m", "tests.proofs.kill.records", "judge", given=json.dumps(vars(ledger)))
    )

    with capsys.disabled():
        print(  # noqa: T201 - the figures are the point
            f"\n{judged['engine']}, {seconds:.0f} s: {workers} workers and {servers} servers "
            f"killed, {ledger.requests} requests, {ledger.unanswered} unanswered, "
            f"{len(ledger.acknowledged)} saves acknowledged, {len(judged['lost'])} lost, "
            f"{judged['stored_unacknowledged']} stored but not acknowledged, "
            f"{judged['attempts']} attempts, {len(ledger.submitted)} handed in"
        )
    assert [learner.failure for learner in learners if learner.failure] == []
    assert judged["lost"] == []
    assert judged["wrong"] == []
    assert ledger.refused == []
    assert len(ledger.acknowledged) >= SAVES_BETWEEN * (kill_count() - 1)
    assert servers >= kill_count() // whole_server_every()
