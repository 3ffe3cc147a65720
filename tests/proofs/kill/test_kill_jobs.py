"""After `kill -9` of its worker a job goes on; every step counts once."""

import json
import random
import subprocess
import sys
import time

import pytest

from tests.lengths import length
from tests.proofs.kill.server import ROOT
from tests.proofs.kill.test_kill import OF_KILLS, environment, run

__all__ = ["environment"]

pytestmark = [*OF_KILLS, pytest.mark.engines]


def kills():
    return length(short=1, long=40, variable="KILL_COUNT")


def test_every_step_of_a_job_whose_worker_is_killed_counts_once(environment):
    source = random.Random()
    total = 30 * (kills() + 1)
    run(environment, "-m", "tests.programs.tables")
    done = 0
    for _number in range(kills()):
        done = work_and_kill(environment, total, beyond=done + source.randint(1, 25), source=source)
    lines = run(environment, "-m", "tests.proofs.kill.jobs", str(total)).splitlines()
    judged = json.loads(lines[-1])

    assert (judged["state"], judged["done"]) == ("done", total)
    assert judged["steps"] == [f"step-{number}" for number in range(1, total + 1)]
    assert judged["tries"] > kills()
    assert set(judged["errors"]) <= {"Its worker was stopped."}


def work_and_kill(environment, total, *, beyond, source):
    """Let a worker do its steps until so many are stored, and kill it in one of the next."""
    command = [sys.executable, "-m", "tests.proofs.kill.jobs", str(total)]
    pipe = subprocess.PIPE
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, text=True)
    done = 0
    try:
        while done < beyond:
            line = worker.stdout.readline()
            assert line, "the worker ended by itself"
            done = int(line)
        time.sleep(source.uniform(0, 0.01))  # Somewhere within a step.
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()
    return done
