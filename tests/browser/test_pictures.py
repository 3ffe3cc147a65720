"""Every picture on every page is there: a walk along all links, before and after a quiz."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.room import Room
from tests.factories import add_checks, make_lesson, make_question
from tests.questions.cases import EXAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_PAGES = 60
MISSING = """async () => {
    const missing = [];
    for (const picture of document.images) {
        picture.loading = "eager";
        await picture.decode().catch(() => null);
        if (!picture.getAttribute("src") || !picture.naturalWidth) {
            missing.push(picture.outerHTML.slice(0, 200));
        }
    }
    return missing;
}"""
LINKS = "all => all.map(link => link.href.split('#')[0])"


def crawl(page: Page, site: str) -> tuple[dict[str, Any], int]:
    """Pages with missing pictures, and how many pictures there were in all."""
    waiting, seen, faults, pictures = [f"{site}/"], set[str](), {}, 0
    while waiting:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        response = page.goto(address)
        assert response is not None
        if "text/html" not in response.headers.get("content-type", ""):
            continue
        pictures += page.locator("img").count()
        missing = page.evaluate(MISSING)
        if missing:
            faults[address.removeprefix(site)] = missing
        links = page.locator("a[href]:not([download])").evaluate_all(LINKS)
        waiting += [link for link in links if link.startswith(f"{site}/courses/")]
        waiting += [link for link in links if link.startswith(f"{site}/attempts/")]
    assert len(seen) < MOST_PAGES
    return faults, pictures


def test_every_picture_of_every_page_is_there(room: Room, desk: Page) -> None:
    quiz = room.quiz("hotspot", "single_choice")
    lesson = make_lesson(module=room.module, key="pills", checks=1)
    spots = make_question(room.module, kind="hotspot", data=EXAMPLES["hotspot"][0])
    add_checks(lesson, lesson.checks, [spots])
    room.start(desk)

    faults, pictures = crawl(desk, room.site)
    assert (faults, pictures >= 2) == ({}, True)

    desk.goto(f"{room.site}/attempts/{room.attempt.uuid}/submit/")
    desk.get_by_role("button", name="Submit now").click()
    desk.wait_for_url("**/review/")
    assert desk.evaluate(MISSING) == []
    assert desk.locator("img.hotspot-image").count() == 1
    assert quiz.attempts.count() == 1
