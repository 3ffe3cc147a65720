"""Scores arrive in a platform's gradebook, over a socket, by the relay: the ones that are true."""

from datetime import datetime, timedelta
from fractions import Fraction
from random import Random

import pytest
from django.utils import timezone

from courses.domain import gradebook, overrides, progress, relay
from courses.domain.attempts import deciding
from courses.domain.outline import outline
from courses.lti import access_tokens, addresses, registrations
from courses.lti.models import LtiLink, LtiScore
from courses.models import Delivery, DeliveryTry, Enrolment, WebhookEndpoint
from tests.factories import RIGHT, WRONG, UserFactory, make_lesson, make_quiz, take_quiz
from tests.lti.platform.server import running
from tests.lti.platform.state import INSTRUCTOR, LEARNER, Message, Tool
from tests.lti.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


class Clock:
    """The time of the relay: as it is, and as much later as it was told to be."""

    def __init__(self):
        self.more = timedelta()

    def __call__(self):
        return timezone.now() + self.more


class World:
    """A platform with which the tool is registered, a quiz, and the relay."""

    def __init__(self, platform):
        self.platform, self.clock = platform, Clock()
        self.quiz = make_quiz(questions=2)
        self.row = registrations.create(
            issuer=platform.issuer, client_id="cx", name="School", now=timezone.now(),
            auth_url=f"{platform.base}/auth", keyset_url=f"{platform.base}/jwks",
            token_url=f"{platform.base}/token", accepts_deployments=True,
        )  # fmt: skip
        self.tool = platform.add_tool(
            Tool("cx", addresses.login(), [addresses.launch()], addresses.keys(self.row.uuid))
        )
        self.item = self.column(1)

    def column(self, number):
        url = f"{self.platform.base}/lineitems/{number}/lineitem?type_id=1"
        self.platform.line_items[number] = {"id": url, "label": "Quiz", "scoreMaximum": 100}
        return url

    def launch(self, user="ada", *roles, item=None, link="link-1", **named):
        """Somebody clicks the link; return their enrolment."""
        member = self.platform.enrol(user, *roles)
        named = named or {"quiz": self.quiz.key}
        target = addresses.of_target(addresses.Named(self.quiz.course.key, **named))
        item = self.item if item is None else item
        message = Message(self.tool, member, target, link=link, line_item=item)
        visitor = Visitor()
        page = visitor.submit(visitor.get(self.platform.login_url(message)))
        assert page.status == 200, page.text
        return Enrolment.objects.get(user__course_identities__subject=user)

    def take(self, enrolment, *answers):
        return take_quiz(enrolment, self.quiz, *answers, now=timezone.now())

    def relay(self, later=timedelta()):
        """Let the relay run until it has nothing to do."""
        self.clock.more += later
        random = Random(3)
        while not (run := relay.run_once(clock=self.clock, jitter=random)).was_idle:
            if run.failed:
                break
        return run

    def sent(self, user="ada", item=1):
        return [one for of, one in self.platform.scores if (of, one["userId"]) == (item, user)]

    def given(self, user="ada", item=1):
        return [one.get("scoreGiven") for one in self.sent(user, item)]

    def score_calls(self):
        return [status for _m, path, status in self.platform.calls if path.endswith("/scores")]

    def tokens(self):
        return [status for _m, path, status in self.platform.calls if path == "/token"]


@pytest.fixture
def world(tool):
    access_tokens._tokens.clear()
    with running() as platform:
        platform.one_score_a_second = True
        yield World(platform)


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


@pytest.mark.parametrize("fault", ["500", "429", "html", "cut"])
@pytest.mark.parametrize("place", ["/scores", "/token"])
def test_faults_of_the_platform_delay_a_score(world, fault, place):
    enrolment = world.launch()
    world.take(enrolment, RIGHT, WRONG)
    world.platform.faults.append((place, fault))
    world.relay()
    assert world.platform.scores == []
    assert WebhookEndpoint.objects.get().failures == 1

    world.relay(timedelta(minutes=1))

    assert world.given() == [50]
    assert WebhookEndpoint.objects.get().failures == 0


def test_a_token_that_is_not_taken_is_asked_for_anew_once(world):
    enrolment = world.launch()
    world.take(enrolment, WRONG, WRONG)
    world.relay()
    world.platform.tokens.clear()
    world.take(enrolment, RIGHT, WRONG)
    world.relay()

    assert world.given() == [0, 50]
    assert world.score_calls() == [204, 401, 204]
    assert world.tokens() == [200, 200]
