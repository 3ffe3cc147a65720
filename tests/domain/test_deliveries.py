"""Deliveries: how long they wait, what an outcome records, and who may send them again."""

from datetime import timedelta
from random import Random

import pytest

from courses.domain import deliveries, webhooks
from courses.models import Delivery, Event
from tests.factories import NOW, CourseFactory, make_learner

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
URL = "https://platform.example/hook"


class Fixed(Random):
    """Always the same random number; 0.5 leaves a wait as it is."""

    def __init__(self, number=0.5):
        super().__init__()
        self.number = number

    def random(self):
        return self.number


@pytest.fixture
def endpoint():
    return webhooks.register(client=None, url=URL, now=NOW)


def delivery(enrolment, endpoint, **extra):
    """A delivery of one more event of the learner, due now."""
    event = Event.objects.create(
        type="lesson.completed", enrolment=enrolment, course=enrolment.course, occurred_at=NOW
    )
    given = {"next_try_at": NOW, **extra}
    return Delivery.objects.create(event=event, subscriber=endpoint.subscriber, **given)


@pytest.fixture
def two(endpoint):
    """Two deliveries for Ada, one for Bob; their enrolments are no deliveries."""
    course = CourseFactory()
    ada, bob = make_learner(course), make_learner(course)
    return delivery(ada, endpoint), delivery(ada, endpoint), delivery(bob, endpoint)


def failed(row, **extra):
    given = {"answer": "500", "now": NOW, "jitter": Fixed(), "not_before": None, **extra}
    deliveries.mark_failed(row, **given)
    row.refresh_from_db()


def test_retry_delay_doubles_from_ten_seconds_to_twelve_hours():
    seconds = [
        deliveries.retry_delay(tries=tries, jitter=Fixed()).total_seconds() for tries in (1, 2, 3)
    ]
    assert seconds == [10, 20, 40]
    for tries in (14, 18, 25, 1000):
        assert deliveries.retry_delay(tries=tries, jitter=Fixed()) == timedelta(hours=12)


def test_retry_delay_varies_by_a_half():
    assert deliveries.retry_delay(tries=1, jitter=Fixed(0.0)) == timedelta(seconds=5)
    assert deliveries.retry_delay(tries=1, jitter=Fixed(1.0)) == timedelta(seconds=15)


def test_claim_takes_all_in_their_order_under_a_lease(two, settings):
    settings.COURSES_RELAY_LEASE_S = 60

    taken = deliveries.claim(now=NOW)

    assert taken == list(two)
    for row in taken:
        assert (row.tries, row.locked_until) == (1, NOW + MINUTE)
        stored = Delivery.objects.get(pk=row.pk)
        assert (stored.tries, stored.locked_until) == (1, NOW + MINUTE)
    assert deliveries.claim(now=NOW + MINUTE - timedelta(seconds=1)) == []
    assert deliveries.claim(now=NOW + MINUTE) == list(two)


def test_claim_leaves_what_is_not_due(two):
    first, second, bobs = two
    Delivery.objects.filter(pk=bobs.pk).update(next_try_at=NOW + MINUTE)

    assert deliveries.claim(now=NOW + MINUTE - timedelta(seconds=1)) == [first, second]
    assert deliveries.claim(now=NOW + MINUTE) == [bobs]


@pytest.mark.parametrize("column", ["next_try_at", "locked_until"])
def test_claim_leaves_what_comes_after_a_learners_event_that_waits(two, column, endpoint):
    first, _second, bobs = two
    nobodys = Delivery.objects.create(
        event=Event.objects.create(type="webhook.ping", occurred_at=NOW),
        subscriber=endpoint.subscriber,
        next_try_at=NOW,
    )
    other = delivery(first.event.enrolment, webhooks.register(client=None, url=URL, now=NOW))
    Delivery.objects.filter(pk=first.pk).update(**{column: NOW + MINUTE})

    taken = deliveries.claim(now=NOW)

    assert sorted(one.pk for one in taken) == [bobs.pk, nobodys.pk, other.pk]


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(deliveries, "BATCH", 3)
    monkeypatch.setattr(deliveries, "OF_ONE_LEARNER", 2)
    monkeypatch.setattr(deliveries, "SEEN", 8)


