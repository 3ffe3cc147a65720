"""Run beside the server, with the server's settings: makes the learners, later judges the records.

python -m tests.proofs.kill.records make 12        learners and their sessions as JSON
python -m tests.proofs.kill.records judge < ledger  what is there and what is wrong as JSON
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from courses.models import Attempt, AttemptItem, Event, Grading, Response  # noqa: E402
from tests.factories import (  # noqa: E402
    ESSAY,
    add_item,
    make_learner,
    make_question,
    make_quiz,
)

ITEMS = 3


def make(count: int) -> dict[str, Any]:
    quiz = make_quiz(questions=0, kind="practice", shuffle_items=False)
    for position in range(1, ITEMS + 1):
        question = make_question(quiz.module, kind="essay", data=ESSAY)
        add_item(quiz, question, position=position)
    learners = []
    for _ in range(count):
        learner = make_learner(quiz.course)
        client = Client()
        client.force_login(learner.user)
        learners.append(
            {
                "user": learner.user_id,
                "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
            }
        )
    return {"quiz": f"/courses/{quiz.course.key}/quizzes/{quiz.key}/", "learners": learners}


def judge(ledger: dict[str, Any]) -> dict[str, Any]:
    """`wrong` lists every broken promise; the ledger was kept on the clients' side alone."""
    sent = {tuple(one[:3]): one[3:] for one in ledger["sent"]}  # attempt, position, key
    rows = Response.objects.select_related("item__attempt__enrolment")
    stored: dict[tuple[str, int], list[Response]] = {}
    wrong = []
    for row in rows.order_by("revision"):
        place = (str(row.item.attempt.uuid), row.item.position)
        stored.setdefault(place, []).append(row)
        user, text = sent.get((*place, row.idempotency_key), (None, None))
        owner = row.item.attempt.enrolment.user_id
        if (row.by_id, owner, row.value) != (user, user, {"text": text}):
            wrong.append(f"never sent like this: {place} {row.revision}")
    lost = [one for one in ledger["acknowledged"] if not _is_there(stored, one)]
    wrong += [f"revisions: {place}" for place, log in stored.items() if not _is_whole(log)]
    wrong += [text for attempt in Attempt.objects.all() for text in _wrong_with(attempt)]
    wrong += _numbers() + _submissions(ledger["submitted"])
    acknowledged = {(one[0], one[1], one[2]) for one in ledger["acknowledged"]}
    return {
        "stored": sum(map(len, stored.values())),
        "stored_unacknowledged": sum(
            (*place, row.revision) not in acknowledged
            for place, log in stored.items()
            for row in log
        ),
        "attempts": Attempt.objects.count(),
        "lost": lost,
        "wrong": wrong + _integrity(),
        "engine": f"{connection.vendor} {connection.Database.__name__}",
        "at": timezone.now().isoformat(),
    }


def _is_there(stored: dict[tuple[str, int], list[Response]], one: list[Any]) -> bool:
    uuid, position, revision, text = one
    log = stored.get((uuid, position), [])
    return any(row.revision == revision and row.value == {"text": text} for row in log)


def _is_whole(log: list[Response]) -> bool:
    return [row.revision for row in log] == list(range(1, len(log) + 1))


def _wrong_with(attempt: Attempt) -> list[str]:
    """A summary that is not its log, an event too many, a judgement of another response."""
    found = []
    uuid = str(attempt.uuid)
    for kind, count in (("started", 1), ("submitted", int(not attempt.is_open))):
        if Event.objects.filter(type=f"attempt.{kind}", data__attempt=uuid).count() != count:
            found.append(f"events {kind}: {uuid}")
    for item in AttemptItem.objects.filter(attempt=attempt):
        last = item.responses.order_by("revision").last()
        if (item.revision, item.value) != (last.revision if last else 0, last and last.value):
            found.append(f"summary: {uuid} {item.position}")
        judged = Grading.objects.filter(item=item)
        if not attempt.is_open and [row.response for row in judged] != [last]:
            found.append(f"judged something else: {uuid} {item.position}")
    return found


def _numbers() -> list[str]:
    found: dict[int, list[Attempt]] = {}
    for attempt in Attempt.objects.order_by("number"):
        found.setdefault(attempt.enrolment_id, []).append(attempt)
    return [
        f"numbers of {key}"
        for key, rows in found.items()
        if [row.number for row in rows] != list(range(1, len(rows) + 1))
        or sum(row.is_open for row in rows) > 1
    ]


def _submissions(uuids: list[str]) -> list[str]:
    still_open = Attempt.objects.open().filter(uuid__in=uuids)
    return [f"submitted and open: {row.uuid}" for row in still_open]


def _integrity() -> list[str]:
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        answer = cursor.execute("PRAGMA integrity_check").fetchone()[0]
    return [] if answer == "ok" else [answer]


if __name__ == "__main__":
    action = sys.argv[1]
    answer = make(int(sys.argv[2])) if action == "make" else judge(json.load(sys.stdin))
    json.dump(answer, sys.stdout)
