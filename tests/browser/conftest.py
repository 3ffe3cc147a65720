"""Browser journeys: one Chromium for all, a live server, and people who are signed in already."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.framed import Seat
from tests.browser.host import Host, serving
from tests.browser.room import Room

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong

REFUSED = ("Content Security Policy", "Refused to")


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    # A page that glides is not where a click was aimed at, and what a worker fetches no test can
    # hold back: pages must do without one (test_offline.py has it).
    quiet = {"reduced_motion": "reduce", "service_workers": "block"}
    return {**browser_context_args, **quiet, "locale": "en-GB"}


@pytest.fixture
def sign_in(live_server: LiveServer) -> Callable[[BrowserContext, Any], None]:
    """Put a session of that person into a browser."""

    def enter(context: BrowserContext, user: Any) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return enter


@pytest.fixture
def room(live_server: LiveServer, transactional_db: None) -> Room:
    """A course with a quiz of every question type, and a learner in it."""
    return Room(live_server.url)


@pytest.fixture
def desk(room: Room, context: BrowserContext, sign_in: Any, page: Page) -> Iterator[Page]:
    """The learner's browser. Whatever breaks or is refused in it fails the test."""
    sign_in(context, room.user)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda line: troubles.append(line.text) if any(w in line.text for w in REFUSED) else None,
    )
    yield page
    assert troubles == []


@pytest.fixture
def host() -> Iterator[Host]:
    with serving() as found:
        yield found


# What a page in a frame of another site gets in a private window.
NO_STORAGE = """if (self !== top) Object.defineProperty(self, "localStorage", {
    get() { throw new DOMException("Access is denied.", "SecurityError"); } });"""


@pytest.fixture
def strict_page(context: BrowserContext, page: Page) -> Page:
    """A page that keeps third-party cookies and storage from frames, as a private window does.

    Chromium does so by itself, its headless shell has to be told.
    """
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCookieControls", {"enableThirdPartyCookieRestriction": True})
    page.add_init_script(NO_STORAGE)
    return page


@pytest.fixture
def seat(room: Room, host: Host, strict_page: Page) -> Iterator[Seat]:
    room.quiz("single_choice", "short_text")
    page = strict_page
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield Seat(room, host, page)
    assert troubles == []