def test_relays_share_learners_and_no_learner(endpoint, small_batches):
    learners = [make_learner(CourseFactory()) for _number in range(3)]
    ada, bob, eve = ([delivery(one, endpoint) for _number in range(3)] for one in learners)

    taken = [deliveries.claim(now=NOW) for _relay in range(3)]

    assert taken == [[*ada[:2], bob[0]], eve, []]
    deliveries.mark_delivered(taken[0], now=NOW)
    assert deliveries.claim(now=NOW) == [ada[2], *bob[1:]]


def test_claim_looks_no_further_than_it_must(endpoint, small_batches):
    ada = make_learner(CourseFactory())
    rows = [delivery(ada, endpoint) for _number in range(12)]
    bobs = delivery(make_learner(ada.course), endpoint)

    assert [deliveries.claim(now=NOW) for _relay in range(2)] == [rows[:3], []]
    assert Delivery.objects.filter(locked_until=None).count() == 10
    assert Delivery.objects.get(pk=bobs.pk).tries == 0


def test_claim_serves_endpoints_that_fail_last(two, endpoint):
    good = webhooks.register(client=None, url="https://good.example/", now=NOW)
    worse = webhooks.register(client=None, url="https://worse.example/", now=NOW)
    for one, failures in ((endpoint, 1), (worse, 2)):
        one.failures = failures
        one.save()
    learner = make_learner(CourseFactory())
    delivery(learner, worse)
    delivery(learner, good)

    order = [row.subscriber for row in deliveries.claim(now=NOW)]

    assert order == [good.subscriber] + [endpoint.subscriber] * 3 + [worse.subscriber]


def test_delivered_is_recorded_and_the_next_one_follows(two):
    first, second, _bobs = two
    held, *later = deliveries.claim(now=NOW)
    deliveries.release(later, not_before=NOW)
    held.last_answer = "an earlier failure"
    Delivery.objects.filter(pk=held.pk).update(last_answer="an earlier failure")

    deliveries.mark_delivered([held], now=NOW + MINUTE)

    first.refresh_from_db()
    assert (first.state, first.delivered_at) == ("done", NOW + MINUTE)
    assert (first.locked_until, first.last_answer) == (None, "")
    assert deliveries.claim(now=NOW) == later
    assert later[0] == second


def test_failure_waits_and_later_events_of_the_learner_with_it(two):
    _first, second, bobs = two
    held, later, _bobs = deliveries.claim(now=NOW)
    Delivery.objects.filter(pk=bobs.pk).update(locked_until=None)

    failed(held, answer="x" * 3000, later=[later])

    soon = NOW + timedelta(seconds=10)
    assert (held.state, held.next_try_at, held.locked_until) == ("pending", soon, None)
    assert held.last_answer == "x" * 2000
    second.refresh_from_db()
    bobs.refresh_from_db()
    assert (second.next_try_at, second.tries, second.locked_until) == (soon, 0, None)
    assert bobs.next_try_at == NOW


def test_failure_waits_at_least_as_long_as_the_receiver_asks(two):
    held, _second, other = deliveries.claim(now=NOW)

    failed(held, not_before=NOW + MINUTE)
    failed(other, not_before=NOW + timedelta(seconds=1))

    assert held.next_try_at == NOW + MINUTE
    assert other.next_try_at == NOW + timedelta(seconds=10)


