"""One learner's whole journey of twelve pages, as a browser makes it; every answer is checked."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from bench.browser import Browser
from bench.seed import COURSE, ITEMS, LESSON, PASSWORD, QUIZ
from bench.server import Server

SIGN_IN = "/account/sign-in/"
COURSE_PAGE = f"/courses/{COURSE}/"
QUIZ_PAGE = f"{COURSE_PAGE}quizzes/{QUIZ}/"

STEPS = (
    "sign-in page",
    "sign in",
    "start page",
    "course",
    "lesson",
    "quiz",
    "start",
    "attempt",
    "form of 20",
    "summary",
    "finish",
    "review",
)
SAVE = "save"
"""The step that the variant `autosaves` makes twenty times instead of `form of 20`."""


def with_form(server: Server, name: str, **client: Any) -> None:
    """Sign in, read a lesson, answer twenty questions in one form, and read the review."""
    with Browser(server, **client) as browser:
        _walk(browser, name, is_saved_at_once=False)


def with_autosaves(server: Server, name: str, **client: Any) -> None:
    """Make the same journey with a save after each answer, as the page's script does."""
    with Browser(server, **client) as browser:
        _walk(browser, name, is_saved_at_once=True)


KINDS = {"form": with_form, "autosaves": with_autosaves}


def learner(number: int) -> str:
    return f"bench-{number}"


def _walk(browser: Browser, username: str, *, is_saved_at_once: bool) -> None:
    browser.get("sign-in page", SIGN_IN, text='name="password"')
    browser.post("sign in", SIGN_IN, {"username": username, "password": PASSWORD}, to="/")
    browser.get("start page", "/", text=COURSE_PAGE)
    browser.get("course", COURSE_PAGE, text=LESSON)
    browser.get("lesson", f"{COURSE_PAGE}lessons/{LESSON}/", text="<h1")
    browser.get("quiz", QUIZ_PAGE, text=f"{QUIZ_PAGE}start/")
    attempt = browser.post("start", f"{QUIZ_PAGE}start/", {}, to="/")
    page = browser.get("attempt", attempt, text='name="i20-').text
    places = range(1, ITEMS + 1)
    if not is_saved_at_once:
        sent = {**_fields(page, places), "submit": "1"}
        browser.post("form of 20", attempt, sent, to=f"{attempt}submit/")
    else:
        for place in places:
            sent = _fields(page, [place])
            browser.fetch(SAVE, f"{attempt}items/{place}/", sent, text='"revision": 1')
    answered = f"You have answered {ITEMS} of {ITEMS} questions"
    browser.get("summary", f"{attempt}submit/", text=answered)
    browser.post("finish", f"{attempt}submit/", {}, to=f"{attempt}review/")
    browser.get("review", f"{attempt}review/", text="%")


_INPUT = re.compile(r'<input\b[^>]*\bname="(i(\d+)-[^"]*)"[^>]*>')
_VALUE = re.compile(r'\bvalue="([^"]*)"')


def _fields(page: str, places: Iterable[int]) -> dict[str, str]:
    """Return a value for every field of the items: of choices the first."""
    wanted = set(map(int, places))
    fields: dict[str, str] = {}
    for match in _INPUT.finditer(page):
        if int(match[2]) in wanted and match[1] not in fields:
            value = _VALUE.search(match[0])
            fields[match[1]] = unescape(value[1]) if value else ""
    return fields
