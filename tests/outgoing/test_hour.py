"""An hour in which a receiver does everything wrong: nothing is lost, others go on."""

import datetime as dt
import json
from random import Random

import pytest
from standardwebhooks import Webhook

from courses.domain import attempts, outgoing, relay, webhooks
from courses.models import Delivery, Event
from tests.factories import NOW, make_learner, make_quiz, reader_of
from tests.outgoing import receiver

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

HOUR_S, STEP_S, EVERY_S = 3600, 15, 120
"""A round every quarter of a minute; every two minutes somebody enrols and begins a quiz."""


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(autouse=True)
def near(settings, monkeypatch):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    monkeypatch.setattr(outgoing, "TIMEOUT_S", 0.15)


def rounds(clock, random):
    while not relay.run_once(clock=clock, jitter=random).was_idle:
        pass


def misdeeds(server, elsewhere):
    """What the receiver does in each ten minutes of the hour."""
    return [
        receiver.status(500, b"out of order"),
        receiver.hang(server.released),
        receiver.status(307, Location=elsewhere.url),
        receiver.drip(server.released),
        receiver.endless(10 * outgoing.MOST_BYTES, 503),
        receiver.cut,
    ]


def messages(server):
    return [json.loads(body) for _headers, body in server.received]


def delays_s(server):
    return [
        int(headers["webhook-timestamp"])
        - dt.datetime.fromisoformat(json.loads(body)["timestamp"]).timestamp()
        for headers, body in server.received
    ]


@pytest.mark.proofs
def test_after_an_hour_of_faults_everything_has_arrived_in_order(clock, time_machine):
    quiz, random = make_quiz(), Random(7)
    with (
        receiver.running() as broken,
        receiver.running() as sound,
        receiver.running() as elsewhere,
    ):
        made = webhooks.register(client=None, url=broken.url, now=NOW)
        webhooks.register(client=None, url=sound.url, now=NOW)
        faults = misdeeds(broken, elsewhere)
        for second in range(0, HOUR_S, STEP_S):
            clock.now = NOW + dt.timedelta(seconds=second)
            broken.behave = faults[second * len(faults) // HOUR_S]
            if second % EVERY_S == 0:
                act(quiz, clock.now)
            rounds(clock, random)
        calls_in_the_hour = len(broken.received)
        broken.behave = receiver.endless(10 * outgoing.MOST_BYTES)
        for _step in range(HOUR_S // STEP_S):
            clock.now += dt.timedelta(seconds=STEP_S)
            rounds(clock, random)

    events = Event.objects.order_by("pk")
    assert events.count() == 2 * HOUR_S // EVERY_S
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    arrived = messages(broken)[calls_in_the_hour:]
    # An answer that a busy machine reads too late is one more try: the first of each counts.
    first = {one["id"]: one for one in reversed(arrived)}
    assert first.keys() == {str(one.uuid) for one in events}
    in_order([one for one in arrived if one is first[one["id"]]])
    in_order(messages(sound))
    assert calls_in_the_hour <= 30
    assert len(sound.received) == events.count()
    assert max(delays_s(sound)) <= 60
    assert elsewhere.received == []
    bodies = {}
    judge = Webhook(made.secrets[0]["secret"])
    for headers, body in broken.received:
        assert bodies.setdefault(headers["webhook-id"], body) == body
        time_machine.move_to(int(headers["webhook-timestamp"]))
        judge.verify(body, headers)


def act(quiz, now):
    ada = make_learner(quiz.course)
    Event.objects.filter(enrolment=ada).update(occurred_at=now)
    attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=now)


def in_order(arrived):
    """What each learner did arrives as it happened."""
    found = {}
    for one in arrived:
        found.setdefault(one["data"]["enrolment"], []).append(one["type"])
    assert set(map(tuple, found.values())) == {("enrolment.created", "attempt.started")}


def test_many_hanging_receivers_do_not_delay_a_sound_one(clock, settings):
    settings.COURSES_RELAY_THREADS = 4
    quiz = make_quiz()
    with receiver.running() as hung, receiver.running() as sound:
        hung.behave = receiver.hang(hung.released)
        for number in range(12):
            webhooks.register(client=None, url=f"{hung.url}?{number}", now=NOW)
        webhooks.register(client=None, url=sound.url, now=NOW)
        for _number in range(5):
            make_learner(quiz.course)

        relay.run_once(clock=clock, jitter=Random(1))
        if len(sound.received) < 5:  # on a busy machine the time of a run ends earlier
            relay.run_once(clock=clock, jitter=Random(1))

    assert len(sound.received) == 5
    assert len(hung.received) == 12
