"""The HTTP server of the platform, on loopback, and the faults that it can be made to have."""

import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.lti.platform import called, messages, notices
from tests.lti.platform.state import Platform
from tests.lti.platform.web import Answer, Call, refused, sent


def keys(platform: Platform, _call: Call) -> Answer:
    return sent({"keys": [platform.keys.public()]})


OPEN: dict[str, Callable[..., Answer]] = {
    r"GET /jwks": keys,
    r"(?:GET|POST) /auth": messages.authorise,
    r"GET /link": messages.show_link,
    r"GET /storage": messages.show_storage,
    r"GET /storage\.js": messages.storage_script,
    r"GET /return": messages.receive_return,
    r"POST /deep-links": messages.receive_deep_links,
    r"POST /token": called.give_token,
    r"GET /\.well-known/openid-configuration": called.configuration,
    r"POST /registrations": called.register,
}
WITH_TOKEN: dict[str, Callable[..., Answer]] = {
    r"(?:GET|POST) /lineitems": called.line_items,
    r"(?:GET|PUT|DELETE) /lineitems/(\d+)/lineitem": called.line_item,
    r"POST /lineitems/(\d+)/lineitem/scores": called.take_score,
    r"GET /lineitems/(\d+)/lineitem/results": called.results,
    r"GET /members": called.members,
    r"(?:GET|PUT) /notices": lambda platform, call: notices.handlers(
        platform, call, called.caller(platform, call)
    ),
}
CUT = Answer(200, b"{", headers={"Content-Length": "1000"})
FAULTS = {
    "500": refused(500, "broken"),
    "401": refused(401, "invalid_token"),
    **{str(status): refused(status, "no") for status in (400, 403, 404, 410, 422)},
    "429": Answer(429, headers={"Retry-After": "1"}),
    "html": Answer(200, b"<p>Sign in</p>", "text/html"),
    "cut": CUT,
    "timeout": CUT,
    "huge": Answer(200, b"[" + b" " * 2_000_000 + b"]"),
}
LONGEST_WAIT_S = 60


class Handler(BaseHTTPRequestHandler):
    platform: Platform

    def answer_one(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        call = Call(self.command, parts.path, query, self.headers, body)
        noted = self.platform.noted
        try:
            answer = self.fault(self.path) or self.route(call)
        except (KeyError, TypeError, ValueError) as error:
            answer = refused(400, repr(error))
        for calls in (self.platform.calls, noted):
            calls.append((call.method, call.path, answer.status))
        with contextlib.suppress(ConnectionError):  # who called may not have waited
            self.send_answer(answer)

    def send_answer(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {"Content-Type": answer.content_type, "Content-Length": str(len(answer.body))}
        for name, value in (headers | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = answer_one  # noqa: N815

    def route(self, call: Call) -> Answer:
        for pattern, answer in (OPEN | WITH_TOKEN | self.platform.pages).items():
            found = re.fullmatch(pattern, f"{call.method} {call.path}")
            if found and pattern in WITH_TOKEN and not called.caller(self.platform, call):
                return refused(401, "invalid_token")
            if found:
                return answer(self.platform, call, *found.groups())
        return refused(404, "no such address")

    def fault(self, path: str) -> Answer | None:
        """The fault that this call is to meet, if one is waiting for it."""
        with self.platform.lock:
            waiting = next((one for one in self.platform.faults if one[0] in path), None)
            if waiting is None:
                return None
            self.platform.faults.remove(waiting)
            self.platform.faults_met.append(waiting)
        if waiting[1] == "timeout":
            self.platform.released.wait(LONGEST_WAIT_S)
        return FAULTS[waiting[1]]

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: tests read `platform.calls`."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    """With the usual 5 the system drops calls that come at once while the machine is busy."""


@contextmanager
def running(make: Callable[[str], Platform] = Platform, port: int = 0) -> Iterator[Platform]:
    """A platform on a port of loopback, 0 for a free one, until the end of the block."""
    handler = type("OwnHandler", (Handler,), {})
    with Server(("127.0.0.1", port), handler) as server:
        platform = handler.platform = make(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield platform
        finally:
            platform.released.set()
            server.shutdown()
            thread.join()
