"""Cards are dragged into bins by mouse and finger; by keyboard each has its list."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.room import Room, awake, is_too_wide, nothing_left, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CARDS = {
    "c1": "94% closed on target",
    "c2": "Dad's phone must work today",
    "c3": "No form fitted my case",
}


@pytest.fixture
def sorting(room: Room, desk: Page) -> Locator:
    room.quiz("categorise")
    room.start(desk)
    return room.item(desk, "categorise")


def card(item: Locator, text: str) -> Locator:
    return item.locator("li.placement", has_text=text)


def bin_of(item: Locator, title: str) -> Locator:
    return item.locator(".bin", has_text=title)


def drag(page: Page, one: Locator, to: Locator) -> None:
    one.scroll_into_view_if_needed()
    start, end = one.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + 60, start["y"] + 16)
    page.mouse.down()
    page.mouse.move(end["x"] + 30, end["y"] + 20, steps=6)


def test_mouse_puts_a_card_into_a_bin_and_takes_it_back(
    room: Room, desk: Page, sorting: Locator
) -> None:
    one, inside = card(sorting, CARDS["c1"]), bin_of(sorting, "Inside-out")
    drag(desk, one, inside)
    expect(inside).to_have_class("bin is-over")
    desk.mouse.up()
    expect(inside.locator("li")).to_contain_text(CARDS["c1"])
    expect(sorting.get_by_role("status").filter(has_text="now in: Inside-out")).to_have_count(1)
    saved(desk)
    assert room.value("categorise") == {"category": {"c1": "in"}}
    assert violations(desk) == []
    drag(desk, one, sorting.locator(".question-stem"))
    desk.mouse.up()
    expect(inside.locator("li")).to_have_count(0)
    drag(desk, card(sorting, CARDS["c2"]), inside)
    desk.mouse.up()
    saved(desk)
    assert room.value("categorise") == {"category": {"c2": "in"}}


def test_escape_drops_the_card_where_it_was(room: Room, desk: Page, sorting: Locator) -> None:
    drag(desk, card(sorting, CARDS["c1"]), bin_of(sorting, "Outside-in"))
    desk.keyboard.press("Escape")
    desk.mouse.up()
    expect(sorting.locator(".bin li")).to_have_count(0)
    assert room.value("categorise") is None


def test_keyboard_goes_from_list_to_list_and_a_card_moves_when_it_is_left(
    room: Room, desk: Page, sorting: Locator
) -> None:
    lists = [sorting.get_by_label(text) for text in CARDS.values()]
    shown = sorting.locator("select").evaluate_all("all => all.map(it => it.name.slice(-2))")
    first, second = (sorting.get_by_label(CARDS[key]) for key in shown[:2])
    first.focus()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    expect(sorting.locator(".bin li")).to_have_count(0)
    desk.keyboard.press("Tab")
    expect(second).to_be_focused()
    expect(bin_of(sorting, "Outside-in").locator("li")).to_contain_text(CARDS[shown[0]])
    for one in lists:
        one.select_option("in")
    saved(desk)
    assert room.value("categorise") == {"category": dict.fromkeys(CARDS, "in")}
    expect(sorting.get_by_text("Every card has its place.")).to_be_visible()


def test_cards_stand_in_their_bins_after_a_reload(room: Room, desk: Page, sorting: Locator) -> None:
    sorting.get_by_label(CARDS["c3"]).select_option("out")
    saved(desk)
    desk.reload()
    expect(bin_of(sorting, "Outside-in").locator("li")).to_contain_text(CARDS["c3"])
    awake(desk)
    nothing_left(desk)
    assert room.responses() == 1


def test_finger_drags_by_the_grip_on_a_phone(
    room: Room, browser: Browser, sign_in: Any, live_server: Any
) -> None:
    room.quiz("matching")
    context = browser.new_context(
        has_touch=True, viewport={"width": 320, "height": 700}, reduced_motion="reduce"
    )
    sign_in(context, room.user)
    page = context.new_page()
    room.start(page)
    item = room.item(page, "matching")
    first = item.locator("li.placement").first
    key = first.locator("select").get_attribute("name")
    grip, goal = first.locator(".card-grip"), item.locator(".bin").first
    grip.scroll_into_view_if_needed()
    goal.evaluate("it => it.scrollIntoView({block: 'end'})")
    touch(page, grip, goal)
    expect(goal.locator("li")).to_have_count(1)
    assert item.locator(f"[name='{key}']").input_value() == goal.get_attribute("data-bin")
    assert not is_too_wide(page)
    saved(page)
    context.close()


def touch(page: Page, start: Locator, end: Locator) -> None:
    """Draw one finger from a place to another, as the browser hears it from the screen."""
    here, there = start.bounding_box(), end.bounding_box()
    assert here is not None
    assert there is not None
    devtools = page.context.new_cdp_session(page)
    middle = {"x": here["x"] + here["width"] / 2, "y": here["y"] + here["height"] / 2}
    goal = {"x": there["x"] + 40, "y": there["y"] + 20}
    steps = [
        {key: middle[key] + (goal[key] - middle[key]) * step / 5 for key in middle}
        for step in range(6)
    ]
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [middle]})
    for point in steps:
        devtools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
