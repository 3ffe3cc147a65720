"""A platform is erased, scores sent again and a list read, by many at once."""

import logging
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.utils import timezone

from courses.domain import jobs, relay
from courses.domain.jobs.working import LEASE
from courses.domain.personal_data import whole_platform
from courses.lti import access_tokens, addresses, rosters
from courses.lti.models import LtiClass, LtiLink, LtiPlatform, LtiRegistration, LtiScore
from courses.lti.roster_models import LtiRoster, LtiRosterRead
from courses.lti.sent_scores import send_whole_class
from courses.models import Delivery, Enrolment, ExternalIdentity, Job, Launch
from tests.factories import RIGHT, WRONG
from tests.lti.class_list import ListWorld
from tests.lti.gradebook import World
from tests.lti.platform.server import running
from tests.lti.platform.state import Message
from tests.lti.visitor import Visitor
from tests.races.clients import Clients, rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]
CLIENTS = 8
LATER = timedelta(minutes=5)


@pytest.fixture
def platform(tool):
    access_tokens._tokens.clear()
    with running() as platform:
        platform.one_score_a_second = True
        yield platform


@pytest.fixture
def together():
    running = Clients(CLIENTS)
    yield running
    running.close()


def signed_in(world, user):
    """A browser before the last step of a launch, and the page whose form is the last step."""
    target = addresses.of_target(addresses.Named(world.quiz.course.key, quiz=world.quiz.key))
    member = world.platform.enrol(user)
    message = Message(world.tool, member, target, line_item=world.item)
    visitor = Visitor()
    return visitor, visitor.get(world.platform.login_url(message))


def run_relay(later=timedelta()):
    return relay.run_once(clock=lambda: timezone.now() + later, jitter=Random(3))


def test_nothing_is_left_of_a_platform_that_is_erased_while_its_people_come(
    platform, together, caplog
):
    """Some were here before and have a score to send, others come for the first time."""
    world = World(platform)
    client = world.row.platform.client
    known = [f"known-{number}" for number in range(3)]
    for name in known:
        world.take(world.launch(name), RIGHT, WRONG)
    coming = [signed_in(world, name) for name in (*known, "new-1", "new-2", "new-3")]

    def erase():
        job = whole_platform.ask_erasure(client=client, by=None, now=timezone.now())
        jobs.run(uuid=job.uuid, clock=timezone.now)

    def call(number):
        if number == 0:
            return erase
        if number == 1:
            return run_relay
        visitor, page = coming[number - 2]
        return lambda: visitor.submit(page)

    calls = together.race(call)

    pages = [one.value for one in calls[2:]]
    assert {page.status for page in pages} <= {200, 403}, [page.text for page in pages]
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]
    jobs.work(clock=lambda: timezone.now() + LATER, until=timezone.now() + 2 * LATER)
    run_relay(2 * LATER)
    assert Job.objects.get(kind=whole_platform.KIND).state == "done"
    assert not ExternalIdentity.objects.filter(client=client).exists()
    assert not LtiPlatform.objects.exists()
    assert not LtiRegistration.objects.exists()
    assert not LtiClass.objects.exists()
    assert not LtiScore.objects.exists()
    assert not Enrolment.objects.filter(user__is_active=True).exists()
    assert not Launch.objects.filter(ended_at=None).exists()
    assert not Delivery.objects.exclude(state="done").exists()


def test_scores_that_two_send_again_at_once_arrive_once_more(platform, together):
    world = World(platform)
    world.launch("ada", item=world.column(2), link="link-2")
    names = [f"learner-{number}" for number in range(5)]
    for name in names:
        world.take(world.launch(name), RIGHT, WRONG)
    world.relay()
    lti_class = LtiClass.objects.get()
    for number in range(1, rounds() + 1):
        now = timezone.now() + number * LATER
        together.race(lambda _c, n=now: lambda: send_whole_class(lti_class=lti_class, now=n))
        world.relay(LATER)
        sent = Counter((item, one["userId"]) for item, one in platform.scores)
        wanted = dict.fromkeys([(item, name) for item in (1, 2) for name in names], number + 1)
        assert sent == wanted
    for name in names:
        for item in (1, 2):
            assert set(world.given(name, item)) == {50}
            times = [datetime.fromisoformat(one["timestamp"]) for one in world.sent(name, item)]
            assert all(b - a >= timedelta(seconds=1) for a, b in pairwise(times))
    assert set(world.score_calls()) == {204}
    assert LtiLink.objects.count() == 2


def test_relays_that_send_while_others_press_send_again_send_the_right_score(platform, together):
    world = World(platform)
    names = [f"learner-{number}" for number in range(5)]
    for name in names:
        world.take(world.launch(name), RIGHT, WRONG)
    world.relay()
    lti_class = LtiClass.objects.get()

    def call(number):
        if number < 3:
            return lambda: run_relay(LATER)
        now = timezone.now() + LATER
        return lambda: send_whole_class(lti_class=lti_class, now=now)

    together.race(call)
    world.relay(2 * LATER)

    for name in names:
        assert set(world.given(name)) == {50}
        assert 2 <= len(world.sent(name)) <= 2 + CLIENTS
    assert set(world.score_calls()) == {204}
    assert {row.state for row in LtiScore.objects.all()} == {"sent"}
    assert not Delivery.objects.exclude(state="done").exists()


def test_relays_that_read_one_list_at_once_enrol_everybody_once(platform, together):
    """For half of them the lease of the others has expired: they take the reading over."""
    names = [f"learner-{number}" for number in range(7)]
    for name in names:
        platform.enrol(name, name=name.title())
    world = ListWorld(platform)
    roster = LtiRoster.objects.get()

    def call(number):
        def clock():
            return timezone.now() + number % 2 * (LEASE + timedelta(seconds=1))

        def work():
            rosters.request(roster=roster, by=None, now=timezone.now())
            jobs.work(clock=clock, until=clock() + timedelta(minutes=1))

        return work

    together.race(call)
    world.work(timedelta(hours=1))

    assert not Job.objects.unfinished().exists()
    assert world.learners() == names
    assert Enrolment.objects.filter(section=world.teacher.section).count() == len(names) + 1
    assert ExternalIdentity.objects.count() == len(names) + 1
    reads = LtiRosterRead.objects.all()
    assert {row.problem for row in reads} == {""}
    assert sum(row.joined for row in reads) == len(names)
    assert reads.count() == Job.objects.filter(kind=rosters.JOB, state="done").count()
