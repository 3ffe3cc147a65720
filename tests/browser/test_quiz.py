"""A quiz taken with the mouse, by keyboard, without scripts and on a phone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from courses.models import AttemptItem, Question
from tests.browser.axe import violations
from tests.browser.room import Room, awake, is_too_wide, saved
from tests.factories import add_version, make_lesson
from tests.lengths import spread
from tests.questions.cases import EXAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ESSAY = "A word that means everything means nothing, says the sceptic."


def choose_first(item: Locator) -> None:
    """Choose the first place for each card; cards move as they are placed."""
    selects = item.locator("select")
    for name in selects.evaluate_all("all => all.map(it => it.name)"):
        item.locator(f'[name="{name}"]').select_option(index=1)


def answer_everything(room: Room, page: Page) -> None:
    room.item(page, "single_choice").get_by_label("She waited at home").check()
    room.item(page, "multiple_response").get_by_label("Staff plead for tens").check()
    room.item(page, "true_false").get_by_label("False").check()
    for kind in ("matching", "categorise"):
        choose_first(room.item(page, kind))
    room.item(page, "ordering").get_by_role("button", name=re.compile("^Move down")).first.click()
    room.item(page, "numeric").locator("input[type=text]").fill("12,5")
    for blank in room.item(page, "cloze").locator("input[type=text]").all():
        blank.fill("service")
    room.item(page, "cloze").locator("select").select_option(index=1)
    room.item(page, "short_text").locator("input[type=text]").fill("NPS")
    room.item(page, "essay").locator("textarea").fill(ESSAY)
    page.locator('[data-region="r3"]').click(position={"x": 40, "y": 40})


def test_with_the_mouse_from_start_to_review(room: Room, desk: Page) -> None:
    room.quiz(pass_mark=10)
    room.start(desk)
    answer_everything(room, desk)
    expect(desk.locator("[data-nav-count]")).to_have_text("11 of 11 answered")
    saved(desk)
    room.item(desk, "essay").get_by_role("button", name="Flag for later").click()
    expect(desk.locator("[data-save-state]")).to_have_text("Question 10 is flagged.")
    desk.get_by_role("button", name="Finish and submit").click()
    desk.wait_for_url("**/submit/")
    expect(desk.get_by_text("You have answered 11 of 11 questions.")).to_be_visible()
    expect(desk.get_by_role("link", name="Question 10")).to_be_visible()
    assert room.value("single_choice") == {"choice": "b"}
    assert room.value("essay") == {"text": ESSAY}
    assert room.value("hotspot") == {"region": ["r3"]}
    assert room.value("numeric")["blank"] == {"nps": "12,5"}
    desk.get_by_role("button", name="Submit now").click()
    desk.wait_for_url("**/review/")
    expect(desk.get_by_text("Part of this attempt has not been graded yet.")).to_be_visible()
    expect(desk.get_by_text("tell two views apart").first).to_be_visible()


@pytest.mark.proofs
def test_saved_response_is_shown_after_a_reload(room: Room, desk: Page) -> None:
    room.quiz()
    room.start(desk)
    answer_everything(room, desk)
    order = room.item(desk, "ordering").locator(".order-text").all_inner_texts()
    saved(desk)
    stored = {kind: room.value(kind) for kind in room.positions}
    count = room.responses()
    desk.reload()
    awake(desk)
    assert room.item(desk, "ordering").locator(".order-text").all_inner_texts() == order
    expect(room.item(desk, "essay").locator("textarea")).to_have_value(ESSAY)
    expect(desk.get_by_label("She waited at home")).to_be_checked()
    expect(desk.locator("[data-region].is-chosen")).to_have_count(1)
    assert {kind: room.value(kind) for kind in room.positions} == stored
    assert room.responses() == count


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, selector: str) -> None:
    """Tab until the focus is there; the element must then be seen and not be covered."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
    focus = page.evaluate(
        """() => {
            const element = document.activeElement;
            const box = element.getBoundingClientRect();
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            const ring = [element, element.closest("li")].some(
                (one) => one && getComputedStyle(one).outlineStyle !== "none");
            return { text: element.outerHTML.slice(0, 200), ring,
                     isOnTop: element.contains(top) || element.closest("label")?.contains(top) };
        }"""
    )
    assert page.evaluate("selector => document.activeElement.matches(selector)", selector), focus
    assert focus["ring"], focus
    assert focus["isOnTop"], focus


