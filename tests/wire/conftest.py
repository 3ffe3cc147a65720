"""One shipped server for all tests of this folder, and the ways to it."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.wire import server


@dataclass(frozen=True)
class Site:
    """A running site: its ports by the way to it, and what is in its database."""

    ports: dict[str, int]
    key: str
    course: str
    quiz: str
    password: str

    def api(self, way: str, method: str, path: str, body: Any = None, **more: Any) -> Any:
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        return server.ask(
            self.ports[way],
            method,
            f"/api/v1{path}",
            sent.encode() if isinstance(sent, str) else sent,
            Authorization=f"Bearer {self.key}",
            Content_Type="application/json",
            **more,
        )


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("wire")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.wire.settings",
        "CXCOURSE_PROFILE": "test",
        "SQLITE_SYNCHRONOUS": "NORMAL",
        "SECRET_KEY": "wire-" + "x1" * 30,
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "CACHE_URL": f"filecache://{folder / 'cache'}",
        "TRUSTED_PROXIES": "1",
        "PYTHONWARNINGS": "ignore",
    }


@pytest.fixture(scope="session")
def records(environment: dict[str, str]) -> dict[str, str]:
    return server.made_records(environment)


@pytest.fixture(scope="session")
def site(
    environment: dict[str, str], records: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("server")
    port = server.free_port()
    command = server.docker_command(port)
    with (
        server.serving(command, port, environment, folder / "site.log"),
        server.proxied(port, folder / "buffering", is_buffering=True) as buffering,
        server.proxied(port, folder / "streaming", is_buffering=False) as streaming,
    ):
        yield Site({"direct": port, "buffering": buffering, "streaming": streaming}, **records)
