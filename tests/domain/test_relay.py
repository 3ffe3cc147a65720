"""Events arrive at least once and in order, whatever a subscriber does."""

from datetime import timedelta
from random import Random

import pytest
from django.db import transaction

from courses.domain import attempts, deliveries, outgoing, relay, webhooks
from courses.models import Course, Delivery, WebhookEndpoint
from tests.factories import NOW, RIGHT, make_learner, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]

received = []
broken = set()


def listen(event):
    if event.type in broken:
        raise ConnectionError("nobody there")
    received.append(event.type)


@pytest.fixture(autouse=True)
def subscriber(settings):
    settings.COURSES_SUBSCRIBERS = {"test": "tests.domain.test_relay.listen"}
    received.clear()
    broken.clear()


def run(after=0):
    return relay.run_once(clock=lambda: NOW + timedelta(seconds=after), jitter=Random(1))


def test_events_are_delivered_once_and_in_order():
    quiz = make_quiz()
    ada = make_learner(quiz.course)
    attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

    while not run().was_idle:
        pass

    assert received == ["enrolment.created", "attempt.started"]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}


def test_failed_delivery_is_tried_again_and_later_ones_of_the_learner_wait():
    quiz = make_quiz()
    ada, bob = make_learner(quiz.course), make_learner(quiz.course)
    attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    broken.add("enrolment.created")
    run()
    assert received == []
    failed = Delivery.objects.order_by("pk").first()
    assert (failed.state, failed.tries) == ("pending", 1)
    assert failed.last_answer == "ConnectionError: nobody there"
    assert failed.next_try_at > NOW

    broken.clear()
    while not run(after=60).was_idle:
        pass
    assert sorted(received) == ["attempt.started", "enrolment.created", "enrolment.created"]
    assert bob.events.count() == 1


def test_failure_stops_the_later_events_of_the_learner_that_were_claimed_with_it():
    quiz = make_quiz()
    ada, bob = make_learner(quiz.course), make_learner(quiz.course)
    for one in (ada, bob):
        attempts.start(reader=reader_of(one), quiz_key=quiz.key, by=one.user, now=NOW)
    held = deliveries.claim(now=NOW)
    broken.add("enrolment.created")

    assert relay._notify_each(held, lambda: NOW, Random(1), NOW + relay.SHARE) == [False, False]

    assert received == []
    rows = Delivery.objects.order_by("pk").values_list("state", "tries", "locked_until")
    assert sorted(rows) == [("pending", 0, None)] * 2 + [("pending", 1, None)] * 2
    assert relay.backlog(now=NOW).due == 0


def test_poison_goes_to_the_dead_letter_box(settings):
    settings.COURSES_RELAY_MAX_TRIES = 2
    make_learner(make_quiz().course)
    broken.add("enrolment.created")
    run()
    run(after=3600)

    assert Delivery.objects.get().state == "dead"
    assert relay.backlog(now=NOW).dead == 1


def test_held_delivery_is_taken_over_when_its_lease_ends():
    make_learner(make_quiz().course)
    assert len(deliveries.claim(now=NOW)) == 1

    assert deliveries.claim(now=NOW + timedelta(seconds=59)) == []
    assert len(deliveries.claim(now=NOW + timedelta(seconds=61))) == 1


def test_a_claim_takes_a_batch_of_each_subscriber_and_the_next_relay_the_rest(settings):
    settings.COURSES_SUBSCRIBERS = dict.fromkeys(("a", "b"), "tests.domain.test_relay.listen")
    quiz = make_quiz()
    for _number in range(deliveries.BATCH + 3):
        make_learner(quiz.course)

    first, second = (deliveries.claim(now=NOW) for _relay in range(2))

    assert [one.subscriber for one in first].count("a") == deliveries.BATCH
    assert [one.subscriber for one in first].count("b") == deliveries.BATCH
    assert [one.subscriber for one in second] == ["a"] * 3 + ["b"] * 3
    assert deliveries.claim(now=NOW) == []


