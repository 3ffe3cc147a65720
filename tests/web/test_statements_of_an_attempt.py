"""Starting, saving and handing in twenty questions take these statements and no others.

BEGIN and COMMIT count; the checks of foreign keys that PostgreSQL runs by itself are not seen here.
"""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.seat import Seat

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
]

QUESTIONS = 20
WHO_ASKS = ("session", "user", "preferences")
"""Tables that say who sent the request; they count, but are not part of the lists below."""

LOCK_ATTEMPT = "LOCK attempt"
START = [
    "SELECT enrolment",
    "SELECT quiz",
    "BEGIN",
    "LOCK enrolment",
    "SELECT attempt",
    "SELECT enrolment",
    "SELECT lineitemrule",
    "INSERT attempt",
    "INSERT event",
    "INSERT attemptitem",
    "COMMIT",
]
FORM = [
    "SELECT attempt",
    "BEGIN",
    LOCK_ATTEMPT,
    "SELECT attemptitem",
    "INSERT response",
    "UPDATE attemptitem",
    "COMMIT",
]
SAVE = ["BEGIN", LOCK_ATTEMPT, *FORM[3:]]
FINISH = [
    "SELECT attempt",
    "BEGIN",
    "LOCK enrolment",
    LOCK_ATTEMPT,
    "SELECT attemptitem",
    "INSERT grading",
    "UPDATE attemptitem",
    "UPDATE attempt",
    "SELECT lineitemrule",
    "SELECT attempt",
    "SELECT resultoverride",
    "INSERT result",
    "SELECT lessonprogress",
    "SELECT result",
    "UPDATE enrolment",
    "INSERT event",
    "COMMIT",
]
"""Of a quiz that is passed and completes the course."""

_TABLE = re.compile(r'^(?:SELECT|INSERT INTO|UPDATE) "(\w+)"')


def kind(sql):
    """Verb and table of a statement; LOCK where PostgreSQL locks what it reads."""
    verb = sql.split()[0]
    if verb in ("BEGIN", "COMMIT"):
        return verb
    verb = "LOCK" if "FOR NO KEY UPDATE" in sql else verb
    return f"{verb} {_TABLE.search(sql)[1].rpartition('_')[2]}"


def statements(act):
    with CaptureQueriesContext(connection) as captured:
        response = act()
    assert response.status_code in (200, 302)
    found = [kind(one["sql"]) for one in captured]
    own = [one for one in found if one.split()[-1] not in WHO_ASKS]
    return len(found), own


def expected(kinds):
    """SQLite locks the whole database when a transaction begins."""
    if connection.vendor == "postgresql":
        return kinds
    return [one.replace("LOCK", "SELECT") for one in kinds]


@pytest.fixture
def at(client):
    """Somebody who has sat the quiz before, as this process has."""
    at = Seat(client, questions=QUESTIONS)
    at.begin()
    at.client.post(at.url("attempt-submit"))
    return at


def test_start_form_save_and_finish(at):
    count, found = statements(lambda: at.client.post(at.quiz_url("quiz-start")))
    assert (found, count <= 15) == (expected(START), True), count
    at.uuid = at.attempt.uuid

    places = range(1, QUESTIONS + 1)
    sent = {f"i{place}_choice": "b" for place in places}
    sent |= {f"i{place}_based_on": 0 for place in places}
    count, found = statements(lambda: at.post("submit", **sent))
    assert (found, count <= 20) == (expected(FORM), True), count

    for revision in (1, 2):
        choice = "ac"[revision % 2]
        count, found = statements(
            lambda r=revision, c=choice: at.save(1, c, based_on=r, key=f"k{r}")
        )
        assert (found, count <= 8) == (expected(SAVE), True), count

    count, found = statements(lambda: at.client.post(at.url("attempt-submit")))
    assert (found, count <= 20) == (expected(FINISH), True), count
