"""After `kill -9` in a correction, or in undoing it, every learner is corrected once."""

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

pytestmark = [*OF_KILLS, pytest.mark.database, pytest.mark.proofs]


def kills():
    return length(short=1, long=10, variable="KILL_COUNT")


def test_a_correction_and_its_undoing_survive_their_workers(environment):
    source = random.Random()
    learners = 12 * (kills() + 1)
    run(environment, "-m", "tests.programs.tables")
    applied = survived(environment, learners, "apply", source)
    assert (applied["state"], applied["outcomes"]) == ("applied", learners)
    assert (applied["gradings"], applied["percents"]) == (learners, [100])
    assert applied["differences"] == []

    undone = survived(environment, learners, "undo", source)
    assert (undone["state"], undone["outcomes"]) == ("undone", learners)
    assert (undone["gradings"], undone["percents"]) == (2 * learners, [67])
    assert undone["differences"] == []


def survived(environment, learners, what, source):
    """Kill workers of the correction one after the other, let one end, return what is left."""
    command = ["-m", "tests.proofs.kill.regrades", str(learners), what]
    done = 0
    for number in range(kills()):
        done = work_and_kill(environment, command, 12 * number + source.randint(1, 10), source)
    assert done < learners
    return json.loads(run(environment, *command).splitlines()[-1])


def work_and_kill(environment, command, beyond, source):
    """Let a worker go until so many learners are done, and kill it in one of the next steps."""
    worker = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    done = 0
    try:
        while done < beyond:
            line = worker.stdout.readline()
            assert line, "the worker ended by itself"
            done = int(line)
        time.sleep(source.uniform(0, 0.02))  # Somewhere within a step.
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()
    return done
