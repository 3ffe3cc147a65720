"""The clock of a timed attempt stays in sight, and says what is left where it is seen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.room import Room, awake

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = [(1440, 900), (375, 812)]


def boxes(page: Page) -> tuple[dict[str, float], dict[str, float]]:
    timer = page.locator("[data-timer]").bounding_box()
    item = page.locator("[data-item]").last.bounding_box()
    assert timer is not None
    assert item is not None
    return timer, item


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_clock_stays_in_sight_and_covers_no_question(
    room: Room, desk: Page, width: int, height: int
) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    room.quiz(time_limit_s=600)
    room.start(desk)
    desk.goto(f"{desk.url}#item-{max(room.positions.values())}")
    awake(desk)
    timer, item = boxes(desk)
    assert desk.evaluate("scrollY") > height
    assert timer["y"] == pytest.approx(0, abs=1)
    assert timer["height"] < height / 8
    # The question that the address names stands below the clock.
    assert item["y"] >= timer["height"]


def test_what_is_left_is_shown_for_a_while_where_one_looks(room: Room, desk: Page) -> None:
    desk.clock.install()
    room.quiz("single_choice", "short_text", "essay", time_limit_s=600)
    room.start(desk)
    desk.evaluate("scrollTo(0, document.body.scrollHeight)")
    call = desk.locator("[data-timer-polite]")
    desk.clock.run_for(5 * 60 * 1000)
    expect(call).to_have_text("5 minutes are left.")
    expect(call).to_be_in_viewport()
    desk.clock.run_for(60 * 1000)
    expect(call).to_be_empty()
