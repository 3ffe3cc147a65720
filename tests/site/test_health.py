"""The two probes."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test import Client
from pytest_django.fixtures import Settings

from courses.domain import relay
from cxcourse import health


@pytest.fixture
def backlog(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """What the relay still has to do, as the test wants it."""
    found = SimpleNamespace(oldest_seconds=None, due=0)
    monkeypatch.setattr(relay, "backlog", lambda *, now: found)  # noqa: ARG005
    return found


def test_healthz_needs_neither_database_nor_host_name(client: Client) -> None:
    response = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"] == "no-store"


def test_a_probe_of_the_container_is_not_sent_to_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["courses.example.org"]
    assert client.get("/healthz", headers={"host": "127.0.0.1:8000"}).status_code == 200


@pytest.mark.django_db
def test_readyz_names_every_check(client: Client) -> None:
    response = client.get("/readyz", headers={"host": "10.0.0.7"})
    body = response.json()
    assert (response.status_code, body["status"]) == (200, "ok")
    assert list(body["checks"]) == ["database", "migrations", "writes", "relay"]
    assert body["checks"]["migrations"] == {"ok": True, "unapplied": 0}
    assert body["checks"]["relay"] == {"ok": True, "due": 0, "oldest_seconds": None}


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "status"), [(899.0, 200), (901.0, 503)])
def test_readyz_fails_when_the_relay_has_fallen_behind(
    client: Client, backlog: SimpleNamespace, age: float, status: int
) -> None:
    backlog.oldest_seconds, backlog.due = age, 3
    response = client.get("/readyz")
    assert response.status_code == status
    assert response.json()["checks"]["relay"]["due"] == 3


@pytest.mark.django_db
def test_readyz_fails_while_migrations_are_missing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["one", "two"])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["migrations"] == {"ok": False, "unapplied": 2}


def test_readyz_survives_a_database_that_is_down(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> dict[str, object]:
        raise DatabaseError("could not connect as user courses")

    monkeypatch.setitem(health.CHECKS, "database", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "checks": {"database": {"ok": False, "problem": "The database does not answer."}},
    }


def test_probes_answer_only_reading(client: Client, db: None) -> None:
    assert client.post("/healthz").status_code in {403, 404, 405}


@pytest.mark.django_db
def test_readyz_fails_while_the_disk_is_full(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_free_bytes", lambda: health.LEAST_FREE_BYTES - 1)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["writes"]["problem"] == "The disk is full."


@pytest.mark.django_db
def test_readyz_fails_while_nothing_can_be_written(client: Client) -> None:
    def refuse(execute: Any, sql: str, *more: Any) -> Any:
        if sql.startswith("INSERT"):
            raise OperationalError("cannot execute INSERT in a read-only transaction")
        return execute(sql, *more)

    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["checks"]["writes"] == {
        "ok": False,
        "problem": "The database cannot be written.",
    }
