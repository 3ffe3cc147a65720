"""Checks answered without a network wait on the device, and arrive once, for their person alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from courses.models import Lesson, Response
from tests.browser.line import Line, line_to
from tests.browser.room import Room
from tests.browser.test_offline import browser_context_args, lessons, offline, open_lesson, place
from tests.factories import make_learner

__all__ = ["browser_context_args", "lessons"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KEPT = "Your response is kept on this device"
WAITING = "Object.keys(localStorage).filter(name => name.startsWith('cx-lesson:')).length"


def first_check(page: Page):
    return page.locator("[data-check]").first


def answer(page: Page, number: int) -> None:
    check = first_check(page)
    check.get_by_role("radio").nth(number).check()
    check.locator("[data-check-button]").click()


def arrived(page: Page) -> None:
    expect(first_check(page)).to_have_attribute("data-answered", "true")
    page.wait_for_function(f"() => {WAITING} === 0")


@pytest.fixture
def plane(room: Room, lessons: list[Lesson], desk: Page, context: BrowserContext) -> Page:
    open_lesson(room, desk, "pills")
    context.set_offline(True)
    desk.goto(place(room, "pills"))
    return desk


def test_check_answered_on_a_plane_arrives_once(
    room: Room, plane: Page, context: BrowserContext
) -> None:
    answer(plane, 0)
    expect(plane.get_by_text(KEPT)).to_be_visible()
    plane.reload()
    expect(first_check(plane).get_by_role("radio").first).to_be_checked()
    expect(plane.get_by_text(KEPT)).to_be_visible()
    answer(plane, 1)
    plane.close()
    assert Response.objects.count() == 0

    context.set_offline(False)
    page = context.new_page()
    page.goto(place(room, "pills"))
    arrived(page)
    expect(page.locator(".kept-bar")).to_have_count(0)
    page.reload()
    assert Response.objects.count() == 1
    assert Response.objects.get().by == room.user


def test_answer_arrives_from_any_page(room: Room, plane: Page, context: BrowserContext) -> None:
    answer(plane, 1)
    expect(plane.get_by_text(KEPT)).to_be_visible()
    context.set_offline(False)
    plane.goto(f"{room.site}/progress/")
    plane.wait_for_function(f"() => {WAITING} === 0")
    assert Response.objects.count() == 1


def test_answer_arrives_when_the_network_is_back(
    room: Room, plane: Page, context: BrowserContext
) -> None:
    answer(plane, 1)
    expect(plane.get_by_text(KEPT)).to_be_visible()
    context.set_offline(False)
    arrived(plane)
    assert Response.objects.count() == 1


def test_answer_whose_confirmation_got_lost_is_not_stored_twice(
    room: Room, lessons: list[Lesson], desk: Page
) -> None:
    desk.goto(place(room, "pills"))
    lost: list[Any] = []
    desk.route("**/checks/*/", lambda route: (lost.append(route.fetch()), route.abort()))
    answer(desk, 1)
    expect(desk.get_by_text(KEPT)).to_be_visible()
    assert [one.status for one in lost] == [200] * len(lost)
    desk.unroute("**/checks/*/")
    desk.reload()
    arrived(desk)
    assert Response.objects.count() == 1


def test_another_person_neither_sees_nor_sends_what_waits(
    room: Room, plane: Page, context: BrowserContext, sign_in: Any
) -> None:
    answer(plane, 1)
    expect(plane.get_by_text(KEPT)).to_be_visible()
    grace = make_learner(room.module.course, username="grace").user
    sign_in(context, grace)
    context.set_offline(False)
    for url in (f"{room.site}/progress/", place(room, "pills")):
        plane.goto(url)
        plane.wait_for_load_state("networkidle")
    expect(first_check(plane).locator(":checked")).to_have_count(0)
    expect(plane.get_by_text(KEPT)).to_have_count(0)
    assert plane.evaluate(WAITING) == 1
    assert Response.objects.count() == 0
    sign_in(context, room.user)
    plane.goto(place(room, "pills"))
    arrived(plane)
    assert [one.by for one in Response.objects.all()] == [room.user]


def test_lesson_shows_the_answer_that_was_given_after_it_was_kept(
    room: Room, lessons: list[Lesson], desk: Page, context: BrowserContext
) -> None:
    open_lesson(room, desk, "pills")
    answer(desk, 1)
    arrived(desk)
    context.set_offline(True)
    desk.goto(place(room, "pills"))
    expect(desk.locator(".kept-bar")).to_be_visible()
    expect(first_check(desk)).to_have_attribute("data-answered", "true")


@pytest.fixture
def line(room: Room, lessons: list[Lesson], desk: Page, context: BrowserContext) -> Iterator[Line]:
    """A lesson was opened through a line that can be cut."""
    with line_to(room.site) as found:
        (cookie,) = context.cookies()
        own = {"name": cookie["name"], "value": cookie["value"], "url": found.url}
        context.add_cookies([own])
        room.site = found.url
        open_lesson(room, desk, "pills")
        yield found


def test_server_that_is_away_is_like_no_network(room: Room, line: Line, desk: Page) -> None:
    line.cut()
    desk.goto(place(room, "pills"))
    expect(desk.locator(".kept-bar")).to_be_visible()
    answer(desk, 1)
    expect(desk.get_by_text(KEPT)).to_be_visible()
    offline(desk, f"{room.site}/account/")
    line.mend()
    desk.goto(place(room, "pills"))
    arrived(desk)
    assert Response.objects.count() == 1


def test_changed_answer_costs_no_try_when_the_first_never_arrived(
    room: Room, line: Line, desk: Page
) -> None:
    line.cut()
    for number in (0, 1):
        answer(desk, number)
        expect(desk.get_by_text(KEPT)).to_be_visible()
        expect(first_check(desk).locator("[data-check-button]")).to_be_enabled()
    line.mend()
    desk.reload()
    arrived(desk)
    assert Response.objects.count() == 1
    # The second answer is right, so nothing is left to choose.
    expect(first_check(desk).get_by_text("Your choice, and right")).to_be_visible()


def test_server_that_says_nothing_is_waited_for_only_shortly(
    room: Room, line: Line, desk: Page
) -> None:
    line.hang()
    desk.goto(place(room, "pills"))
    expect(desk.locator(".kept-bar")).to_be_visible()
    desk.wait_for_function("() => document.querySelector('.lesson-text img').naturalWidth === 40")
