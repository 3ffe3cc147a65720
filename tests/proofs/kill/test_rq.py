"""One of two workers is killed; every step counts once."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.programs import redis
from tests.proofs.kill.server import ROOT
from tests.proofs.kill.test_kill import database, run

PATIENCE_S = 120
POLL_S = 0.2

pytestmark = [
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.proofs,
    pytest.mark.skipif(
        os.name == "nt", reason="needs SQLite and PostgreSQL under gunicorn (POSIX)"
    ),
]


@pytest.fixture
def environment(tmp_path):
    server = redis.program()
    if server is None:
        pytest.skip("no Redis or Valkey server at hand")
    with database(tmp_path) as url, redis.serving(server, tmp_path) as port:
        yield {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.proofs.kill.rq_settings",
            "CXCOURSE_PROFILE": "test",
            "SECRET_KEY": "kill-harness-" + "x" * 50,
            "DATABASE_URL": url,
            "REDIS_PORT": str(port),
            "LOG_LEVEL": "CRITICAL",
            "PYTHONWARNINGS": "ignore",
        }


def worker(environment, log):
    command = [
        sys.executable, "manage.py", "rqworker", "default", "--job-class", "django_tasks_rq.Job",
    ]  # fmt: skip
    with log.open("ab") as out:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True
        )


def kill(one):
    """End a worker and the process in which it does a job, as when its machine is gone."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True)
    pairs = [line.split() for line in listed.stdout.splitlines()]
    children = [int(pid) for pid, parent in pairs if int(parent) == one.pid]
    for pid in (one.pid, *children):
        os.kill(pid, signal.SIGKILL)
    one.wait()
    return len(children)


def say(environment, *command):
    return json.loads(
        run(environment, "-m", "tests.proofs.kill.rq_jobs", *command).splitlines()[-1]
    )


def until(environment, is_so, *command):
    """Look again and again until it is so; return what was seen."""
    end = time.monotonic() + PATIENCE_S
    while not is_so(seen := say(environment, *(command or ("state",)))):
        assert time.monotonic() < end, seen
        time.sleep(POLL_S)
    return seen


def test_a_job_whose_worker_is_killed_is_finished_by_the_other(environment, tmp_path):
    total = 9_000
    run(environment, "-m", "tests.programs.tables")
    say(environment, "queue", str(total))
    workers = [worker(environment, tmp_path / f"{name}.log") for name in ("one", "two")]
    try:
        until(environment, lambda seen: all(job["done"] > 5 for job in seen))
        assert kill(workers[0]) == 1
        seen = until(environment, lambda seen: "done" in [job["state"] for job in seen])
        assert sorted(job["state"] for job in seen) == ["done", "running"]
        seen = until(environment, lambda seen: {job["state"] for job in seen} == {"done"}, "later")
    finally:
        for one in workers:
            if one.poll() is None:
                kill(one)
    steps = [f"step-{number}" for number in range(1, total + 1)]
    assert [job["steps"] for job in seen] == [steps, steps]
    assert sorted(job["tries"] for job in seen) == [1, 2]
    assert sorted(len(job["errors"]) for job in seen) == [0, 1]
