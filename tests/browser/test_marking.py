"""Texts are marked by keyboard alone, with one page load each."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from courses.models import Grading, MarkingClaim
from tests.admin.conftest import made_instructor, signed_in
from tests.browser.axe import examine
from tests.lengths import length
from tests.marking.world import make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


def enter(page, live_server, world):
    session = signed_in(made_instructor(world.quiz.course)).cookies[settings.SESSION_COOKIE_NAME]
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    return live_server.url + reverse("admin:cx_courses_course_marking", args=[world.quiz.course_id])


@pytest.mark.two_lengths
def test_texts_are_marked_by_keyboard_with_a_page_each(page, live_server):
    """At length sixty texts in 62 loads: the queue, a page for each text, the queue again."""
    count = length(short=4, long=60)
    world = make_world(texts=count)
    address = enter(page, live_server, world)
    loads, errors = [], []
    page.on("load", lambda _page: loads.append(page.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    start = page.get_by_role("button", name="Start marking")
    for _ in range(60):
        if start.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for number in range(1, count + 1):
        expect(page.get_by_text(f"The text of {number}.")).to_be_visible()
        expect(page.locator("[data-keys]")).to_be_visible()  # The script listens.
        page.keyboard.press(str(number % 3))
        page.keyboard.press("1")
        page.keyboard.press("f")
        page.keyboard.type(f"Say who, {number}.")
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing waits for a mark here.")).to_be_visible()

    assert len(loads) <= count + 2
    assert errors == []
    rows = Grading.objects.filter(kind="person").order_by("pk")
    assert [row.feedback for row in rows] == [f"Say who, {n}." for n in range(1, count + 1)]
    assert [[part["level"] for part in row.parts] for row in rows] == [
        [number % 3, 1] for number in range(1, count + 1)
    ]


def test_what_is_typed_is_kept_and_keys_lead_through_the_page(page, live_server):
    world = make_world(texts=2)
    enter(page, live_server, world)
    item = world.items[0]
    mark = reverse("admin:cx_courses_course_mark", args=[world.quiz.course_id, item.uuid])
    page.goto(live_server.url + mark)
    expect(page.locator("[data-keys]")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("[data-sum]")).to_have_text("3")
    page.keyboard.press("1")
    expect(page.locator("[data-sum]")).to_have_text("6")
    page.keyboard.press("k")
    page.keyboard.press("0")
    expect(page.locator("[data-sum]")).to_have_text("3")
    page.keyboard.press("m")
    expect(page.get_by_text("An experience is lived.")).to_be_hidden()
    page.keyboard.press("f")
    page.keyboard.type("Digits 12 are **typed** here.")
    expect(page.locator("#feedback-preview strong")).to_have_text("typed")
    expect(page.locator("[data-claim]")).to_have_text(re.compile("Yours until"))
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_text("No comment is kept yet.")).to_be_visible()
    page.goto(live_server.url + mark)
    expect(page.get_by_label("Feedback", exact=True)).to_have_value("Digits 12 are **typed** here.")
    assert MarkingClaim.objects.get().draft["levels"] == {"clear": 0, "own": 1}
    assert examine(page) == []


def test_the_page_works_without_scripts_and_at_320_pixels(browser, live_server):
    world = make_world(texts=1)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    try:
        page = context.new_page()
        page.goto(enter(page, live_server, world))
        page.get_by_role("button", name="Start marking").click()
        page.get_by_role("radio").nth(1).check()
        page.get_by_role("radio").nth(4).check()
        page.get_by_label("Feedback", exact=True).fill("*Good.*")
        page.get_by_role("button", name="Preview").click()
        expect(page.locator("#feedback-preview em")).to_have_text("Good.")
        page.get_by_role("button", name="Save and next").click()
        expect(page.get_by_text("Nothing waits for a mark here.")).to_be_visible()
    finally:
        context.close()
