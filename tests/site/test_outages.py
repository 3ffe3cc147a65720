"""The database is away: everybody is asked to try again, and nobody is blamed."""

import sqlite3
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, IntegrityError, OperationalError, ProgrammingError, connection
from django.test import Client

from courses.outages import RETRY_AFTER_S, is_outage
from tests.api.platform import Platform, problem
from tests.embed.frame import opened
from tests.factories import make_quiz

pytestmark = pytest.mark.django_db


def failing(code: int = sqlite3.SQLITE_CANTOPEN, kind: type[Exception] = OperationalError) -> Any:
    """Let every query fail as Django lets a driver's error through."""

    def execute(*_: Any) -> Any:
        cause = sqlite3.OperationalError("unable to open database file")
        cause.sqlite_errorcode = code
        raise kind(*cause.args) from cause

    return connection.execute_wrapper(execute)


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


def refused(response: Any) -> Any:
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) == RETRY_AFTER_S
    assert "no-store" in response.headers["Cache-Control"]
    return response


@pytest.mark.parametrize("path", ["/", "/courses/nothing/", "/account/", "/admin/"])
def test_pages_show_the_outage(client: Client, path: str) -> None:
    client.force_login(get_user_model().objects.create_superuser("root"))
    with failing():
        page = refused(client.get(path)).text
    assert "not available right now" in page
    assert "our fault" not in page


def test_form_and_script_show_the_outage(client: Client) -> None:
    form = {"username": "ada", "password": "x"}
    with failing():
        refused(client.post("/account/sign-in/", form))
        refusal = refused(client.get("/", headers={"accept": "application/json"}))
    assert refusal.json()["code"] == "unavailable"


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_the_api_says_so(method: str) -> None:
    platform = Platform()
    with failing():
        answer = refused(getattr(platform, method)("/learners/a-1"))
    problem(answer, 503, "unavailable")


@pytest.mark.parametrize("is_late", [False, True])
def test_a_frame_shows_it(is_late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = opened(make_quiz().course)
    frame.http.raise_request_exception = False
    if is_late:
        # The session was found, then the database went.
        from courses.web.embed import pages

        def away(*_: Any, **__: Any) -> Any:
            raise OperationalError("the connection is lost")

        monkeypatch.setattr(pages.inner, "serve", away)
        answer = frame.get("progress/")
    else:
        with failing():
            answer = frame.get("progress/")
    assert "not available right now" in refused(answer).text
    assert "frame-ancestors 'none'" not in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers


def test_a_launch_shows_it() -> None:
    http = Client(raise_request_exception=False)
    with failing():
        answer = http.get("/launch/some-code/", headers={"sec-fetch-dest": "iframe"})
    assert "frame-ancestors *" in refused(answer).headers["Content-Security-Policy"]


@pytest.mark.parametrize("code", [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR])
def test_a_full_or_busy_database_is_an_outage(client: Client, code: int) -> None:
    with failing(code):
        refused(client.get("/courses/nothing/"))


def test_a_fault_of_ours_stays_one(client: Client) -> None:
    with failing(sqlite3.SQLITE_ERROR):
        assert client.get("/courses/nothing/").status_code == 500
    assert not is_outage(ProgrammingError("no such column"))
    assert not is_outage(IntegrityError("twice"))
    assert not is_outage(ValueError())


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        *((state, True) for state in ("08006", "57P03", "53100", "40P01", "25006")),
        *((state, False) for state in ("42P01", "22021", "23505")),
    ],
)
def test_postgresql_outages_are_known_by_code(state: str, expected: bool) -> None:
    cause = Exception()
    cause.sqlstate = state  # type: ignore[attr-defined]
    error = DatabaseError()
    error.__cause__ = cause
    assert is_outage(error) is expected
