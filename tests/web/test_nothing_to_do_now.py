"""A course in which nothing can be done now says what holds it, and is not called complete."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from tests.factories import NOW, WRONG, make_learner, make_quiz, take_quiz

pytestmark = pytest.mark.django_db

DONE = "You have done all that can be done now."
OPENS_AT = NOW + dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def pages(client, enrolment):
    client.force_login(enrolment.user)
    course = reverse("cx_courses:course", args=[enrolment.course.key])
    return [client.get(one).text for one in (reverse("cx_courses:catalogue"), course)]


def test_quiz_that_opens_later_is_named_with_its_date_in_list_and_course(client):
    quiz = make_quiz(questions=1, title="Final exam", opens_at=OPENS_AT)
    for page in pages(client, make_learner(quiz.course)):
        assert "View again" not in page
        assert f'opens on <time datetime="{OPENS_AT.isoformat()}"' in page
        assert reverse("cx_courses:quiz", args=[quiz.course.key, quiz.key]) in page
        assert DONE not in page, "nothing is begun"


def test_course_that_is_begun_leads_to_the_daily_review_meanwhile(client):
    quiz = make_quiz(questions=1, attempts_allowed=1)
    ada = make_learner(quiz.course)
    take_quiz(ada, quiz, WRONG)
    listed, course = pages(client, ada)

    assert "View again" not in listed
    for page in (listed, course):
        assert "you have used all your attempts." in page
    review = reverse("cx_courses:daily-review", args=[quiz.course.key])
    assert DONE in course
    assert f'class="button button-primary" href="{review}"' in course
    assert f'class="button button-primary" href="{review}"' not in listed
