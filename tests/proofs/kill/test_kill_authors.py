"""After `kill -9` between two saves every author has the last text that was acknowledged."""

import json
import random
import threading

import pytest

from tests.proofs.kill.authors import BODY, Author
from tests.proofs.kill.server import Server
from tests.proofs.kill.test_kill import (
    OF_KILLS,
    SAVES_BETWEEN,
    environment,
    kill_and_kill,
    kill_count,
    run,
)

__all__ = ["environment"]

pytestmark = [*OF_KILLS, pytest.mark.engines]

AUTHORS = 3
WORKERS = 2


def test_the_last_acknowledged_text_of_every_author_is_kept(environment, tmp_path):
    run(environment, "-m", "tests.programs.tables")
    world = json.loads(run(environment, "-m", "tests.proofs.kill.authors", "make", str(AUTHORS)))
    server = Server(environment, workers=WORKERS, log=tmp_path / "server.log")
    stop = threading.Event()
    server.start()
    authors = [Author(server.port, world["page"], who, stop) for who in world["authors"]]
    try:
        for author in authors:
            author.start()
        kill_and_kill(server, authors, random.Random())
    finally:
        stop.set()
        for author in authors:
            author.join(timeout=30)
        server.kill_everything()
    judged = json.loads(run(environment, "-m", "tests.proofs.kill.authors", "judge"))

    assert [author.failure for author in authors if author.failure] == []
    assert [author.ledger.refused for author in authors if author.ledger.refused] == []
    drafts = {user: (number, text) for user, number, text in judged["drafts"]}
    assert len(judged["drafts"]) == len(drafts)  # No save made a second draft.
    # On a busy machine the others may have saved so often before one of them came to it.
    for author in (one for one in authors if one.ledger.acknowledged):
        user, last, _text = author.ledger.acknowledged[-1]
        number, text = drafts[user]
        assert number in (last, last + 1)  # One more may be stored and not acknowledged.
        assert text == BODY.format(user=user, number=number)
    assert judged["published"] == "Published."
    saves = sum(len(author.ledger.acknowledged) for author in authors)
    assert saves >= SAVES_BETWEEN * (kill_count() - 1)
