"""The feed's numbers when several write and several number at the same time."""

import threading

import pytest
from django.db import connection, transaction

from courses.domain import feed, sections, webhooks
from courses.models import Delivery, Event
from tests.factories import NOW, make_learner, make_quiz
from tests.races.clients import clients

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

PATIENCE_S = 30


def test_many_number_at_once_and_each_event_has_one_place():
    quiz = make_quiz()
    webhooks.register(client=None, url="https://a.example/", now=NOW)
    for _number in range(60):
        make_learner(quiz.course)

    with clients(8) as together:
        calls = together.race(lambda _client: lambda: feed.number(now=NOW))

    assert sum(call.value for call in calls) == 60
    rows = Event.objects.order_by("pk").values_list("position", flat=True)
    assert list(rows) == list(range(1, 61))
    assert Delivery.objects.count() == 60


@pytest.mark.postgres
def test_a_relay_does_not_wait_for_another_one_that_numbers():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    make_learner(make_quiz().course)
    begun, may_end = threading.Event(), threading.Event()

    def other():
        try:
            with transaction.atomic():
                assert feed.number(now=NOW) == 1
                begun.set()
                assert may_end.wait(PATIENCE_S)
                transaction.set_rollback(True)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    try:
        assert begun.wait(PATIENCE_S)
        assert feed.number(now=NOW, is_waiting=False) == 0
    finally:
        may_end.set()
        thread.join(PATIENCE_S)
    assert feed.number(now=NOW, is_waiting=False) == 1


@pytest.mark.postgres
def test_late_commit_gets_a_later_feed_position():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    quiz = make_quiz()
    # Else the second enrolment would wait for the first one's class of the course.
    sections.default_of(course=quiz.course, now=NOW)
    drawn, may_end = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                make_learner(quiz.course, username="slow")
                drawn.set()
                assert may_end.wait(PATIENCE_S)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    try:
        assert drawn.wait(PATIENCE_S)
        make_learner(quiz.course, username="quick")
        assert feed.number(now=NOW) == 1
        seen = feed.last_position()
    finally:
        may_end.set()
        thread.join(PATIENCE_S)
    assert feed.number(now=NOW) == 1

    first, second = Event.objects.order_by("pk").select_related("enrolment__user")
    assert first.enrolment.user.username == "slow"
    assert (first.position, second.position) == (seen + 1, seen)