def test_last_try_marks_it_dead_and_lets_the_next_one_go(two, settings):
    settings.COURSES_RELAY_MAX_TRIES = 3
    first, second, _bobs = two
    Delivery.objects.filter(pk=first.pk).update(tries=1)

    for expected in ("pending", "dead"):
        Delivery.objects.filter(state="pending").update(next_try_at=NOW)
        (held, *_) = deliveries.claim(now=NOW)
        assert held == first
        failed(held)
        assert held.state == expected
        Delivery.objects.exclude(pk=first.pk).update(locked_until=None)

    second.refresh_from_db()
    assert second.next_try_at == NOW


def test_lost_lease_records_nothing(two):
    slow, *_others = deliveries.claim(now=NOW)
    quick, *_others = deliveries.claim(now=NOW + 2 * MINUTE)
    before = Delivery.objects.values().get(pk=quick.pk)

    deliveries.mark_delivered([slow], now=NOW)
    deliveries.mark_failed(slow, answer="", now=NOW, jitter=Fixed(), not_before=None)
    deliveries.mark_dead([slow], answer="too late")
    deliveries.release([slow], not_before=NOW)

    assert Delivery.objects.values().get(pk=quick.pk) == before


def test_claims_of_relays_that_died_use_up_no_tries(two, settings):
    """The first call that fails afterwards is the first try, and not the end of the delivery."""
    settings.COURSES_RELAY_MAX_TRIES = 3
    for number in range(5):
        held, *_others = deliveries.claim(now=NOW + number * 2 * MINUTE)
        held.refresh_from_db()
        assert held.tries == 1

    failed(held)

    assert (held.state, held.tries) == ("pending", 1)
    assert held.next_try_at == NOW + timedelta(seconds=10)


def test_claim_of_another_relay_at_the_same_moment_records_nothing(two):
    held, *_others = deliveries.claim(now=NOW)
    Delivery.objects.filter(pk=held.pk).update(tries=2)

    deliveries.mark_delivered([held], now=NOW)

    assert Delivery.objects.get(pk=held.pk).state == "pending"


def test_released_ones_are_no_try(two):
    held = deliveries.claim(now=NOW)

    deliveries.release(held, not_before=NOW + MINUTE)

    for row in Delivery.objects.filter(pk__in=[one.pk for one in held]):
        assert (row.tries, row.locked_until, row.next_try_at) == (0, None, NOW + MINUTE)


def test_dead_ones_keep_their_answer(two):
    held = deliveries.claim(now=NOW)

    deliveries.mark_dead(held, answer="gone")

    for row in Delivery.objects.filter(pk__in=[one.pk for one in held]):
        assert (row.state, row.locked_until, row.last_answer) == ("dead", None, "gone")


def test_redelivery_restarts_all_but_leased_and_disabled(two, endpoint):
    first, _second, bobs = two
    soon = NOW + MINUTE / 2
    Delivery.objects.filter(pk=first.pk).update(state="done", tries=4, delivered_at=NOW)
    Delivery.objects.filter(pk=bobs.pk).update(locked_until=NOW + MINUTE)
    everything = Delivery.objects.all()

    assert deliveries.redeliver(deliveries=everything.filter(pk=first.pk), now=soon) == 1
    first.refresh_from_db()
    assert (first.state, first.tries, first.delivered_at) == ("pending", 0, None)
    assert (first.next_try_at, first.locked_until) == (soon, None)
    assert deliveries.redeliver(deliveries=everything, now=soon) == 2
    assert deliveries.redeliver(deliveries=everything, now=NOW + MINUTE) == 3

    webhooks.disable(endpoint=endpoint, now=NOW)
    assert deliveries.redeliver(deliveries=everything, now=NOW + MINUTE) == 0


def test_pending_is_what_one_subscriber_has_still_to_get(two, endpoint):
    first, second, bobs = two
    Delivery.objects.filter(pk=first.pk).update(state="done")
    Delivery.objects.filter(pk=bobs.pk).update(locked_until=NOW)

    assert list(deliveries.pending(subscriber=endpoint.subscriber)) == [second]
    assert not deliveries.pending(subscriber="another").exists()
