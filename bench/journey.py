"""One learner's whole journey over HTTP, as a browser without JavaScript would make it."""

import http.client
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit

from bench.seed import ITEMS, PASSWORD, QUIZ

COURSE = "/courses/customer-experience/"
LESSON = f"{COURSE}lessons/which-pill/"

Watch = Callable[[str, float], None]
"""Is called with the name of a step and its seconds."""


@dataclass
class Browser:
    port: int
    watch: Watch
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, step: str, path: str) -> str:
        return self._ask(step, "GET", path, None)[1]

    def post(self, step: str, path: str, fields: dict[str, str]) -> tuple[str, str]:
        """Return the address it redirects to, if it does, and the body."""
        token = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        return self._ask(step, "POST", path, urlencode({**fields, **token}))

    def _ask(self, step: str, method: str, path: str, body: str | None) -> tuple[str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-Requested-With"] = "fetch"
            headers["Accept"] = "application/json" if "/items/" in path else "text/html"
        start = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        self.watch(step, time.perf_counter() - start)
        if answer.status >= 400:
            raise SystemExit(f"{method} {path} answered {answer.status}: {text[:300]}")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return urlsplit(answer.headers.get("Location") or "").path, text


def walk(browser: Browser, username: str) -> None:
    """Sign in, course, lesson, start, save every response, submit, review."""
    browser.get("sign-in page", "/account/sign-in/")
    browser.post("sign in", "/account/sign-in/", {"username": username, "password": PASSWORD})
    browser.get("course", COURSE)
    browser.get("lesson", LESSON)
    browser.get("quiz", f"{COURSE}quizzes/{QUIZ}/")
    attempt, _body = browser.post("start", f"{COURSE}quizzes/{QUIZ}/start/", {})
    page = browser.get("attempt", attempt)
    for position in range(1, ITEMS + 1):
        browser.post("save", f"{attempt}items/{position}/", _response(page, position))
    browser.post("submit", f"{attempt}submit/", {})
    browser.get("review", f"{attempt}review/")


_INPUT = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
_NAME = re.compile(r'\bname="([^"]*)"')
_VALUE = re.compile(r'\bvalue="([^"]*)"')


def _response(page: str, position: int) -> dict[str, str]:
    """Return a plausible value for every field of one item: the first choice, the first option."""
    prefix = f"i{position}-"
    fields: dict[str, str] = {}
    for match in _INPUT.finditer(page):
        name = _NAME.search(match[0])
        if not name or not name[1].startswith(prefix) or name[1] in fields:
            continue
        value = _VALUE.search(match[0])
        fields[name[1]] = unescape(value[1]) if value else _first_option(page, match)
    ranks = [name for name in fields if ".position." in name or "position." in name]
    for rank, name in enumerate(ranks, start=1):
        fields[name] = str(rank)
    return fields


def _first_option(page: str, match: re.Match[str]) -> str:
    if not match[0].startswith("<select"):
        return "7"
    options = page[match.end() : page.index("</select>", match.end())]
    values = [value for value in _VALUE.findall(options) if value]
    return unescape(values[0]) if values else ""
