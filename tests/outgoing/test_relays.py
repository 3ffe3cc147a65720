"""Several relay processes share the work; killed ones lose and reorder nothing."""

import json

import pytest
from django.utils import timezone

from courses.domain import attempts, deliveries, feed, webhooks
from courses.models import Delivery, Event
from tests.factories import NOW, make_learner, make_quiz, reader_of
from tests.lengths import length
from tests.outgoing import receiver
from tests.outgoing.relays import is_done, relay_process, stop, until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
]


def kill_count():
    return length(short=1, long=5, variable="RELAY_KILLS")


@pytest.fixture
def twenty_events(settings):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    quiz = make_quiz()
    with receiver.running() as server:
        webhooks.register(client=None, url=server.url, now=NOW)
        for _number in range(20):
            make_learner(quiz.course)
        feed.number(now=timezone.now())
        yield server


def ids(server):
    return [json.loads(body)["id"] for _headers, body in server.received]


@pytest.mark.proofs
def test_several_relays_share_the_work_and_none_sends_twice(twenty_events):
    relays = [relay_process() for _number in range(3)]
    try:
        until(is_done, *relays)
    finally:
        stop(*relays)

    assert sorted(ids(twenty_events)) == sorted(str(one.uuid) for one in Event.objects.all())


def test_a_relay_killed_in_a_call_loses_nothing(twenty_events):
    server = twenty_events
    server.behave = receiver.hang(server.released)
    first = relay_process(lease_s=2)
    try:
        until(lambda: server.received, first)
    finally:
        stop(first)
    assert Delivery.objects.exclude(locked_until=None).count() == 20

    server.behave = receiver.status(200)
    second = relay_process(lease_s=2)
    try:
        until(is_done, second)
    finally:
        stop(second)

    assert set(ids(server)) == {str(one.uuid) for one in Event.objects.all()}
    assert len(ids(server)) == 21


@pytest.mark.two_lengths
def test_relays_killed_again_and_again_tell_everything_in_order(settings):
    """Several at work; whichever is killed, always in the middle of something, another follows."""
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    quiz = make_quiz()
    with receiver.running() as server:
        server.behave = receiver.late(0.03)
        webhooks.register(client=None, url=server.url, now=NOW)
        relays = [relay_process(lease_s=4) for _number in range(length(short=2, long=3))]
        try:
            for number in range(kill_count()):
                count = len(server.received)
                some_learners(quiz)
                until(lambda count=count: len(server.received) > count)
                stop(relays[number % len(relays)])
                relays[number % len(relays)] = relay_process(lease_s=4)
            until(is_done, *relays)
        finally:
            stop(*relays)

    found = list(dict.fromkeys(ids(server)))
    events = {str(one.uuid): one for one in Event.objects.all()}
    assert sorted(found) == sorted(events)
    by_learner = {}
    for one in found:
        by_learner.setdefault(events[one].enrolment_id, []).append(events[one].pk)
    for keys in by_learner.values():
        assert keys == sorted(keys)
    # A killed relay's calls are made again if their outcome was not written down yet.
    assert len(ids(server)) <= len(events) + kill_count() * deliveries.BATCH


def some_learners(quiz):
    """Five who begin, hand in and begin again."""
    for _number in range(5):
        ada = make_learner(quiz.course)
        for _turn in range(2):
            mine = attempts.start(
                reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=timezone.now()
            )
            attempts.submit(attempt=mine, by=ada.user, now=timezone.now())
