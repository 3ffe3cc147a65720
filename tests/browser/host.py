"""Another site in the eyes of the browser, with the pages that a test gives it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Host:
    """Pages under a name that is not the site's; `pages` may be changed while it runs."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def _handler(host) -> type[BaseHTTPRequestHandler]:  # noqa: N805 (two of them meet here)
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                host.asked.append((self.path, dict(self.headers)))
                found = host.pages.get(path)
                body = found() if callable(found) else found
                kind = "application/json" if path.startswith("/launch") else "text/html"
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                for cookie in host.pages.get(f"cookies {path}", ()):
                    self.send_header("Set-Cookie", cookie)
                self.end_headers()
                self.wfile.write((body or "").encode())

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@contextmanager
def serving() -> Iterator[Host]:
    host = Host()
    thread = threading.Thread(target=host.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.server.shutdown()
        host.server.server_close()
        thread.join()
