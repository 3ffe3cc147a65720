"""The guide for instructors, followed word for word in Chromium by a new instructor.

`COURSES_WRITE_PICTURES=1` writes the guide's pictures.
"""

import os
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from courses.models import Attempt, Question, Quiz, Result
from tests.admin.conftest import made_instructor, signed_in
from tests.browser.guide import GUIDE, Step, do, steps
from tests.factories import ModuleFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


def enter(page, live_server, user):
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])


def test_guide_leads_a_new_instructor_to_a_quiz_taken(page, live_server):
    text = GUIDE.read_text(encoding="utf-8")
    shown = {
        GUIDE.parent / "pictures" / name for name in re.findall(r"pictures/([\w-]+\.png)", text)
    }
    is_written = "COURSES_WRITE_PICTURES" in os.environ
    module = ModuleFactory(title="First contact", course__title="Waiting well")
    enter(page, live_server, made_instructor(module.course))
    page.goto(f"{live_server.url}/admin/cx_courses/course/home/")
    page.set_default_timeout(15_000)
    for step in steps(text):
        do(step, page, GUIDE.parent / "pictures" if is_written else None)

    question, quiz = Question.objects.get(tags__key="letters"), Quiz.objects.get(title="Letters")
    assert (question.module, quiz.items.get().question, quiz.is_draft) == (module, question, False)
    assert Attempt.objects.get().items.get().scaled == 1
    assert not Result.objects.exists()
    assert {path.name for path in shown} == {path.name for path in shown if path.exists()}


def test_question_is_written_by_keyboard_alone(page, live_server):
    """From the home page to a published question, with the cursor where one expects it."""
    module = ModuleFactory(title="First contact")
    enter(page, live_server, made_instructor(module.course))
    page.goto(f"{live_server.url}/admin/cx_courses/course/home/")
    page.set_default_timeout(15_000)

    def to(role, name):
        """Press Tab until the cursor stands there."""
        wanted = page.get_by_role(role, name=name, exact=True).filter(visible=True).first
        wanted.wait_for()
        for _press in range(80):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {role} {name}")

    to("link", "Question bank")
    page.keyboard.press("Enter")
    to("link", "New question")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Fill in the blanks")
    to("link", link.inner_text().replace("\n", " "))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    page.keyboard.type("Complete the line.")
    to("textbox", "Text with gaps")
    page.keyboard.type("Her solved need counts")
    for _letter in " counts":
        page.keyboard.press("ArrowLeft")
    for _letter in "need":
        page.keyboard.press("Shift+ArrowLeft")
    to("button", "Make a gap of the selected words")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Text with gaps")).to_have_value("Her solved [[1]] counts")
    to("textbox", "Gap 1: Reason for the learner")
    page.keyboard.type("It is hers.")
    to("button", "Publish version 1")
    page.keyboard.press("Space")
    expect(page.get_by_text("Version 1 is in use")).to_be_visible()
    assert Question.objects.get().ready_version.data["blanks"] == [
        {"key": "1", "accept": ["need"], "feedback": "It is hers."}
    ]


@pytest.mark.proofs
def test_guide_can_be_followed_without_scripts(browser, live_server):
    module = ModuleFactory(title="First contact", course__title="Waiting well")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    enter(page, live_server, made_instructor(module.course))
    page.set_default_timeout(15_000)
    page.goto(f"{live_server.url}/admin/cx_courses/course/home/")
    for step in steps(GUIDE.read_text(encoding="utf-8")):
        if step == Step("Press", "Right"):  # Nothing is shown by itself.
            do(Step("Press", "Update the preview"), page, None)
        do(step, page, None)

    assert Attempt.objects.get().items.get().scaled == 1
    context.close()
