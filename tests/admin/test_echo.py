"""What minutes mean follows while they are typed; quick entry outlives the closing of the page."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from courses.models import Question, WorkingCopy
from tests.admin.test_browser import sign_in
from tests.factories import LessonFactory, ModuleFactory, make_quiz

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


def test_minutes_are_repeated_for_learners_with_more_time(page, live_server):
    module = ModuleFactory()
    quiz = make_quiz(module=module)
    lesson = LessonFactory(module=module, minutes=15)
    sign_in(page, live_server, module.course)
    page.goto(live_server.url + reverse("admin:cx_courses_quiz_build", args=[quiz.pk]))
    page.get_by_label("Time limit in minutes").fill("2")
    expect(page.get_by_text("2 min; 3 for learners with time × 1.5")).to_be_visible()
    expect(page.get_by_text("more than the time limit")).to_be_visible()
    page.get_by_label("Time limit in minutes").fill("30")
    expect(page.get_by_text("30 min; 45 for learners with time × 1.5")).to_be_visible()
    expect(page.get_by_text("more than the time limit")).to_have_count(0)

    page.goto(live_server.url + reverse("admin:cx_courses_lesson_edit", args=[lesson.pk]))
    page.get_by_label("Minutes").fill("25")
    expect(page.locator("#minutes-echo")).to_have_text("25 min")


def test_pasted_text_is_there_again_after_the_page_was_closed(page, live_server):
    module = ModuleFactory()
    sign_in(page, live_server, module.course)
    address = live_server.url + reverse("admin:cx_courses_question_quick")
    page.goto(address)
    page.get_by_label("Your text").fill("Who waits?\n* Nobody")
    expect(page.locator("[data-draft-state]")).to_contain_text("only you see it")
    context = page.context
    page.close()

    page = context.new_page()
    page.goto(address)
    expect(page.get_by_label("Your text")).to_have_value("Who waits?\n* Nobody")
    page.locator(".studio-card").get_by_role("button", name="Read the text").click()
    page.get_by_role("button", name="Open in the editor").click()
    expect(page.get_by_label("Question", exact=True)).to_have_value("Who waits?")
    assert not Question.objects.exists()
    assert [copy.kind for copy in WorkingCopy.objects.open()] == ["question"]
