"""A GIFT bank on its way from a file to a learner's result, in Chromium."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from courses.models import Attempt, Question, Quiz, Result
from tests.admin.conftest import made_instructor, signed_in
from tests.browser.answering import fill_in
from tests.browser.guide import do, steps
from tests.factories import ModuleFactory, make_learner

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BANK = """// [id:b1]
::Queue::Who waits? {=The customer#Her time. ~The clerk}

// [id:b2]
::Silence::Silence is an answer. {T}

::About::A text that asks nothing.

// [id:b3]
::Net::How many of 100 are 12 %? {#12:0}
"""
STEPS = """
1. Press **Read the file**. You read “4 New”.
2. Choose **First contact** in **Module**. Enter `Think of her.` in **Reason for every answer that has none**.
3. Tick **Give them to learners at once**. Tick **Keep 1 text that asks nothing as a shared text**. Press **Show the cards with this**.
4. Press **Accept all 4**. You read “3 questions are in the bank now.” You read “1 shared text is kept.”
5. Open **Outline**. Unfold **Add to “First contact”**. Enter `Waiting` in **Title**. Press **Add a quiz**. Open **Edit the quiz**.
6. Press **Choose questions**. Tick **Who waits?**. Tick **Silence is an answer.**. Tick **How many of 100 are 12 %?**. Press **Add what is ticked**.
7. Press **Publish**. You read “Every place can be filled”.
"""  # noqa: E501


def enter(context, live_server, user):
    session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    context.add_cookies([cookie])


def test_a_bank_is_uploaded_accepted_put_into_a_quiz_and_taken(
    browser, page, live_server, tmp_path: Path
):
    course = ModuleFactory(title="First contact").course
    enter(page.context, live_server, made_instructor(course))
    page.set_default_timeout(15_000)
    (tmp_path / "bank.gift").write_text(BANK, encoding="utf-8")
    page.goto(f"{live_server.url}/admin/cx_courses/course/{course.pk}/import/")
    page.get_by_label("File", exact=True).set_input_files(tmp_path / "bank.gift")
    for step in steps(STEPS):
        do(step, page, None)
    assert Question.objects.exclude(ready_version=None).count() == 3
    quiz = Quiz.objects.get(title="Waiting")
    assert (quiz.items.count(), quiz.is_draft) == (3, False)

    ada = make_learner(course)
    context = browser.new_context(reduced_motion="reduce", locale="en-GB")
    enter(context, live_server, ada.user)
    desk = context.new_page()
    desk.set_default_timeout(15_000)
    desk.goto(f"{live_server.url}/courses/{course.key}/quizzes/{quiz.key}/")
    desk.get_by_role("button", name="Start").click()
    desk.wait_for_url("**/attempts/**")
    for item in Attempt.objects.get().items.order_by("position"):
        fill_in(desk, item)
    desk.get_by_role("button", name="Finish and submit").click()
    desk.get_by_role("button", name="Submit now").click()
    desk.wait_for_url("**/review/")
    expect(desk.get_by_text("100%").first).to_be_visible()
    expect(desk.get_by_text("Her time.").first).to_be_visible()
    context.close()
    assert Result.objects.get(enrolment=ada).percent == 100
