"""Lessons on a plane: opened ones can be read, and nothing of anybody else, nor anything old."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from courses import lru_cache
from courses.models import Lesson
from tests.browser.axe import examine
from tests.browser.room import Room, is_too_wide
from tests.factories import make_asset, make_learner, make_lesson, make_quiz

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURE = b"""<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"></svg>"""


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "service_workers": "allow"}


@pytest.fixture
def lessons(room: Room) -> list[Lesson]:
    make_asset(module=room.module, name="map.svg", content=PICTURE)
    found = [
        make_lesson(module=room.module, key=key, title=title, checks=2, position=position)
        for position, (key, title) in enumerate(
            [("pills", "Which pill?"), ("views", "Two views"), ("gaps", "Gaps")], start=1
        )
    ]
    segments = found[0].rendered["segments"]
    segments.insert(0, {"html": '<h2>One</h2><p><img src="cx:asset:map.svg" alt="A map"></p>'})
    found[0].save()
    return found


def place(room: Room, key: str) -> str:
    return f"{room.site}/courses/cx/lessons/{key}/"


def open_lesson(room: Room, page: Page, key: str) -> None:
    page.goto(place(room, key))
    kept(page, key)


IS_KEPT = """async (key) => {
    const home = location.pathname.split("courses/")[0];
    for (let tries = 0; tries < 300; tries++) {
        for (const name of await caches.keys()) {
            if (!name.startsWith("cx-courses-pages-")) continue;
            const cache = await caches.open(name);
            const page = `${home}courses/cx/lessons/${key}/`;
            const found = await cache.match(page, { ignoreVary: true });
            const text = found?.headers.get("X-Courses-Kept");
            if (text && JSON.parse(decodeURIComponent(text)).files.length) return true;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
}"""


IS_EMPTY = """async () => {
    for (let tries = 0; tries < 300 && (await caches.keys()).length; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return !(await caches.keys()).length;
}"""


def kept(page: Page, key: str) -> None:
    """Wait until the lesson and all its files are on the device."""
    assert page.evaluate(IS_KEPT, key)


NAMES = "caches.keys().then(all => all.filter(name => name.startsWith('cx-courses-pages-')))"


def readers(page: Page) -> list[str]:
    """The people whose lessons are on the device, by the names that stand for them there."""
    found: list[str] = page.evaluate(NAMES)
    return found


def offline(page: Page, url: str) -> None:
    """Nothing is shown there but the page that says so."""
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")


@pytest.fixture
def plane(room: Room, lessons: list[Lesson], desk: Page, context: BrowserContext) -> Page:
    """Two lessons were opened, then the network went."""
    open_lesson(room, desk, "pills")
    open_lesson(room, desk, "views")
    context.set_offline(True)
    return desk


def test_opened_lessons_are_read_on_a_plane(room: Room, plane: Page) -> None:
    for key, title in (("pills", "Which pill?"), ("views", "Two views")):
        plane.goto(place(room, key))
        expect(plane.get_by_role("heading", level=1)).to_contain_text(title)
        expect(plane.get_by_text("You are offline, or the site does not answer")).to_be_visible()
        expect(plane.locator(".kept-bar time")).to_be_visible()
        expect(plane.locator(".kept-bar")).to_have_css("position", "sticky")
    plane.goto(place(room, "pills"))
    expect(plane.get_by_role("img", name="A map")).to_be_visible()
    plane.wait_for_function("document.querySelector('.lesson-text img').naturalWidth === 40")
    assert examine(plane) == []
    plane.set_viewport_size({"width": 320, "height": 700})
    assert not is_too_wide(plane)


def test_lesson_that_was_not_opened_is_an_honest_page(room: Room, plane: Page) -> None:
    offline(plane, place(room, "gaps"))
    links = plane.locator("[data-kept-lessons] a")
    expect(links).to_have_text(["1.2 Two views", "1.1 Which pill?"])
    assert examine(plane) == []
    links.last.click()
    expect(plane.get_by_role("heading", level=1)).to_contain_text("Which pill?")


