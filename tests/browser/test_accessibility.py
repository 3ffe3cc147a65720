"""What axe cannot see of accessibility: order and sight of the focus, spacing, edges, hovering."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.room import Room, is_too_wide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 375, "height": 700}
FOCUS = """() => {
    const all = [...document.querySelectorAll("*")];
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    const x = box.x + Math.min(box.width, innerWidth) / 2;
    const top = document.elementFromPoint(x, box.y + Math.min(box.height, 20) / 2);
    const labels = [...(element.labels ?? [])];
    const near = [element, element.closest("li"), element.nextElementSibling, ...labels];
    return {
        name: element.outerHTML.slice(0, 160), place: all.indexOf(element),
        isBody: element === document.body,
        ring: near.some((one) => one && getComputedStyle(one).outlineStyle !== "none"),
        isSeen: [element, ...labels].some((one) => one.contains(top)),
    };
}"""
SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important } p { margin-block-end: 2em !important }`);
    document.adoptedStyleSheets = [sheet];
    const ways = ["hidden", "clip"];
    return [...document.body.querySelectorAll("*")].filter((one) => {
        const style = getComputedStyle(one);
        if (!one.innerText?.trim() || one.clientWidth < 2) return false;
        if (one.closest(".visually-hidden, svg")) return false;
        return (ways.includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1)
            || (ways.includes(style.overflowY) && one.scrollHeight > one.clientHeight + 1);
    }).map((one) => one.outerHTML.slice(0, 160));
}"""
EDGES = """() => {
    const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = (colour) => {
        paint.clearRect(0, 0, 1, 1); paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
        return [...paint.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
        .map((part) => (part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4))
        .reduce((sum, part, place) => sum + part * [.2126, .7152, .0722][place], 0);
    const ratio = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + .05) / (low + .05);
    };
    const behind = (element) => {
        for (let one = element; one; one = one.parentElement) {
            const colour = rgba(getComputedStyle(one).backgroundColor);
            if (colour[3] > 250) return colour;
        }
        return rgba("Canvas");
    };
    const controls = "input:not([type=radio], [type=checkbox]), textarea, select, .button";
    const found = [...document.querySelectorAll(controls)].filter((one) => one.checkVisibility());
    return [found.length, found.filter((one) => {
        const style = getComputedStyle(one);
        const around = behind(one.parentElement);
        const edge = parseFloat(style.borderTopWidth) ? rgba(style.borderTopColor) : around;
        // A button may be its words alone: nothing else is needed to tell it.
        const isWordsAlone = one.matches(".button-quiet");
        return Math.max(ratio(edge, around), ratio(behind(one), around)) < 3 && !isWordsAlone;
    }).map((one) => one.outerHTML.slice(0, 160))];
}"""


@pytest.fixture
def quiz(room: Room, desk: Page) -> Page:
    """A timed attempt with questions of all types, on a phone."""
    desk.set_viewport_size(PHONE)
    room.quiz(time_limit_s=3600)
    room.start(desk)
    return desk


def test_focus_follows_the_page_and_is_never_covered(quiz: Page) -> None:
    """Tab reaches one control after the other, changes nothing, and leaves the page at its end."""
    address, last = quiz.url, -1
    for _press in range(300):
        quiz.keyboard.press("Tab")
        focus = quiz.evaluate(FOCUS)
        if focus["isBody"]:
            break
        assert focus["place"] > last, focus
        assert focus["ring"], focus
        assert focus["isSeen"], focus
        last = focus["place"]
    else:
        raise AssertionError("Tab does not leave the page.")
    assert last > 0
    assert quiz.url == address


def test_wider_spacing_cuts_no_text(quiz: Page, room: Room) -> None:
    assert quiz.evaluate(SPACING) == []
    assert not is_too_wide(quiz)
    quiz.goto(f"{room.site}/courses/cx/")
    assert quiz.evaluate(SPACING) == []
    assert not is_too_wide(quiz)


def test_edges_of_controls_have_contrast(quiz: Page) -> None:
    for scheme in ("light", "dark"):
        quiz.emulate_media(color_scheme=scheme)
        count, faint = quiz.evaluate(EDGES)
        assert count > 5
        assert faint == []


def test_hovering_opens_nothing(room: Room, desk: Page) -> None:
    desk.goto(f"{room.site}/courses/cx/")
    text = desk.locator("body").inner_text()
    controls = desk.locator("main :is(a, button, summary)").filter(visible=True)
    for control in controls.all():
        control.hover()
    assert desk.locator("body").inner_text() == text
    assert [
        one.evaluate("one => one.outerHTML") for one in desk.locator("body [title]").all()
    ] == []


def test_password_may_be_pasted(browser: Browser, room: Room) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{room.site}/account/sign-in/")
    field = page.get_by_label("Password", exact=True)
    expect(field).to_have_attribute("autocomplete", "current-password")
    taken: Any = field.evaluate(
        """one => one.dispatchEvent(
            new ClipboardEvent("paste", { cancelable: true, bubbles: true }))"""
    )
    assert taken, "The page refuses what is pasted."
    page.context.close()
