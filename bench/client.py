"""What a browser and a platform's program share: one connection that is kept, and little cost."""

import http.client
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.floor_names import COUNT, QUERIES
from bench.server import Server

Watch = Callable[[str, float], None]
"""Is called with the name of a step and its seconds."""


class Wrong(Exception):
    """An answer that is not what the step must bring: nothing is measured then."""


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    sent: bytes
    """The body as it came, perhaps compressed."""

    @property
    def body(self) -> bytes:
        is_compressed = self.headers.get("Content-Encoding") == "gzip"
        return zlib.decompress(self.sent, wbits=31) if is_compressed else self.sent

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return urlsplit(self.headers.get("Location") or "").path

    @property
    def queries(self) -> int:
        return int(self.headers[QUERIES])


@dataclass
class Client:
    """Sends requests to one site; gives `watch` the time of each and `on_reply` its answer."""

    server: Server
    watch: Watch | None = None
    on_reply: Callable[[str, Reply], None] | None = None
    """With it the answers say how many queries they made."""

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_exception: object) -> None:
        self._line.close()

    def ask(
        self, step: str, method: str, path: str, body: bytes | None, given: Mapping[str, str]
    ) -> Reply:
        headers = {"Accept-Encoding": "gzip", **given}
        if not self.server.is_proxied:
            headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
        if self.on_reply:
            headers[COUNT] = "1"
        start = time.perf_counter()
        self._line.request(method, path, body, headers)
        answer = self._line.getresponse()
        reply = Reply(answer.status, answer.headers, answer.read())
        if self.watch:
            self.watch(step, time.perf_counter() - start)
        if self.on_reply:
            self.on_reply(step, reply)
        return reply

    def read(self, step: str, path: str, *, text: str = "") -> Reply:
        """Return what stands at a path that asks for nothing but itself."""
        reply = self.ask(step, "GET", path, None, {})
        return expect(reply, step, is_right=reply.status == 200 and text in reply.text)


def expect(reply: Reply, step: str, *, is_right: bool) -> Reply:
    if not is_right:
        raise Wrong(f"{step} answered {reply.status} {reply.location}: {reply.text[:600]}")
    return reply
