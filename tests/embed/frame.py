"""A platform's learner and the frame they work in, without a browser."""

from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from courses.web.embed.cookie import NAME
from tests.api.platform import Platform
from tests.proofs.permissions import OF_PLATFORMS

HOST = "https://learn.example.org"


FRAMED = {
    "cx_courses:embed",
    "cx_courses:embed-page",
    "cx_courses:embed-standing",
    "cx_courses:embed-display",
}
"""By the origin of the launch: what is answered there without the session's cookie, too."""


def ancestors(response: Any) -> str:
    """Who may frame the page, by its policy."""
    policy = response.headers.get("Content-Security-Policy", "")
    found = [part for part in policy.split("; ") if part.startswith("frame-ancestors ")]
    assert len(found) <= 1
    return found[0].removeprefix("frame-ancestors ") if found else ""


def refuses(response: Any) -> bool:
    return ancestors(response) == "'none'" and response.headers.get("X-Frame-Options") == "DENY"


def is_framed_as_it_should(name: str, method: str, response: Any, title: str) -> bool:
    """Return whether a route's answer outside of a session lets itself be framed by nobody else.

    `title`: that of a course, which the pages of a session without their cookie must not name.
    """
    # What these say is about nobody; an address without a view says nothing at all.
    is_refused_launch = name in OF_PLATFORMS and response.status_code == 403
    is_open = is_refused_launch or name == "cx_courses_lti:register"
    if (name == "cx_courses:preview" and method == "get") or is_open:
        return ancestors(response) == "*"
    if name in FRAMED:
        is_hosts = ancestors(response) == HOST and "X-Frame-Options" not in response.headers
        return is_hosts and title not in response.text
    return refuses(response)


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
