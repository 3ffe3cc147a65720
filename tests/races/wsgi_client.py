"""The whole site behind its WSGI entry, without sockets: what twenty threads call at once.

Sockets would let in one request after another and a test client keeps one client's state; this way
the requests meet where it matters, in the transactions, and middleware, routing and the closing of
connections run as they do in a server. Real processes are the business of `tests/proofs/kill`,
`tests/outgoing` and `python -m bench overhead`.
"""

import io
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.handlers.wsgi import WSGIHandler

ROOT = "/api/v1"
REPLAYED = "idempotency-replayed"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    """Names in lower case."""
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def is_replayed(self) -> bool:
        return self.headers.get(REPLAYED) == "true"

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """The problem's code, or nothing."""
        return "" if self.is_done else str(self.body["code"])

    @property
    def repeatable(self) -> tuple[Any, ...]:
        """What a repeat must answer again, byte for byte."""
        kept = {name: self.headers.get(name) for name in ("location", "etag", "content-type")}
        return self.status, self.content, kept


@cache
def _site() -> WSGIHandler:
    return WSGIHandler()


@dataclass(frozen=True)
class WsgiClient:
    """One platform's way in; any number of threads may share it."""

    key: str

    def get(self, path: str, query: str = "") -> Answer:
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any, key: str | None = None) -> Answer:
        return self.call("POST", path, body, key)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        key: str | None = None,
        *,
        query: str = "",
        match: str | None = None,
    ) -> Answer:
        sent = b"" if body is None else json.dumps(body).encode()
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": ROOT + path,
            "SCRIPT_NAME": "",
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(sent)),
            "HTTP_AUTHORIZATION": f"Bearer {self.key}",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(sent),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        if key is not None:
            environ["HTTP_IDEMPOTENCY_KEY"] = key
        if match is not None:
            environ["HTTP_IF_MATCH"] = match
        started: list[Any] = []
        response = _site()(environ, lambda status, headers: started.extend((status, headers)))
        content = b"".join(response)
        response.close()
        headers = {name.lower(): value for name, value in started[1]}
        return Answer(int(started[0].split()[0]), headers, content)
