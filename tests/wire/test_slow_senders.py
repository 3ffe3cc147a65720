"""Senders that take their time, or none at all, stop no other sender."""

import http.client
import os
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from launcher import serve
from tests.wire import server
from tests.wire.conftest import Site

pytestmark = pytest.mark.slow

SENDERS = 8
LONGEST_S = 1.0


@contextmanager
def slow_senders(port: int) -> Iterator[list[socket.socket]]:
    """Each announces a long form and sends a little of it."""
    with ExitStack() as stack:
        found = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(SENDERS)
        ]
        for sender in found:
            sender.sendall(
                b"POST /account/sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n"
                b"Content-Length: 100000\r\n\r\nusername="
            )
        yield found


def seconds_of_a_probe(port: int) -> float:
    began = time.monotonic()
    assert server.ask(port, "GET", "/healthz").status == 200
    return time.monotonic() - began


def probes(port: int) -> list[float]:
    with slow_senders(port) as senders:
        seconds_of_a_probe(port)
        found = []
        for _ in range(5):
            for sender in senders:
                sender.sendall(b"x")
            found.append(seconds_of_a_probe(port))
        return found


def test_the_image_answers_while_eight_send_slowly(site: Site) -> None:
    assert statistics.median(probes(site.ports["direct"])) < LONGEST_S


def test_start_py_answers_while_eight_send_slowly(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    port, log = server.free_port(), tmp_path_factory.mktemp("start") / "log"
    with server.serving(serve._web_server(port), port, environment, log):
        assert statistics.median(probes(port)) < LONGEST_S


@pytest.mark.parametrize("way", ["direct", "buffering"])
def test_a_connection_serves_more_than_one_request(site: Site, way: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.ports[way], timeout=10)
    for _ in range(3):
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        response.read()
        assert response.status == 200
        assert response.getheader("Connection", "keep-alive").lower() == "keep-alive"
        assert connection.sock is not None, "the server closed the connection"
    connection.close()


def test_no_other_command_than_these_starts_the_site() -> None:
    """Compose runs the image's command; what all of them share is in one file."""
    compose = (server.ROOT / "compose.yaml").read_text()
    assert "gunicorn" not in compose
    assert os.path.exists(server.ROOT / "gunicorn.conf.py")  # noqa: PTH110
    assert "!gunicorn.conf.py" in (server.ROOT / ".dockerignore").read_text().splitlines()