def test_with_the_keyboard_alone(room: Room, desk: Page) -> None:
    room.quiz("single_choice", "ordering", "matching", "short_text")
    desk.goto(f"{room.site}/courses/cx/quizzes/quiz/")
    tab_to(desk, ".quiz-begin .button-primary")
    press(desk, "Enter")
    awake(desk)
    tab_to(desk, "#item-1 input[type=radio]")
    press(desk, "ArrowDown")
    tab_to(desk, "#item-2 li:first-child .order-button:last-of-type")
    label = desk.locator("#item-2 .order-text").first.inner_text()
    press(desk, "Enter")
    expect(desk.locator("#item-2 [role=status]")).to_have_text(f"{label}, now 2 of 5")
    assert desk.evaluate("document.activeElement.getAttribute('aria-label')") == (
        f"Move down: {label}"
    )
    tab_to(desk, "#item-3 select")
    press(desk, "ArrowDown")
    tab_to(desk, "#item-4 input[type=text]")
    desk.keyboard.type("NPS")
    # Enter in a field saves; it does not submit the quiz.
    press(desk, "Enter")
    saved(desk)
    assert "/attempts/" in desk.url
    assert room.value("short_text") == {"text": "NPS"}
    assert len(room.value("ordering")["order"]) == 5
    tab_to(desk, "button[name=submit]")
    press(desk, "Enter")
    desk.wait_for_url("**/submit/")
    tab_to(desk, "main form .button-primary")
    press(desk, "Enter")
    desk.wait_for_url("**/review/")


@pytest.mark.proofs
def test_without_scripts(room: Room, browser: Browser, sign_in: Any) -> None:
    room.quiz()
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, room.user)
    page = context.new_page()
    page.goto(f"{room.site}/courses/cx/quizzes/quiz/")
    page.get_by_role("button", name="Start").click()
    page.get_by_label("She waited at home").check()
    for place, select in enumerate(room.item(page, "ordering").locator("select").all(), start=1):
        select.select_option(str(place))
    room.item(page, "numeric").locator("input[type=text]").fill("about three")
    room.item(page, "essay").locator("textarea").fill(ESSAY)
    page.get_by_label("3. Support").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("1 response is not saved yet.")
    field = room.item(page, "numeric").locator("input[type=text]")
    expect(field).to_have_value("about three")
    field.fill("3")
    page.get_by_role("button", name="Finish and submit").click()
    expect(page.get_by_text("You have answered 5 of 11 questions.")).to_be_visible()
    page.get_by_role("button", name="Submit now").click()
    expect(page.get_by_role("heading", name="Review of attempt 1")).to_be_visible()
    assert room.value("essay") == {"text": ESSAY}
    assert room.value("numeric")["blank"] == {"nps": "3"}
    context.close()


def test_a_try_is_answered_in_place(room: Room, desk: Page) -> None:
    room.quiz(
        "single_choice", "essay", kind="practice", feedback_mode="interactive", credit=["1", "1/2"]
    )
    room.start(desk)
    first = room.item(desk, "single_choice")
    first.get_by_label("The carrier promises").check()
    expect(first.locator("[data-item-state]")).to_have_text("Not checked yet")
    assert room.responses() == 0
    first.get_by_role("button", name="Check").click()
    expect(first.locator("[data-outcome]")).to_be_focused()
    expect(first.get_by_text("You have 1 more try.")).to_be_visible()
    first.get_by_label("She waited at home").check()
    first.get_by_role("button", name="Check again").click()
    expect(first.get_by_text("Your choice, and right")).to_be_visible()
    essay = room.item(desk, "essay")
    essay.locator("textarea").fill(ESSAY)
    essay.get_by_role("button", name="Check").click()
    expect(essay.get_by_role("heading", name="A model answer")).to_be_visible()
    assert violations(desk) == []


@pytest.mark.proofs
def test_a_try_that_was_not_checked_outlives_a_reload(room: Room, desk: Page) -> None:
    room.quiz("short_text", kind="practice", feedback_mode="immediate")
    room.start(desk)
    room.item(desk, "short_text").locator("input[type=text]").fill("half a thought")
    desk.reload()
    awake(desk)
    expect(room.item(desk, "short_text").locator("input[type=text]")).to_have_value(
        "half a thought"
    )
    assert room.responses() == 0


