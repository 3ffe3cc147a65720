"""The courses work in other people's projects: one journey of requests through each.

`HOSTS=all` walks through every combination; `HOST_PYTHON` names a Python with another Django.
"""

import itertools
import json
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.hosts import pieces
from tests.hosts.project import faults, quick_host, statuses
from tests.lengths import spread

ASGI = Path(__file__).with_name("asgi.py")
PYTHON = Path(os.environ.get("HOST_PYTHON", sys.executable))
IS_LONG = os.environ.get("HOSTS") == "all"
USERS = ("auth", "email", "bare")
PREFIXES = ("", "training/cx/")
ALL = list(itertools.product(USERS, PREFIXES, pieces.FRAMEWORKS))
SOME = [("auth", "", ""), ("bare", "training/cx/", "nonsense")]
CHOSEN = ALL if IS_LONG else SOME

_GOOD = {
    "page lesson": 200,
    "page quiz": 200,
    "page export": 200,
    "check": 302,
    "admin": 200,
    "admin one course": 200,
    "api signed out": 401,
    "launch": 302,
    "launch opened": 200,
    "schema": 200,
}


def assert_good(happened: dict[str, Any]) -> None:
    """Pages, admin, API and launch were answered, and the work of the learner is stored."""
    assert faults(happened) == {}
    found = statuses(happened)
    assert {name: found[name] for name in _GOOD} == _GOOD
    submitted = [status for name, status in found.items() if name.startswith("api post /learners")]
    assert submitted
    assert set(submitted) <= {200, 201}
    assert happened["responses"] == happened["progress"] == 1
    assert happened["unprepared"] == []


def journey(folder: Path, *, users: str, prefix: str, framework: str, more: str = "") -> Any:
    spoilt, files = pieces.FRAMEWORKS[framework]
    host = quick_host(
        folder,
        settings=pieces.users(users) + spoilt + more,
        urls=pieces.prefix(prefix),
        files=files,
        python=PYTHON,
    )
    return host.journey("--prepare")


@pytest.mark.slow
def test_a_host_with_everything_of_its_own(tmp_path: Path) -> None:
    """Its own app `courses`, users, database alias, API settings, and sign-in for everybody."""
    spoilt, files = pieces.FRAMEWORKS["nonsense"]
    settings_of_host = pieces.OWN_COURSES_SETTINGS + pieces.LOGIN_REQUIRED + pieces.SECOND_ALIAS
    host = quick_host(
        tmp_path,
        settings=pieces.users("email") + settings_of_host + spoilt,
        urls=pieces.prefix("training/cx/") + pieces.OWN_COURSES_URL,
        files={**pieces.OWN_COURSES, **pieces.SECOND_ALIAS_FILES, **files},
        python=PYTHON,
    )
    happened = host.journey("--prepare")
    assert_good(happened)
    answers = happened["answers"]
    assert answers["page catalogue, signed out"]["status"] == 302
    assert answers["api unknown"]["status"] == 401
    assert answers["api unknown"]["headers"]["Content-Type"] == "application/problem+json"
    own = answers["own page"]
    assert own["status"] == 200
    assert "A page of the host" in own["body"]
    assert 'href="/courses/">Knitting' in own["body"]
    assert "A page of the host" not in answers["page lesson"]["body"]
    index = answers["admin"]["body"]
    assert "/admin/courses/course/" in index
    assert "/admin/cx_courses/course/" in index
    assert answers["own admin"]["status"] == 200
    assert happened["permissions"] == ["courses.publish_course", "cx_courses.add_course"]


@pytest.mark.slow
@pytest.mark.parametrize(("users", "prefix", "framework"), spread(CHOSEN, check=1))
def test_a_host_on_sqlite(users: str, prefix: str, framework: str, tmp_path: Path) -> None:
    assert_good(journey(tmp_path, users=users, prefix=prefix, framework=framework))


@pytest.mark.proofs
def test_a_host_served_by_asgi(tmp_path: Path) -> None:
    """Pages, JSON and a file that is made while it is sent, without a warning of Django's."""
    host = quick_host(tmp_path, python=PYTHON)
    host.journey("--prepare")
    host.add(ASGI.name, ASGI.read_text())
    found = json.loads(host.run(PYTHON, "-W", "error", ASGI.name))
    assert {path: status for path, (status, _length) in found.items()} == {
        "/learn/": 200,
        "/learn/courses/sample/": 200,
        "/learn/api/v1/courses": 200,
        "/learn/api/v1/courses/sample/gradebook.csv": 200,
        "/learn/api/v1/nonsense": 404,
        "/learn/api/v1/schema": 200,
    }
    assert all(length > 50 for _status, length in found.values())


@pytest.fixture
def database_of_a_host(django_db_setup: None) -> Iterator[str]:
    """The address of a new database on the server that the tests use."""
    import psycopg

    default = settings.DATABASES["default"]
    name = f"host_{secrets.token_hex(6)}"
    user, password = default["USER"], default["PASSWORD"]
    server = f"postgresql://{user}:{password}@{default['HOST']}:{default['PORT']}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.parametrize(("users", "prefix", "framework"), ALL if IS_LONG else SOME[1:])
def test_a_host_on_postgresql(
    users: str, prefix: str, framework: str, tmp_path: Path, database_of_a_host: str
) -> None:
    more = pieces.postgresql(database_of_a_host)
    assert_good(journey(tmp_path, users=users, prefix=prefix, framework=framework, more=more))
