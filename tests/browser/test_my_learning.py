"""My learning with all its parts, in Chromium: accessible, and it fits a narrow page."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from courses.domain import lessons
from courses.models import CertificateRule
from tests.browser.axe import examine
from tests.browser.room import is_too_wide
from tests.factories import (
    ESSAY,
    RIGHT,
    WRONG,
    ObjectiveFactory,
    add_checks,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
    take_quiz,
)
from tests.lengths import spread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def learner_of_three_days() -> Any:
    """Return an enrolment with attempts of three days, a certificate and a text."""
    now = timezone.now()
    exam = make_quiz(questions=2, title="Final exam", pass_mark=60)
    objective = ObjectiveFactory(module=exam.module, text="tell an output from an outcome")
    for item in exam.items.all():
        item.question.objective = objective
        item.question.save()
    lesson = make_lesson(key="pills", title="Which pill?", module=exam.module)
    essay = make_question(lesson.module, kind="essay", data=ESSAY)
    add_checks(lesson, lesson.checks, [essay])
    CertificateRule.objects.create(course=exam.course, quiz=exam, basis="exam")
    exam.course.refresh_from_db()
    ada = make_learner(exam.course)
    for days, raws in ((9, (WRONG, WRONG)), (4, (RIGHT, WRONG)), (2, (RIGHT, RIGHT))):
        take_quiz(ada, exam, *raws, now=now - timedelta(days=days))
    lessons.respond(
        reader=reader_of(ada),
        lesson_key="pills",
        question_key=essay.key,
        raw={"text": "The report stops where our work stops."},
        based_on=0,
        by=ada.user,
        now=now - timedelta(days=1),
    )
    return ada


@pytest.mark.parametrize(
    ("scheme", "width"), spread([("dark", 320), ("light", 375), ("light", 1440)], check=1)
)
def test_learning_page_is_accessible_and_fits(
    browser: Browser, live_server: Any, sign_in: Any, scheme: str, width: int
) -> None:
    ada = learner_of_three_days()
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    sign_in(context, ada.user)
    page = context.new_page()
    page.goto(live_server.url + reverse("cx_courses:my-learning", args=[ada.course.key]))
    page.get_by_text("Day by day").click()
    expect(page.get_by_text("100% of the points, 2 responses", exact=False).last).to_be_visible()
    expect(page.get_by_role("link", name="PDF")).to_be_visible()
    faults, is_wide = examine(page), is_too_wide(page)
    context.close()
    assert faults == []
    assert not is_wide