def test_rolled_back_event_is_not_delivered():
    quiz = make_quiz()
    with transaction.atomic():
        make_learner(quiz.course)
        transaction.set_rollback(True)

    assert run().was_idle
    assert received == []
    assert relay.backlog(now=NOW).due == 0


def test_relay_run_closes_expired_attempts():
    quiz = make_quiz(questions=1, time_limit_s=60)
    ada = make_learner(quiz.course)
    attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

    assert run(after=30).closed == 0
    assert run(after=70).closed == 1


def test_backlog_has_the_delay_of_the_oldest():
    make_learner(make_quiz().course)

    found = relay.backlog(now=NOW + timedelta(seconds=90))

    assert (found.due, found.oldest_seconds) == (1, 90.0)


def test_run_counts_what_it_sent_to_endpoints(monkeypatch):
    webhooks.register(client=None, url="https://platform.example/", now=NOW)
    quiz = make_quiz()
    for _number in range(3):
        make_learner(quiz.course)
    answers = iter((204, 500, 204))
    monkeypatch.setattr(outgoing, "post", lambda *_args, **_more: outgoing.Answer(next(answers)))

    found = run()

    # The subscriber in this process gets the same three.
    assert (found.numbered, found.delivered, found.failed) == (3, 5, 1)
    assert (found.closed, found.shown, found.completed, found.was_idle) == (0, 0, 0, False)
    assert Delivery.objects.get(state="pending").last_answer == "500"


def test_run_completes_a_course_whose_quiz_was_taken_out():
    quiz = make_quiz(questions=1)
    ada = make_learner(quiz.course)
    other = make_quiz(questions=1, module=quiz.module)
    sitting = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    sent = {"position": 1, "raw": RIGHT, "based_on": 0, "by": ada.user, "now": NOW}
    attempts.save(attempt=sitting, **sent)
    attempts.submit(attempt=sitting, by=ada.user, now=NOW)
    other.is_archived = True
    other.save()
    Course.objects.all().touch()

    assert [run().completed for _run in range(2)] == [1, 0]


def test_run_releases_what_it_has_no_time_for():
    quiz = make_quiz()
    for _number in range(3):
        make_learner(quiz.course)
    Delivery.objects.update(tries=4)
    held = deliveries.claim(now=NOW)
    ticks = iter((NOW, NOW, NOW + relay.SHARE, NOW + relay.SHARE))

    sent = relay._notify_each(held, lambda: next(ticks), Random(1), NOW + relay.SHARE)

    assert sent == [True]
    rows = Delivery.objects.order_by("pk").values_list("state", "tries", "locked_until")
    assert list(rows) == [("done", 5, None), ("pending", 4, None), ("pending", 4, None)]
    assert Delivery.objects.last().next_try_at == NOW + relay.SHARE


def test_backlog_counts_what_is_late_and_what_failed():
    first, late, hour = make_quiz(time_limit_s=60), NOW + timedelta(seconds=90), timedelta(hours=1)
    ada, _bob = make_learner(first.course), make_learner(first.course)
    attempts.start(reader=reader_of(ada), quiz_key=first.key, by=ada.user, now=NOW)
    _due, later, dead = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=later.pk).update(next_try_at=late + hour)
    Delivery.objects.filter(pk=dead.pk).update(state="dead")
    kept, failing = (
        webhooks.register(client=None, url="https://platform.example/", now=NOW) for _ in range(2)
    )
    webhooks.disable(endpoint=kept, now=NOW)
    WebhookEndpoint.objects.filter(pk=failing.pk).update(disabled_at=NOW, disabled_reason="gone")

    found = relay.backlog(now=late)

    assert (found.due, found.oldest_seconds, found.dead) == (2, 90.0, 1)
    assert (found.unnumbered, found.disabled, found.expired_attempts) == (4, 1, 0)
    assert relay.backlog(now=NOW + timedelta(seconds=361)).expired_attempts == 1
