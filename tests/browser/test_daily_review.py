"""The daily review in Chromium: a set of cards, the next, the finished day."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect

from courses.domain import lessons
from courses.models import Enrolment
from tests.browser.axe import violations
from tests.browser.room import is_too_wide
from tests.factories import NOW, RIGHT, ModuleFactory, make_learner, make_lesson, reader_of
from tests.lengths import spread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def ada() -> Enrolment:
    """A learner whose three cards are long due."""
    lesson = make_lesson(title="Which pill?", checks=3, review=3, module=ModuleFactory())
    enrolment = make_learner(lesson.module.course)
    for key in lesson.review:
        lessons.respond(
            reader=reader_of(enrolment),
            lesson_key=lesson.key,
            question_key=key,
            raw=RIGHT,
            based_on=0,
            by=enrolment.user,
            now=NOW,
        )
    return enrolment


@pytest.fixture
def visit(
    browser: Browser, live_server: Any, sign_in: Any, ada: Enrolment
) -> Iterator[Callable[..., Page]]:
    """`visit(**options)` → the course's page in a browser of the learner."""
    contexts = []

    def come(**options: Any) -> Page:
        contexts.append(browser.new_context(reduced_motion="reduce", **options))
        sign_in(contexts[-1], ada.user)
        page = contexts[-1].new_page()
        page.goto(live_server.url + reverse("cx_courses:course", args=[ada.course.key]))
        return page

    yield come
    for context in contexts:
        context.close()


def card(page: Page, number: int) -> Locator:
    return page.get_by_role("region", name=f"Card {number} of")


def respond(page: Page, number: int, text: str) -> Locator:
    found = card(page, number)
    found.get_by_label(text).check()
    found.get_by_role("button", name="Check my response").click()
    expect(found.get_by_text("This card comes back on")).to_be_visible()
    return found


@pytest.mark.parametrize("with_script", spread([True, False], check=1))
def test_from_the_course_through_two_sets_to_the_end(
    visit: Any, settings: Any, with_script: bool
) -> None:
    settings.COURSES_REVIEW_SET = 2
    page = visit(java_script_enabled=with_script)
    page.get_by_role("link", name="Daily review 2 due").click()
    first = respond(page, 1, "Her solved need")
    expect(first.get_by_role("link", name="Which pill?")).to_be_visible()
    expect(first.get_by_role("button")).to_have_count(0)
    if with_script:
        expect(first.locator("[data-outcome]")).to_be_focused()
    page.get_by_role("link", name="Next card").click()

    respond(page, 2, "Our tickets")
    page.get_by_role("link", name="Finish").click()
    expect(page.get_by_role("heading", name="That is all for today.")).to_be_visible()
    page.get_by_role("button", name="Start another set").click()
    page.get_by_role("button", name="Not today: ask me tomorrow").click()
    expect(page.get_by_role("heading", name="That is all for today.")).to_be_visible()
    page.get_by_role("link", name="Enough for today").click()
    expect(page.get_by_role("link", name="Daily review", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", spread([320, 1280], check=1))
def test_it_is_accessible_and_fits(visit: Any, width: int) -> None:
    page = visit(viewport={"width": width, "height": 800})
    page.get_by_role("link", name="Daily review").click()
    _look(page, f"{width}-before")
    respond(page, 1, "Our tickets")
    _look(page, f"{width}-after")
    for number in (2, 3):
        page.get_by_role("link", name="Next card").click()
        respond(page, number, "Her solved need")
    page.get_by_role("link", name="Finish").click()
    _look(page, f"{width}-done")


def _look(page: Page, name: str) -> None:
    assert violations(page) == []
    assert not is_too_wide(page)
    if PICTURES:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            path = Path(PICTURES) / f"review-{name}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
