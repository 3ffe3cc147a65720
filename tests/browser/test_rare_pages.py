"""Pages that a crawl does not come to, and a mail, as axe sees them."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from courses.domain import attempts, grading, invitations, jobs, sections
from courses.domain.learning_mails import choices
from tests.browser.axe import RULES, examine, violations
from tests.browser.room import is_too_wide
from tests.factories import NOW, RIGHT, CourseFactory, make_learner, make_quiz, reader_of, take_quiz
from tests.lengths import length
from tests.marking.world import HALF, make_world

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What is good practice for a page, landmarks and a heading, is none for a mail.
CRITERIA = tuple(one for one in RULES if one.startswith("wcag"))


@pytest.fixture
def learner(transactional_db):
    exam = make_quiz(questions=1, kind="exam", attempts_allowed=2, giving_up="allowed")
    return make_learner(exam.course, email="ada@example.org")


def addresses(learner):
    """Each page with what it is for."""
    quiz, user = learner.course.quizzes.get(), learner.user
    first = take_quiz(learner, quiz, RIGHT)
    second = attempts.start(
        reader=reader_of(learner), quiz_key=quiz.key, by=user, now=timezone.now()
    )
    other = sections.create(course=CourseFactory(), key="evening", title="Evening", now=NOW)
    link = invitations.create(section=other, lifetime=timedelta(days=1), uses=2, now=timezone.now())
    return {
        "mails-stop": [choices.token(user=user, kind="marked")],
        "join": [link.text],
        "attempt-submit": [second.uuid],
        "attempt-report": [first.uuid, 1],
        "attempt-give-up": [first.uuid],
        "address-confirm": ["none"],
        "password-mailed": [],
        "course": ["none"],
        "search": [],
        "mistakes": [learner.course.key],
        "my-data": [learner.course.key],
    }


@pytest.mark.two_lengths
def test_page_is_accessible_and_fits_a_phone(learner, page, context, live_server, sign_in):
    sign_in(context, learner.user)
    for name, args in list(addresses(learner).items())[:: length(short=4, long=1)]:
        page.goto(live_server.url + reverse(f"cx_courses:{name}", args=args))
        look(page, name)


def test_mail_is_accessible(page, transactional_db, settings):
    settings.COURSES_PUBLIC_URL = "https://learn.example.org"
    world = make_world(texts=1)
    grading.grade_by_person(item=world.items[0], scaled=HALF, by=world.marker, now=NOW)
    jobs.work(clock=lambda: NOW, until=NOW + timedelta(seconds=1))
    (sent,) = mail.outbox
    page.set_content(sent.alternatives[0].content)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert examine(page, rules=CRITERIA) == []


def look(page: Page, name: str) -> None:
    assert violations(page) == [], name
    page.set_viewport_size({"width": 320, "height": 700})
    assert not is_too_wide(page), name
    page.set_viewport_size({"width": 1280, "height": 900})
