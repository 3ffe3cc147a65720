"""The guide for instructors, followed word for word in Chromium by a new instructor.

`COURSES_WRITE_PICTURES=1` writes the guide's pictures.
"""

import os
import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from courses.domain import staff
from courses.models import Attempt, Question, Quiz, Result
from tests.admin.conftest import signed_in
from tests.browser.guide import GUIDE, do, steps
from tests.factories import NOW, ModuleFactory, make_learner

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong


def instructor_of(course):
    """Somebody whom the one action made an instructor: no permission was chosen."""
    enrolment = make_learner(course)
    staff.make_instructor(enrolment=enrolment, by=None, now=NOW)
    return type(enrolment.user).objects.get(pk=enrolment.user_id)


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
    enter(page, live_server, instructor_of(module.course))
    page.goto(f"{live_server.url}/admin/cx_courses/course/home/")
    page.set_default_timeout(15_000)
    for step in steps(text):
        do(step, page, GUIDE.parent / "pictures" if is_written else None)

    question, quiz = Question.objects.get(tags__key="letters"), Quiz.objects.get(title="Letters")
    assert (question.module, quiz.items.get().question, quiz.is_draft) == (module, question, False)
    assert Attempt.objects.get().items.get().scaled == 1
    assert not Result.objects.exists()
    assert {path.name for path in shown} == {path.name for path in shown if path.exists()}
