"""A platform's learner and the frame they work in, without a browser."""

from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from courses.web.embed.cookie import NAME
from tests.api.platform import Platform

HOST = "https://learn.example.org"


def ask(platform: Platform, course: Any, external_id: str = "a-1", **more: Any) -> Any:
    """The answer to a request for a launch into the course, or into a part of it."""
    target = {"course": course.key}
    target |= {part: more.pop(part) for part in ("lesson", "quiz", "section") if part in more}
    headers = more.pop("headers", {})
    body = {"external_id": external_id, "target": target, "origin": HOST, **more}
    return platform.post("/launches", body, **headers)


class Frame:
    """A browser that knows nothing but what the launch gives it. Forms need their token."""

    def __init__(self) -> None:
        self.http = Client(enforce_csrf_checks=True, raise_request_exception=True)
        self.base = ""

    def open(self, url: str, **headers: str) -> Any:
        """Open a launch and follow it to its first page."""
        first = self.http.get(path_of(url), headers=headers)
        if first.status_code != 302:
            return first
        self.base = urlsplit(first.headers["Location"]).path
        home = self.http.get(first.headers["Location"])
        return self.http.get(home.headers["Location"]) if home.status_code == 302 else home

    @property
    def secret(self) -> str:
        return self.http.cookies[NAME].value

    def get(self, path: str = "", **headers: str) -> Any:
        return self.http.get(self.base + path, headers=headers)

    def post(self, path: str, data: Any = None, *, token: str | None = None, **headers: str) -> Any:
        """A form with the token of the session's pages, or another one."""
        sent = {"csrfmiddlewaretoken": self.token() if token is None else token, **(data or {})}
        return self.http.post(self.base + path, sent, headers=headers)

    def token(self) -> str:
        home = self.http.get(self.base)
        page = self.http.get(home.headers["Location"]).text
        return page.split('csrfmiddlewaretoken" value="')[1].split('"')[0]


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def opened(course: Any, *, name: str = "Acme", external_id: str = "a-1", **more: Any) -> Frame:
    """The frame of a learner in the course."""
    platform = Platform(name=name)
    platform.learner(external_id, course=course)
    frame = Frame()
    frame.platform = platform
    answer = ask(platform, course, external_id, **more)
    assert answer.status_code == 201, answer.content
    frame.launch = answer.json()
    page = frame.open(frame.launch["url"])
    assert page.status_code == 200, page.text
    return frame