def test_attempt_and_account_are_never_shown_from_memory(
    room: Room, lessons: list[Lesson], desk: Page, context: BrowserContext
) -> None:
    make_quiz(module=room.module, key="quiz", title="The quiz")
    open_lesson(room, desk, "pills")
    room.start(desk)
    attempt = desk.url
    desk.goto(f"{room.site}/account/")
    desk.goto(f"{room.site}/")
    context.set_offline(True)
    for url in (attempt, f"{attempt}review/", f"{room.site}/account/", f"{room.site}/"):
        offline(desk, url)
        expect(desk.locator("[data-kept-lessons] a")).to_have_count(1)


def test_nothing_is_left_after_signing_out(
    room: Room, lessons: list[Lesson], desk: Page, context: BrowserContext
) -> None:
    open_lesson(room, desk, "pills")
    assert len(readers(desk)) == 1
    desk.get_by_role("button", name="Sign out").click()
    expect(desk.get_by_role("link", name="Sign in").first).to_be_visible()
    assert readers(desk) == []
    context.set_offline(True)
    offline(desk, place(room, "pills"))
    expect(desk.get_by_text("None. A lesson that you open")).to_be_visible()


def test_another_person_finds_nothing(
    room: Room, lessons: list[Lesson], desk: Page, context: BrowserContext, sign_in: Any
) -> None:
    open_lesson(room, desk, "pills")
    (before,) = readers(desk)
    sign_in(context, make_learner(room.module.course, username="grace").user)
    desk.goto(f"{room.site}/progress/")
    assert readers(desk) == []
    open_lesson(room, desk, "views")
    (after,) = readers(desk)
    assert after != before
    context.set_offline(True)
    offline(desk, place(room, "pills"))
    expect(desk.locator("[data-kept-lessons] a")).to_have_text(["1.2 Two views"])


@pytest.fixture
def prefixed(room: Room, settings: Any) -> Iterator[str]:
    """The courses stand under a prefix; gives the address of the site around them."""
    around, room.site = room.site, f"{room.site}/learn"
    forget_pages()
    settings.ROOT_URLCONF = "tests.browser.urls_under_a_prefix"
    yield around
    forget_pages()


def forget_pages() -> None:
    """Forget parts of pages with other addresses in them."""
    for cache in list(lru_cache._caches):
        cache.clear()


def test_worker_of_a_host_minds_its_own_prefix(
    prefixed: str, room: Room, lessons: list[Lesson], desk: Page, context: BrowserContext
) -> None:
    open_lesson(room, desk, "pills")
    scope = "navigator.serviceWorker.ready.then((one) => one.scope)"
    assert desk.evaluate(scope) == f"{room.site}/"
    context.set_offline(True)
    desk.goto(place(room, "pills"))
    expect(desk.locator(".kept-bar")).to_be_visible()
    offline(desk, f"{room.site}/account/")
    expect(desk.locator("[data-kept-lessons] a")).to_have_count(1)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        desk.goto(f"{prefixed}/admin/")


def test_worker_that_is_switched_off_leaves_nothing(
    room: Room, lessons: list[Lesson], desk: Page, settings: Any
) -> None:
    open_lesson(room, desk, "pills")
    settings.COURSES_OFFLINE = False
    desk.goto(f"{room.site}/")
    desk.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    assert desk.evaluate(IS_EMPTY)
    desk.goto(f"{room.site}/")
    assert desk.evaluate("navigator.serviceWorker.getRegistrations()") == []


def test_new_password_empties_the_device(room: Room, lessons: list[Lesson], desk: Page) -> None:
    open_lesson(room, desk, "pills")
    (before,) = readers(desk)
    desk.goto(f"{room.site}/account/password/")
    desk.fill("[name=old_password]", "correct horse battery")
    for name in ("new_password1", "new_password2"):
        desk.fill(f"[name={name}]", "a horse of another colour")
    desk.locator("main button.button-primary").click()
    expect(desk.get_by_text("Your password has been changed.")).to_be_visible()
    assert readers(desk) == []
    open_lesson(room, desk, "pills")
    assert readers(desk) != [before]
