"""Teachers see what their platform was sent of their class, and have it sent once more."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from courses.lti.models import LtiClass, LtiRegistration, LtiScore
from courses.lti.sent_scores import send_whole_class
from courses.models import AttemptItem, Quiz, WebhookEndpoint
from tests.factories import RIGHT, WRONG, add_item, make_question
from tests.lti.platform.state import INSTRUCTOR
from tests.marking.world import ESSAY

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def ada(world):
    enrolment = world.launch()
    world.take(enrolment, RIGHT, WRONG)
    return enrolment


@pytest.fixture
def teacher(world, ada):
    return world.seat("grace", INSTRUCTOR)


def test_a_page_shows_what_was_sent_and_when(world, ada, teacher):
    course = world.quiz.course.key
    assert "waits to be sent" in teacher.get("class-scores", course).text
    world.relay()
    page = teacher.get("class-scores", course)
    assert "Scores sent to School" in page.text
    assert "50 of 100" in page.text
    assert "waits to be sent" not in page.text
    assert "Scores sent to School" in teacher.get("class-results", course).text
    assert "50 of 100" in teacher.get("class-learner", course, ada.uuid).text


def test_send_again_sends_the_same_score_with_a_later_time(world, ada, teacher):
    world.relay()
    place = ("class-send-again", world.quiz.course.key, ada.uuid)
    for _twice in range(2):
        page = teacher.post(*place)
        assert "sent to School again within a few minutes" in page.text
        assert "waits to be sent" in page.text
    world.relay(timedelta(seconds=2))
    first, second = world.sent()
    assert first.pop("timestamp") < second.pop("timestamp")
    assert first == second
    world.relay()
    assert world.given() == [50, 50]


def test_a_refusal_is_given_in_plain_words(world, ada, teacher):
    world.platform.faults += [("/scores", "400")] * 2
    world.relay()
    assert {row.state for row in LtiScore.objects.all()} == {"refused"}
    LtiScore.objects.update(answer=f"400 {SCRIPT}")
    page = teacher.get("class-learner", world.quiz.course.key, ada.uuid)
    assert "refused by the platform" in page.text
    assert "grades nobody of this id" in page.text
    assert "&lt;script&gt;alert" in page.text
    assert SCRIPT not in page.text


def test_a_platform_that_is_out_of_order_is_named_as_that(world, ada, teacher):
    world.platform.faults.append(("/scores", "500"))
    world.relay()
    page = teacher.get("class-scores", world.quiz.course.key).text
    assert "waits to be sent" in page
    assert "busy or out of order" in page


def test_a_score_that_the_quiz_hides_is_held_back(world, teacher):
    Quiz.objects.update(review={"just_after": ["response"], "later": ["response"]})
    world.quiz.refresh_from_db()
    world.take(world.launch("bob"), RIGHT, RIGHT)
    page = teacher.get("class-scores", world.quiz.course.key).text
    assert "held back until the quiz shows it" in page
    assert "100 of 100" not in page


def test_sending_that_is_switched_off_is_named(world, ada, teacher):
    world.relay()
    WebhookEndpoint.objects.update(disabled_at=world.clock())
    page = teacher.post("class-send-again", world.quiz.course.key, ada.uuid)
    assert "Sending is switched off" in page.text
    assert LtiScore.objects.get().state == "sent"


def test_nobody_else_sees_or_sends_the_scores_of_a_class(world, ada, teacher):
    course = world.quiz.course.key
    learner = world.seat("bob")
    other = world.seat("carl", INSTRUCTOR, link="other", more=world.context("blue"))
    assert other.get("class-scores", course).status == 200
    assert not re.search(r"\bada\b", other.get("class-scores", course).text)
    for seat in (learner, other):
        assert seat.post("class-send-again", course, ada.uuid).status == 404
    assert learner.get("class-scores", course).status == 404
    assert LtiScore.objects.filter(state="sent").count() == 0


def test_an_administrator_sends_a_whole_class_again(world, ada):
    world.take(world.launch("bob"), RIGHT, RIGHT)
    world.relay()
    root = get_user_model().objects.create(
        username="root", is_superuser=True, is_staff=True, is_active=True
    )
    http = Client()
    http.force_login(root)
    sent = {"action": "send_scores", "_selected_action": [LtiClass.objects.get().pk]}
    answer = http.post(reverse("admin:cx_courses_lti_lticlass_changelist"), sent, follow=True)
    assert "The scores of 2 learners are sent again." in answer.text
    world.relay(timedelta(seconds=2))
    assert (world.given("ada"), world.given("bob")) == ([50, 50], [100, 100])


def test_a_class_without_a_gradebook_has_nothing_to_send(world, ada):
    LtiRegistration.objects.update(is_active=False)
    WebhookEndpoint.objects.all().delete()
    assert send_whole_class(lti_class=LtiClass.objects.get(), now=world.clock()) == 0


def test_a_mark_that_is_given_in_the_frame_reaches_the_platform(world):
    question = make_question(world.quiz.module, kind="essay", data=ESSAY)
    add_item(world.quiz, question, position=3, points="2")
    world.take(world.launch(), RIGHT, RIGHT, {"text": "Lived."})
    world.relay()
    assert world.sent()[-1]["gradingProgress"] == "PendingManual"

    item = AttemptItem.objects.get(version__question=question)
    chosen = {"do": "next", "based_on": "1", "level.clear": "2", "level.own": "1"}
    teacher = world.seat("grace", INSTRUCTOR)
    teacher.post("class-mark", world.quiz.course.key, item.uuid, **chosen)
    world.relay(timedelta(seconds=2))
    assert world.given()[-1] == 100
    assert world.sent()[-1]["gradingProgress"] == "FullyGraded"
