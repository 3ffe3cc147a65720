"""A sort, match or gap text with empty parts is asked for before it counts as a try."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.room import Room, nothing_left

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMPTY = "Some parts are still empty. Fill them in; this did not count as a try."


def test_empty_part_is_asked_for_and_the_end_of_the_attempt_takes_what_is_there(
    room: Room, desk: Page
) -> None:
    room.quiz("categorise", kind="practice", feedback_mode="interactive", credit=["1", "1/2"])
    room.start(desk)
    item = room.item(desk, "categorise")
    chosen = item.locator("select")
    chosen.first.select_option(index=1)
    item.get_by_role("button", name="Check").click()
    expect(item.get_by_text(EMPTY)).to_be_visible()
    assert room.responses() == 0
    for name in chosen.evaluate_all("all => all.map(it => it.name)"):
        item.locator(f'[name="{name}"]').select_option(index=1)
    item.get_by_role("button", name="Check").click()
    expect(item.locator("[data-outcome]")).to_be_focused()
    assert room.responses() == 1


def test_handing_in_asks_for_no_empty_part(room: Room, desk: Page) -> None:
    room.quiz("categorise", kind="practice", feedback_mode="interactive", credit=["1", "1/2"])
    room.start(desk)
    room.item(desk, "categorise").locator("select").first.select_option(index=1)
    room.item(desk, "categorise").get_by_role("button", name="Check").click()
    desk.get_by_role("button", name="Finish and submit").click()
    desk.wait_for_url("**/submit/")
    nothing_left(desk)
    assert room.responses() == 1
