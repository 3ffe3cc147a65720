"""In Chromium: a wrong key is found in three clicks from the first page of those who teach."""

from datetime import timedelta
from random import Random

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from courses.domain import relay
from courses.models import QuestionVersion
from tests.admin.analysed import planted_quiz
from tests.admin.conftest import made_instructor, signed_in
from tests.browser.axe import examine
from tests.factories import NOW

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


def test_planted_wrong_key_is_found_in_three_clicks(page, live_server):
    """Sixty learners took twenty questions; the relay has worked out the figures."""
    quiz = planted_quiz(learners=60, items=20, planted=13)
    wrong = QuestionVersion.objects.get(
        question__quiz_items__quiz=quiz, text__startswith="Question 13:"
    )
    later = NOW + timedelta(hours=1)
    relay.run_once(clock=lambda: later, jitter=Random(1))
    session = signed_in(made_instructor(quiz.course)).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.goto(live_server.url + reverse("admin:cx_courses_course_home"))
    expect(page.get_by_text("The key of 1 question is suspected")).to_be_visible()

    page.get_by_role("link", name="Look at it").click()
    expect(page.get_by_text("The key of 1 question is suspected. Check it first.")).to_be_visible()
    page.get_by_role("status").get_by_role("link").first.click()
    expect(
        page.get_by_text("Stronger learners choose A more often than the key: check the key.")
    ).to_be_visible()
    assert examine(page) == []
    page.get_by_role("link", name="Check the key").click()
    edit = reverse("admin:cx_courses_question_edit", args=[wrong.question_id])
    expect(page).to_have_url(live_server.url + edit)
