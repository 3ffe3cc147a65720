"""How many foreign keys PostgreSQL checks when twenty questions are started and handed in."""

import pytest
from django.db import DatabaseError, connection

from courses.models import Attempt
from tests.web.seat import Seat

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.slow,
]

QUESTIONS = 20
MOST = 25
CHECK = "SELECT 1 FROM ONLY"
"""How the query of a check begins; the server runs one for each row and filled column."""


class Checks(list):
    """The checks that the server makes for this connection, as it reports them."""

    def __enter__(self):
        self.report("on")
        connection.connection.add_notice_handler(self.note)
        return self

    def __exit__(self, *_error):
        connection.connection.remove_notice_handler(self.note)
        self.report("off")

    def report(self, switch):
        settings = {
            "auto_explain.log_min_duration": "0" if switch == "on" else "-1",
            "auto_explain.log_nested_statements": switch,
            "auto_explain.log_level": "notice",
        }
        with connection.cursor() as cursor:
            for name, value in settings.items():
                cursor.execute("SELECT set_config(%s, %s, false)", [name, value])

    def note(self, notice):
        text = notice.message_primary
        if CHECK in text and "FOR KEY SHARE" in text:
            self.append(text[text.index(CHECK) :])


@pytest.fixture
def at(client):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite compares keys while it writes a row.")
    try:
        with connection.cursor() as cursor:
            cursor.execute("LOAD 'auto_explain'")
    except DatabaseError:
        pytest.skip("The server does not let this role load auto_explain.")
    at = Seat(client, questions=QUESTIONS)
    at.begin()  # The first one also makes the column of the gradebook, once for a quiz.
    at.client.post(at.url("attempt-submit"))
    return at


def test_start_and_finish_check_each_question_once_at_most(at):
    with Checks() as start:
        at.begin()
    with Checks() as form:
        places = range(1, QUESTIONS + 1)
        sent = {f"i{place}_choice": "b" for place in places}
        at.post("submit", **sent, **{f"i{place}_based_on": 0 for place in places})
    with Checks() as finish:
        at.client.post(at.url("attempt-submit"))
    assert not Attempt.objects.open().exists()

    assert QUESTIONS < len(start) <= MOST, start
    assert QUESTIONS <= len(form) <= 2 * QUESTIONS, form
    assert 0 < len(finish) <= MOST, finish
    assert not any("questionversion" in one for one in start)
    assert not any("attemptitem" in one or "cx_courses_response" in one for one in finish)
