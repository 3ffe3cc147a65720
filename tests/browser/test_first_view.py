"""The first view of a page, with scripts as a served site has them: hashed and joined."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Page, expect

from courses import lru_cache
from tests.browser.room import Room, awake, saved
from tests.factories import make_lesson

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_REQUESTS = 12


HASHED = {"staticfiles": {"BACKEND": "cxcourse.static.HashedStaticStorage"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collect the static files as a site in production does."""
    found = tmp_path_factory.mktemp("static")
    storages = {**settings.STORAGES, **HASHED}
    with override_settings(STATIC_ROOT=str(found), STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
    return found


@pytest.fixture
def collected(folder: Path) -> Iterator[None]:
    """Serve the collected files."""
    served = {"STATIC_ROOT": str(folder), "STATICFILES_DIRS": [folder]}
    with override_settings(**served, STORAGES={**settings.STORAGES, **HASHED}):
        _forget()
        yield
    _forget()


def _forget() -> None:
    """Forget pages with other addresses in them."""
    for cache in list(lru_cache._caches):
        cache.clear()


@pytest.fixture
def asked(desk: Page) -> list[str]:
    found: list[str] = []
    desk.on("request", lambda request: found.append(request.url))
    return found


@pytest.mark.usefixtures("collected")
def test_first_view_of_an_attempt_and_its_review(room: Room, desk: Page, asked: list[str]) -> None:
    room.quiz("single_choice", "essay", "numeric")
    desk.goto(f"{room.site}/courses/cx/quizzes/quiz/")
    desk.get_by_role("button", name="Start").click()
    awake(desk)
    address = desk.url
    _fresh(desk, asked)

    desk.goto(address)
    awake(desk)
    desk.wait_for_load_state("networkidle")
    assert any("/js/attempt/attempt." in url for url in asked)
    assert len(asked) <= MOST_REQUESTS, "\n".join(asked)

    room.item(desk, "single_choice").get_by_role("radio").first.check()
    saved(desk)
    assert room.responses() == 1
    desk.goto(f"{address}submit/")
    desk.get_by_role("button", name="Submit").click()
    desk.wait_for_url("**/review/")
    _fresh(desk, asked)

    desk.goto(f"{address}review/")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    desk.wait_for_load_state("networkidle")
    assert len(asked) <= MOST_REQUESTS, "\n".join(asked)


@pytest.mark.usefixtures("collected")
def test_first_view_of_a_lesson(room: Room, desk: Page, asked: list[str]) -> None:
    lesson = make_lesson(module=room.module, checks=2)
    desk.goto(f"{room.site}/courses/cx/lessons/{lesson.key}/")
    desk.wait_for_load_state("networkidle")
    assert any("/js/lesson." in url for url in asked)
    assert len(asked) <= MOST_REQUESTS, "\n".join(asked)


def _fresh(page: Page, asked: list[str]) -> None:
    """Let the browser load everything again."""
    session = page.context.new_cdp_session(page)
    session.send("Network.clearBrowserCache")
    session.detach()
    asked.clear()
