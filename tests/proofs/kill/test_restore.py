"""Back up while learners work, lose the database, restore it and go on.

What was acknowledged before the backup began is there again; what a webhook's receiver was sent
before is not sent a second time, and what is repeated carries the id it had.
"""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.outgoing import receiver
from tests.proofs.kill.learner import Learner
from tests.proofs.kill.server import ROOT, Server
from tests.proofs.kill.test_kill import acknowledged, added_up, environment, run

pytestmark = [
    pytest.mark.engines,
    pytest.mark.proofs,
    pytest.mark.skipif(os.name == "nt", reason="needs gunicorn (POSIX)"),
]
__all__ = ["environment"]

CLIENTS = 3
SAVES = 36
"""Acknowledged before the backup; half as many are made, and lost, after it."""
LONGEST_S = 240
SUBSCRIBE = """
import sys, django
django.setup()
from django.utils import timezone
from courses.domain import webhooks
webhooks.register(client=None, url=sys.argv[1], now=timezone.now())
"""
DELIVERED = """
import json, django
django.setup()
from courses.models import Delivery, Event
done = Delivery.objects.filter(state="done").values_list("event__uuid", flat=True)
waiting = Delivery.objects.filter(state="pending").count()
unnumbered = Event.objects.filter(position=None).count()
print(json.dumps([[str(one) for one in done], waiting + unnumbered]))
"""


def delivered(environment):
    """Ids of the deliveries that the database records as delivered, and how many wait."""
    return json.loads(run(environment, "-c", DELIVERED))


def lose_the_database(url):
    if connection.vendor == "sqlite":
        for path in Path(urlsplit(url).path).parent.glob("kill.sqlite3*"):
            path.unlink()
        return
    import psycopg

    name = urlsplit(url).path.strip("/")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')


@contextmanager
def relaying(environment):
    process = subprocess.Popen(
        [sys.executable, "manage.py", "relay", "--pause=0.1"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.kill()
        process.wait()


def until(condition):
    end = time.monotonic() + LONGEST_S
    while not condition():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.2)


def test_acknowledged_responses_survive_backup_and_restore(environment, tmp_path):
    environment["OUTGOING_ALLOW"] = "127.0.0.1"
    file = str(tmp_path / "site.backup")
    # `restore` brings the tables up to date, so that they must be those of the migrations.
    run(environment, "manage.py", "migrate", "-v0")
    world = json.loads(run(environment, "-m", "tests.proofs.kill.records", "make", str(CLIENTS)))
    server = Server(environment, workers=2, log=tmp_path / "server.log")
    stop = threading.Event()
    with receiver.running() as platform:
        run(environment, "-c", SUBSCRIBE, platform.url)
        server.start()
        learners = [Learner(server.port, world["quiz"], who, stop) for who in world["learners"]]
        try:
            with relaying(environment):
                for learner in learners:
                    learner.start()
                until(lambda: acknowledged(learners) >= SAVES and platform.received)
                before = added_up(learners)
                done, _ = delivered(environment)
                run(environment, "manage.py", "backup", file)
                made = acknowledged(learners)
                until(lambda: acknowledged(learners) >= made + SAVES // 2)
        finally:
            stop.set()
            server.kill_everything()
            for learner in learners:
                learner.join(timeout=30)
        lose_the_database(environment["DATABASE_URL"])
        sent_before = bodies(platform)
        run(environment, "manage.py", "restore", file)
        with relaying(environment):
            until(lambda: delivered(environment)[1] == 0)
        again = bodies(platform, since=len(sent_before))

    ledger = vars(before) | {"sent": added_up(learners).sent}
    judged = json.loads(
        run(environment, "-m", "tests.proofs.kill.records", "judge", given=json.dumps(ledger))
    )
    assert len(before.acknowledged) >= SAVES
    assert (judged["lost"], judged["wrong"]) == ([], [])
    assert Path(file).stat().st_mode & 0o777 == 0o600
    assert done
    assert [one for one, _body in again if one in set(done)] == []
    first = dict(sent_before)
    assert [one for one, body in again if first.get(one, body) != body] == []


def bodies(platform, since=0):
    """What arrived: the webhook's id and the body, in order."""
    return [
        ({name.lower(): text for name, text in headers.items()}["webhook-id"], body.decode())
        for headers, body in platform.received[since:]
    ]
