"""Receivers of webhooks: servers of their own on this machine, which answer as a test sets."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behave = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Receiver:
    """What arrived, as (headers, body), and how the next call is answered."""

    behave: Behave
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""
    released: threading.Event = field(default_factory=threading.Event)


def status(code: int, body: bytes = b"", **headers: str) -> Behave:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def endless(size: int, code: int = 200) -> Behave:
    """That many bytes, of no stated length."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.end_headers()
        for _number in range(size // 65536):
            handler.wfile.write(b"x" * 65536)

    return behave


def hang(receiver_released: threading.Event) -> Behave:
    """Take the call and answer nothing until the test is over."""

    def behave(_handler: BaseHTTPRequestHandler) -> None:
        receiver_released.wait(60)

    return behave


def drip(receiver_released: threading.Event) -> Behave:
    """A byte of the answer now and then, never the whole."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        for _number in range(10_000):
            handler.wfile.write(b"H")
            handler.wfile.flush()
            if receiver_released.wait(0.02):
                return

    return behave


def late(seconds: float) -> Behave:
    """A good answer after a while."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        status(204)(handler)

    return behave


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Hang up without an answer."""
    handler.connection.close()


@contextlib.contextmanager
def running(behave: Behave | None = None) -> Iterator[Receiver]:
    receiver = Receiver(behave or status(204))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            receiver.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
            with contextlib.suppress(OSError):
                receiver.behave(self)

        do_GET = do_POST  # noqa: N815 (the base class's name)

        def log_message(self, *_: Any) -> None:
            """Do not log: tests print what they need themselves."""

        def finish(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().finish()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
