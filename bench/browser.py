"""A browser that keeps its connection and its cookies, and no more: it must cost little itself."""

import http.client
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from bench.floor_names import COUNT, QUERIES
from bench.server import Server

Watch = Callable[[str, float], None]
"""Is called with the name of a step and its seconds."""

ACCEPT = "text/html,application/xhtml+xml"


class Wrong(SystemExit):
    """An answer that is not what the step must bring: nothing is measured then."""


@dataclass
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    """As the page was before it was compressed."""
    sent: int
    """Bytes of the body on the wire."""

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def location(self) -> str:
        return urlsplit(self.headers.get("Location") or "").path


@dataclass
class Browser:
    server: Server
    watch: Watch = field(default=lambda _step, _seconds: None)
    on_reply: Callable[[str, Reply], None] | None = None
    """Is called with each answer; then the answers say how many queries they made."""
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_exception: object) -> None:
        self._line.close()

    def get(self, step: str, path: str, *, text: str) -> Reply:
        """Return the page; its text must hold `text`."""
        reply = self.ask(step, "GET", path)
        return expect(reply, step, reply.status == 200 and text in reply.text)

    def post(self, step: str, path: str, fields: Mapping[str, str], *, to: str) -> str:
        """Send a form; return the address that it leads to, which must end in `to`."""
        token = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        reply = self.ask(step, "POST", path, urlencode({**fields, **token}).encode())
        expect(reply, step, reply.status == 302 and reply.location.endswith(to))
        return reply.location

    def fetch(self, step: str, path: str, fields: Mapping[str, str], *, text: str) -> Reply:
        """Send a form as the page's script does; the JSON must hold `text`."""
        token = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        sent = {"Accept": "application/json", "X-Requested-With": "fetch"}
        reply = self.ask(step, "POST", path, urlencode({**fields, **token}).encode(), sent)
        return expect(reply, step, reply.status == 200 and text in reply.text)

    def ask(
        self,
        step: str,
        method: str,
        path: str,
        body: bytes | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Reply:
        headers = {"Accept": ACCEPT, "Accept-Encoding": "gzip", "Accept-Language": "en"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={one}" for name, one in self.cookies.items())
        if not self.server.is_proxied:
            headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"https://127.0.0.1:{self.server.port}"
        if self.on_reply:
            headers[COUNT] = "1"
        start = time.perf_counter()
        self._line.request(method, path, body, {**headers, **(more or {})})
        answer = self._line.getresponse()
        sent = answer.read()
        self.watch(step, time.perf_counter() - start)
        is_compressed = answer.headers.get("Content-Encoding") == "gzip"
        plain = zlib.decompress(sent, wbits=31) if is_compressed else sent
        reply = Reply(answer.status, answer.headers, plain, len(sent))
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if self.on_reply:
            self.on_reply(step, reply)
        return reply


def queries_of(reply: Reply) -> int:
    return int(reply.headers[QUERIES])


def expect(reply: Reply, step: str, is_right: bool) -> Reply:
    if not is_right:
        raise Wrong(f"{step} answered {reply.status} {reply.location}: {reply.text[:600]}")
    return reply
