"""A browser: it has cookies, sends forms, and looks whether a page is what it should be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.client import Client, Reply, expect

PAGE = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "en"}
SCRIPT = {"Accept": "application/json", "X-Requested-With": "fetch", "Accept-Language": "en"}


@dataclass
class Browser(Client):
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, step: str, path: str, *, text: str) -> Reply:
        """Return the page; its text must hold `text`."""
        reply = self._with_cookies(step, "GET", path, None, PAGE)
        return expect(reply, step, is_right=reply.status == 200 and text in reply.text)

    def post(self, step: str, path: str, fields: Mapping[str, str], *, to: str) -> str:
        """Send a form; return the address that it leads to, which must end in `to`."""
        reply = self._send(step, path, fields, PAGE)
        expect(reply, step, is_right=reply.status == 302 and reply.location.endswith(to))
        return reply.location

    def fetch(self, step: str, path: str, fields: Mapping[str, str], *, text: str) -> Reply:
        """Send a form as the page's script does; the JSON must hold `text`."""
        reply = self._send(step, path, fields, SCRIPT)
        return expect(reply, step, is_right=reply.status == 200 and text in reply.text)

    def _send(
        self, step: str, path: str, fields: Mapping[str, str], headers: Mapping[str, str]
    ) -> Reply:
        token = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        more = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"https://127.0.0.1:{self.server.port}",
        }
        body = urlencode({**fields, **token}).encode()
        return self._with_cookies(step, "POST", path, body, {**headers, **more})

    def _with_cookies(
        self, step: str, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        given = dict(headers)
        if self.cookies:
            given["Cookie"] = "; ".join(f"{name}={one}" for name, one in self.cookies.items())
        reply = self.ask(step, method, path, body, given)
        for cookie in reply.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return reply
