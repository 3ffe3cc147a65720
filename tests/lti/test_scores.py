"""Scores arrive in a platform's gradebook, over a socket, by the relay: the ones that are true."""

from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from django.utils import timezone

from courses.domain import gradebook, overrides, progress, regrading
from courses.domain.attempts import deciding
from courses.domain.outline import outline
from courses.lti.models import LtiLink, LtiScore
from courses.models import Delivery, DeliveryTry, Quiz, WebhookEndpoint
from tests.factories import (
    RIGHT,
    SINGLE_CHOICE,
    WRONG,
    UserFactory,
    add_version,
    make_lesson,
)
from tests.lti.platform.state import INSTRUCTOR, LEARNER

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def test_a_score_arrives(world):
    attempt = world.take(world.launch(), RIGHT, WRONG)
    world.relay()

    (score,) = world.sent()
    assert (score["scoreGiven"], score["scoreMaximum"]) == (50, 100)
    assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "FullyGraded")
    submitted = datetime.fromisoformat(score["submission"]["submittedAt"])
    attempt.refresh_from_db()
    assert submitted == attempt.submitted_at
    row = LtiScore.objects.get()
    assert (row.state, row.identity.subject) == ("sent", "ada")
    assert DeliveryTry.objects.get().status == 204
    assert not Delivery.objects.exclude(state="done").exists()


def test_zero_is_a_score(world):
    world.take(world.launch(), WRONG, WRONG)
    world.relay()
    assert world.given() == [0]


def test_what_has_not_changed_is_not_sent_again(world):
    enrolment = world.launch()
    world.take(enrolment, RIGHT, WRONG)
    world.relay()
    Delivery.objects.update(state="pending")
    world.relay()
    assert world.given() == [50]
    assert world.tokens() == [200]


def test_newest_wins_and_times_rise(world):
    enrolment = world.launch()
    world.take(enrolment, WRONG, WRONG)
    world.take(enrolment, RIGHT, WRONG)
    world.relay()
    assert world.given() == [50]

    world.take(enrolment, RIGHT, RIGHT)
    world.relay()

    assert world.given() == [50, 100]
    first, second = (datetime.fromisoformat(one["timestamp"]) for one in world.sent())
    assert second - first >= timedelta(seconds=1)
    assert world.score_calls() == [204, 204]


def test_override_withdrawal_and_void_follow(world):
    enrolment = world.launch()
    attempt = world.take(enrolment, RIGHT, WRONG)
    world.relay()
    column, staff = gradebook.line_item(world.quiz), UserFactory(is_superuser=True)
    about = {"line_item": column, "enrolment": enrolment, "by": staff}

    overrides.override(**about, scaled=Fraction(4, 5), now=timezone.now())
    world.relay()
    overrides.override(**about, scaled=None, now=timezone.now())
    world.relay()
    deciding.void(attempt=attempt, reason="Copied", by=staff, now=timezone.now())
    world.relay()

    assert world.given() == [50, 80, 50, None]
    assert world.sent()[-1]["activityProgress"] == "Initialized"


@pytest.mark.parametrize("gets_hidden", [False, True])
def test_a_score_that_the_quiz_hides(world, gets_hidden):
    hidden = {"just_after": ["response"], "later": ["response"], "after_close": ["points"]}
    closes = timezone.now() + timedelta(hours=1)
    Quiz.objects.update(review=hidden, closes_at=closes)
    world.quiz.refresh_from_db()
    world.row.gets_hidden_scores = gets_hidden
    world.row.save()
    enrolment = world.launch()
    world.launch(item=world.column(2), link="2", quiz="")
    world.take(enrolment, RIGHT, RIGHT)

    world.relay()
    world.relay(timedelta(minutes=50))

    assert world.given() == ([100] if gets_hidden else [])
    assert world.sent(item=2) == []

    world.relay(timedelta(minutes=20))

    assert (world.given(), world.given(item=2)) == ([100], [100])


def test_a_regrade_and_its_undoing_follow(world):
    enrolment = world.launch()
    world.take(enrolment, WRONG, RIGHT)
    world.relay()
    question = world.quiz.items.order_by("position").first().question
    options = [{**row, "correct": row["key"] == "a"} for row in SINGLE_CHOICE["options"]]
    version = add_version(question, data={**SINGLE_CHOICE, "options": options})
    grace = UserFactory(is_superuser=True)

    batch = regrading.apply(
        course=world.quiz.course,
        quizzes=[world.quiz],
        changes=[regrading.Correction(question, version, None)],
        reason="The key was wrong.",
        by=grace,
        now=world.clock(),
    )
    for _look in range(3):
        world.relay(timedelta(seconds=61))
    regrading.undo(batch=batch, by=grace, now=world.clock())
    for _look in range(3):
        world.relay(timedelta(seconds=61))

    assert world.given() == [50, 100, 50]


def test_teachers_and_test_students_have_no_score(world):
    for name, roles in (("grace", [INSTRUCTOR]), ("test", [LEARNER, TEST_USER])):
        world.take(world.launch(name, *roles), RIGHT, RIGHT)
    world.relay()
    assert world.platform.scores == []
    assert world.score_calls() == []


def test_each_column_of_the_class_gets_it_also_one_that_is_new(world):
    enrolment = world.launch()
    world.take(enrolment, RIGHT, RIGHT)
    world.relay()

    world.launch("bob", item=world.column(2), link="link-2")
    world.relay()

    assert (world.given(item=1), world.given(item=2)) == ([100], [100])
    assert LtiLink.objects.count() == 2


def test_lessons_modules_and_courses(world):
    lesson = make_lesson(checks=0, module=world.quiz.module)

    enrolment = world.launch(item=world.column(2), link="2", lesson=lesson.key)
    world.launch(item=world.column(3), link="3", module=world.quiz.module.key)
    world.launch(item=world.column(4), link="4", quiz="")
    found = outline(enrolment.course).lesson(lesson.key)
    progress.complete_lesson(
        enrolment=enrolment, lesson=found, by=enrolment.user, now=timezone.now()
    )
    world.relay()

    assert [world.given(item=number) for number in (2, 3, 4)] == [[1], [50], [50]]
    world.take(enrolment, RIGHT, RIGHT)
    world.relay()
    assert [world.given(item=number) for number in (2, 3, 4)] == [[1], [50, 100], [50, 100]]


def test_an_ungradable_person_is_tried_once(world):
    enrolment = world.launch()
    world.platform.enrol("ada", INSTRUCTOR)
    world.take(enrolment, RIGHT, WRONG)
    world.relay()
    world.relay(timedelta(days=1))

    assert world.score_calls() == [400]
    row = LtiScore.objects.get()
    assert row.state == LtiScore.State.REFUSED
    assert row.answer.startswith("400")
    assert WebhookEndpoint.objects.get().failures == 0
