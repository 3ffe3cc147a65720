"""A teacher in a platform's frame: picks links by keyboard, marks, compares, looks as a learner."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.lti import addresses
from courses.models import Enrolment, Grading, Quiz, Trial
from tests.browser.test_lti import Classroom, block, classroom, fits
from tests.factories import add_item, make_question, take_quiz
from tests.lti.platform.messages import DEEP_LINKS
from tests.lti.platform.state import INSTRUCTOR
from tests.marking.world import ESSAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["classroom"]


def test_the_picker_is_used_by_keyboard_alone(classroom: Classroom) -> None:
    page = classroom.page
    block(page)
    kind = "LtiDeepLinkingRequest"
    frame = classroom.show(INSTRUCTOR, sub="3", locale="de", target=addresses.launch(), kind=kind)
    search = frame.get_by_role("searchbox")
    search.focus()
    page.keyboard.type("quiz")
    with page.expect_event("framenavigated"):
        page.keyboard.press("Enter")
    page.frames[-1].wait_for_load_state()
    expect(search).to_have_value("quiz")
    search.focus()
    press_until(page, "input[name=pick]")
    page.keyboard.press("Space")
    expect(frame.locator("input[name=pick]:checked")).to_have_count(1)
    press_until(page, "input[name=column]")
    page.keyboard.press("ArrowDown")
    expect(frame.locator("input[name=column]").nth(1)).to_be_checked()
    fits(page)
    press_until(page, "button.button-primary")
    page.keyboard.press("Enter")
    expect(frame.locator("#done")).to_have_text("1 items")
    (item,) = classroom.platform.deep_links[-1][f"{DEEP_LINKS}content_items"]
    assert item["type"] == "ltiResourceLink"


def test_a_teacher_marks_compares_and_looks_as_a_learner_does(classroom: Classroom) -> None:
    page = classroom.page
    block(page)
    page.set_viewport_size({"width": 320, "height": 900})
    quiz = Quiz.objects.get(key="quiz")
    essay = make_question(quiz.module, kind="essay", data=ESSAY)
    add_item(quiz, essay, position=3, points="4")
    classroom.click(quiz="quiz")
    classroom.opened()
    learner = Enrolment.objects.get(section__is_default=False)
    take_quiz(learner, quiz, {}, {}, {"text": "An experience is lived."}, now=timezone.now())

    classroom.click(INSTRUCTOR, sub="3", quiz="quiz")
    frame = classroom.opened()
    frame.get_by_role("link", name="Your class").click()
    frame.get_by_role("link", name="Scores sent to School").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Scores sent to School")
    fits(page)
    frame.get_by_role("button", name="Compare with School").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Comparison with School")
    fits(page)
    frame.get_by_role("link", name="Your class").first.click()
    frame.get_by_role("link", name="Mark 1 response").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Marking")
    fits(page)
    frame.get_by_role("button", name="Mark", exact=True).click()
    frame.get_by_label("partly").check()
    frame.get_by_role("button", name="Save and next").click()
    expect(frame.locator(".error").first).to_be_visible()
    fits(page)
    frame.get_by_label("own", exact=False).last.check()
    frame.get_by_role("button", name="Save and next").click()
    expect(frame.get_by_text("Nothing waits for a mark here.")).to_be_visible()
    assert Grading.objects.filter(kind="person").count() == 1

    frame.get_by_role("button", name="View as a learner").click()
    expect(frame.get_by_text("You see this as a learner of your class.")).to_be_visible()
    fits(page)
    frame.get_by_role("button", name="End the trial").click()
    expect(frame.get_by_text("The trial has ended.")).to_be_visible()
    assert not Trial.objects.exists()


def press_until(page: Page, selector: str) -> None:
    """Press Tab until the frame's focus is on something like this."""
    inner = page.frames[-1]
    for _time in range(60):
        page.keyboard.press("Tab")
        if inner.evaluate("to => document.activeElement.matches(to)", selector):
            return
    raise AssertionError(f"The Tab key does not reach {selector}.")