@pytest.mark.proofs
def test_a_check_in_a_lesson_has_the_same_buttons_before_and_after_a_try(
    room: Room, desk: Page
) -> None:
    lesson = make_lesson(checks=1, module=room.module, key="order")
    add_version(Question.objects.get(), kind="ordering", data=EXAMPLES["ordering"][0])
    desk.goto(f"{room.site}/courses/cx/lessons/{lesson.key}/")
    check = desk.locator("[data-check]")
    check.get_by_role("button", name="Use this order").click()
    expect(check.locator(".order-place").first).to_have_text("1")
    check.get_by_role("button", name="Check my response").click()
    expect(check.locator("[data-outcome]")).to_be_focused()
    if check.get_by_role("button", name="Check again").count():
        expect(check.get_by_role("button", name=re.compile("^Move down")).first).to_be_visible()
    assert len(AttemptItem.objects.get().value["order"]) == 5


@pytest.mark.parametrize("scheme", spread(["dark", "light"], check=1))
def test_every_page_is_accessible(room: Room, desk: Page, scheme: str) -> None:
    room.quiz(time_limit_s=3600, attempts_allowed=3)
    desk.goto(f"{room.site}/courses/cx/quizzes/quiz/")
    assert violations(desk, scheme) == []
    room.start(desk)
    answer_everything(room, desk)
    saved(desk)
    assert violations(desk, scheme) == []
    desk.get_by_role("button", name="Finish and submit").click()
    desk.wait_for_url("**/submit/")
    assert violations(desk, scheme) == []
    desk.get_by_role("button", name="Submit now").click()
    desk.wait_for_url("**/review/")
    assert violations(desk, scheme) == []


@pytest.mark.parametrize("zoom", spread([2, 1], check=1))
def test_quiz_fits_a_small_screen_and_large_text(room: Room, desk: Page, zoom: int) -> None:
    room.quiz(time_limit_s=3600)
    desk.set_viewport_size({"width": 320 * zoom, "height": 800})
    large = f"document.documentElement.style.fontSize = '{100 * zoom}%'"
    desk.goto(f"{room.site}/courses/cx/quizzes/quiz/")
    desk.evaluate(large)
    assert not is_too_wide(desk)
    room.start(desk)
    desk.evaluate(large)
    assert not is_too_wide(desk)
    desk.goto(desk.url + "submit/")
    desk.get_by_role("button", name="Submit now").click()
    desk.wait_for_url("**/review/")
    desk.evaluate(large)
    assert not is_too_wide(desk)


SMALL = {
    **EXAMPLES["hotspot"][0],
    "regions": [
        {"key": "r1", "shape": "rect", "coords": "20,20,60,14"},
        {"key": "r2", "shape": "circle", "coords": "300,200,8", "correct": True},
        {"key": "r3", "shape": "rect", "coords": "20,60,60,14"},
    ],
}
TARGETS = """all => all.map(region => {
    const box = region.getBoundingClientRect();
    return Math.min(box.width, box.height) > 23.9;
})"""
# Does the middle of the number lie on the edge of its region, and not upon what it shows?
ON_THE_EDGE = """all => all.map(region => {
    const number = region.querySelector("text").getBoundingClientRect();
    const shape = region.querySelector(":is(rect, circle):not(.hotspot-target)");
    const box = shape.getBoundingClientRect();
    return Math.abs(number.y + number.height / 2 - box.y) < 3;
})"""


def test_regions_of_a_picture_can_be_hit_with_a_finger(room: Room, desk: Page) -> None:
    for row in SMALL["regions"]:
        row |= {"label": f"Place {row['key']}", "feedback": "So."}
    desk.set_viewport_size({"width": 375, "height": 700})
    quiz = room.quiz("hotspot")
    add_version(quiz.items.get().question, kind="hotspot", data=SMALL)
    room.start(desk)
    regions = desk.locator("[data-region]")
    desk.wait_for_selector(".hotspot.is-live")

    assert regions.evaluate_all(TARGETS) == [True, True, True]
    assert regions.evaluate_all(ON_THE_EDGE) == [True, True, True]
    assert not is_too_wide(desk)
    for key in ("r1", "r2", "r3"):
        # The middle of each region is its own, also where larger targets overlap.
        desk.locator(f'[data-region="{key}"]').scroll_into_view_if_needed()
        box = desk.locator(f'[data-region="{key}"] > :not(.hotspot-target, text)').bounding_box()
        assert box is not None
        desk.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(desk.get_by_label(f"Place {key}")).to_be_checked()
