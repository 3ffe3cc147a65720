"""A platform that does not take scores, for a while or of somebody: nothing is lost or repeated."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.domain import deliveries, feed
from courses.lti.models import LtiScore
from courses.lti.score_sending import ScoreSender
from courses.models import Delivery, ExternalIdentity, WebhookEndpoint
from tests.factories import (
    RIGHT,
    WRONG,
    UserFactory,
    join,
)
from tests.lti.platform import server
from tests.lti.platform.web import Answer

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


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


def test_people_whom_the_platform_does_not_grade_are_tried_once(world, client):
    """Others of the class get their scores, and the admin names who does not, and why."""
    statuses = ["400", "404", "410", "422"]
    for status in statuses:
        world.take(world.launch(f"of-{status}"), RIGHT, WRONG)
        world.platform.faults.append(("/scores", status))
        world.relay()
    ada = world.launch("ada")
    world.take(ada, RIGHT, RIGHT)
    world.relay(timedelta(days=1))

    assert world.score_calls() == [400, 404, 410, 422, 204]
    assert WebhookEndpoint.objects.get().failures == 0
    assert WebhookEndpoint.objects.get().is_enabled
    refused = LtiScore.objects.filter(state="refused")
    assert [row.answer[:3] for row in refused.order_by("pk")] == statuses
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    page = client.get("/admin/cx_courses_lti/ltiscore/?state__exact=refused").content.decode()
    assert all(f"of-{status}" in page for status in statuses)
    assert page.count("refused by the platform") >= len(statuses)

    # The next number is tried again.
    learner = refused.get(identity__subject="of-404").identity.user
    world.take(learner.course_enrolments.get(), RIGHT, RIGHT)
    world.relay()
    assert world.given("of-404") == [100]


def test_platform_is_left_alone_for_as_long_as_it_asks(world, monkeypatch):
    busy = Answer(429, headers={"Retry-After": "600"})
    monkeypatch.setitem(server.FAULTS, "429", busy)
    world.take(world.launch(), RIGHT, WRONG)
    world.platform.faults.append(("/scores", "429"))
    world.relay()
    world.relay(timedelta(minutes=9))
    assert world.score_calls() == [429]

    world.relay(timedelta(minutes=2))

    assert world.score_calls() == [429, 204]


def test_an_hour_without_the_platform(world):
    """Learners submit meanwhile; then each cell has the one right score, after few calls."""
    section, now = world.launch().section, timezone.now()
    learners = []
    for number in range(12):
        user = UserFactory()
        ExternalIdentity.objects.create(
            client=world.row.platform.client,
            user=user,
            subject=f"learner-{number}",
            created_at=now,
            updated_at=now,
        )
        world.platform.enrol(f"learner-{number}")
        learners.append(join(section, user))
    kinds = ["500", "429", "401", "html", "cut"]
    world.platform.faults += [("/scores", kind) for kind in kinds * 12]
    world.platform.faults += [("/token", kind) for kind in kinds]
    for number, learner in enumerate(learners):
        world.take(learner, WRONG, WRONG)
        world.relay(timedelta(minutes=5))
        world.take(learner, *([RIGHT, RIGHT] if number % 2 else [RIGHT, WRONG]))
    assert world.platform.scores == []

    world.platform.faults.clear()
    before = len(world.score_calls())
    for _minutes in range(0, 120, 10):
        world.relay(timedelta(minutes=10))

    for number in range(12):
        assert world.given(f"learner-{number}")[-1:] == [100 if number % 2 else 50]
    assert len(world.score_calls()) - before <= 3 * 12
    assert not Delivery.objects.exclude(state="done").exists()
    assert not LtiScore.objects.exclude(state="sent").exists()


def test_a_second_relay_sends_again_what_the_first_did_not_record(world):
    """One that is killed after a call: the score arrives again, with a later time."""
    world.take(world.launch(), RIGHT, WRONG)
    feed.number(now=world.clock())
    held = deliveries.claim(now=world.clock())
    endpoint = WebhookEndpoint.objects.get()
    (message,) = ScoreSender().messages(endpoint=endpoint, deliveries=held, now=world.clock())
    assert message.call(now=world.clock()).is_accepted

    world.relay(timedelta(hours=1))

    assert world.given() == [50, 50]
    assert world.score_calls() == [204, 204]
    assert LtiScore.objects.get().state == "sent"
