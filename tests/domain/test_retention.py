"""What is old is forgotten in small steps; readers of the feed miss nothing."""

from datetime import timedelta
from random import Random

import pytest
from django.contrib.sessions.models import Session

from courses.domain import feed, idempotency, learners, personal_data, relay, retention, webhooks
from courses.models import ApiClient, Delivery, DeliveryTry, Event, IdempotencyRecord
from tests.factories import NOW, UserFactory, make_learner, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

DAY = timedelta(days=1)
MONTH, YEAR = 30 * DAY, 400 * DAY


def happened(count=3, *, now=NOW):
    course = make_quiz().course
    for _one in range(count):
        make_learner(course)
    while feed.number(now=now):
        pass


def delivered(state):
    """An event with a delivery in this state that was tried once."""
    webhooks.register(client=None, url="https://a.example/", now=NOW)
    happened(1)
    row = Delivery.objects.get()
    row.state, row.next_try_at = state, NOW
    row.delivered_at = NOW if state == "done" else None
    row.save()
    DeliveryTry.objects.create(delivery=row, tried_at=NOW, duration_ms=1)


@pytest.mark.parametrize("state", ["done", "dead"])
def test_a_delivery_is_kept_for_a_month_with_its_log(state):
    delivered(state)
    assert retention.purge(now=NOW + MONTH - DAY) == 0

    assert retention.purge(now=NOW + MONTH) == 1
    assert not Delivery.objects.exists()
    assert not DeliveryTry.objects.exists()
    assert Event.objects.exists()


def test_an_old_event_that_was_sent_again_stays_in_the_log_for_a_month():
    delivered("done")
    Delivery.objects.update(delivered_at=NOW + YEAR)
    retention.purge(now=NOW + YEAR)
    assert Delivery.objects.exists()

    assert retention.purge(now=NOW + YEAR + MONTH) == 1


def test_pending_delivery_and_its_event_are_kept():
    delivered("pending")
    happened(1)
    retention.purge(now=NOW + 2 * YEAR)

    assert Delivery.objects.count() == 2
    assert Event.objects.count() == 2


def test_events_are_kept_for_more_than_a_year_and_the_last_for_ever():
    happened(3)
    last = feed.last_position()
    assert retention.purge(now=NOW + YEAR - DAY) == 0

    assert retention.purge(now=NOW + YEAR) == 2
    assert [one.position for one in Event.objects.all()] == [last]
    assert retention.purge(now=NOW + 2 * YEAR) == 0


def test_a_reader_of_the_feed_overlooks_nothing():
    """The reader stopped after the last event; all go; what comes then has a higher number."""
    happened(3)
    client = ApiClient.objects.create(name="Acme")
    place = feed.last_position()
    retention.purge(now=NOW + YEAR)
    course = make_quiz().course
    learner = make_learner(course)
    values = {"client": client, "subject": "a", "user": learner.user}
    client.identities.create(created_at=NOW, updated_at=NOW, **values)
    feed.number(now=NOW + YEAR)

    rows = feed.events_for(client=client, courses=type(course).objects.all(), after=place)
    assert [row.type for row in rows] == ["enrolment.created"]


def test_unnumbered_event_is_kept():
    make_learner(make_quiz().course)
    retention.purge(now=NOW + 2 * YEAR)

    assert Event.objects.count() == 1


def test_a_round_forgets_a_little(monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    happened(6)
    counts = [retention.purge(now=NOW + YEAR) for _round in range(4)]

    assert counts == [2, 2, 1, 0]


@pytest.mark.parametrize("name", ["EVENTS_KEPT_DAYS", "DELIVERIES_KEPT_DAYS"])
def test_a_site_may_keep_them_for_ever(settings, name):
    setattr(settings, f"COURSES_{name}", None)
    delivered("done")
    happened(1)
    retention.purge(now=NOW + 9 * YEAR)

    # An endpoint gets both; an event stays with a delivery that is kept.
    assert Event.objects.count() == 2
    assert Delivery.objects.filter(state="done").exists() == name.startswith("DELIVERIES")


def test_the_relay_does_it():
    happened(2)
    relay.run_once(clock=lambda: NOW + YEAR, jitter=Random(1))

    assert Event.objects.count() == 1


def test_purge_costs_few_queries_when_nothing_is_old(django_assert_num_queries):
    happened(3)
    with django_assert_num_queries(13):
        retention.purge(now=NOW)


# --- erasure takes what was answered about the person


def kept(owner, path, body="{}"):
    return IdempotencyRecord.objects.create(
        owner=owner,
        method="POST",
        path=path,
        key=f"{len(path)}{len(body)}",
        body=body,
        created_at=NOW,
    )


def test_erasure_deletes_stored_answers_about_the_person():
    acme, other = (ApiClient.objects.create(name=name) for name in ("Acme", "Other"))
    ada = learners.upsert(client=acme, external_id="a-1", values={}, now=NOW).identity
    mine, theirs = f"client:{acme.pk}", f"client:{other.pk}"
    root = "/api/v1"
    gone = [
        kept(f"user:{ada.user_id}", f"{root}/learners/me/attempts/x/submit"),
        kept(mine, f"{root}/learners/a-1/attempts/x/submit"),
        kept(mine, f"{root}/learners/a-1"),
        kept(mine, f"{root}/learners", f'{{"id": "{ada.uuid}"}}'),
    ]
    stays = [
        kept(f"user:{ada.user_id}0", "/x"),
        kept(mine, f"{root}/learners/a-11/attempts/x/submit"),
        kept(mine, f"{root}/learners"),
        kept(theirs, f"{root}/learners/a-1/attempts/x/submit"),
    ]
    personal_data.erase(user=ada.user, now=NOW)

    assert set(IdempotencyRecord.objects.all()) == set(stays)
    assert gone


def test_an_erasure_of_somebody_without_any_takes_none():
    kept("client:1", "/api/v1/learners/a-1/attempts")
    idempotency.forget(user=UserFactory())

    assert IdempotencyRecord.objects.count() == 1


def test_sessions_that_have_ended_are_cleared():
    for name, days in (("old", -1), ("new", 1)):
        Session.objects.create(
            session_key=name, session_data="", expire_date=NOW + timedelta(days=days)
        )

    relay.run_once(clock=lambda: NOW, jitter=Random(1))

    assert [row.session_key for row in Session.objects.all()] == ["new"]
