"""Webhook endpoints: who sees them, what changes them, and what their answers change."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from courses.domain import webhooks
from courses.domain.webhooks import endpoints, messages
from courses.domain.webhooks.outcomes import release_unsent
from courses.errors import Conflict, Invalid, NotFound
from courses.models import ApiClient, Delivery, DeliveryTry, Event, WebhookEndpoint
from tests.domain.test_deliveries import Fixed, delivery
from tests.factories import NOW, CourseFactory, UserFactory, make_learner

pytestmark = pytest.mark.django_db

URL = "https://platform.example/hook"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def client():
    return ApiClient.objects.create(name="platform")


@pytest.fixture
def endpoint():
    return webhooks.register(client=None, url=URL, now=NOW)


@pytest.fixture
def ada():
    made = make_learner(CourseFactory())
    Event.objects.all().delete()
    return made


def test_register_stores_what_is_given_and_one_secret(client, ada):
    made = webhooks.register(
        client=client,
        url=URL,
        event_types=("lesson.completed",),
        courses=[ada.course],
        description="The platform",
        include_hidden_scores=True,
        now=NOW,
    )
    made.refresh_from_db()

    assert (made.client, made.url, made.description) == (client, URL, "The platform")
    assert (made.event_types, list(made.courses.all())) == (["lesson.completed"], [ada.course])
    assert (made.include_hidden_scores, made.created_at) == (True, NOW)
    (secret,) = made.secrets
    assert (secret["secret"][:6], secret["until"]) == ("whsec_", None)
    plain = webhooks.register(client=None, url=URL, now=NOW)
    assert (plain.include_hidden_scores, plain.description, plain.event_types) == (False, "", [])


def test_endpoints_are_seen_by_their_client_within_its_limits(client, endpoint):
    courses = [CourseFactory(), CourseFactory()]
    own, hidden, wide, narrow = (
        webhooks.register(client=client, url=URL, now=NOW, **extra)
        for extra in (
            {},
            {"include_hidden_scores": True},
            {"courses": courses},
            {"courses": courses[:1]},
        )
    )
    limits = [courses[0].pk]

    assert list(webhooks.seen_by(client=None)) == [endpoint]
    assert set(webhooks.seen_by(client=client)) == {own, hidden, wide, narrow}
    assert set(webhooks.seen_by(client=client, sees_scores=False)) == {own, wide, narrow}
    assert list(webhooks.seen_by(client=client, limits=limits)) == [narrow]
    for is_locked in (True, False):
        found = webhooks.find(client=client, uuid=own.uuid, is_locked=is_locked)
        assert found == own
    refused = (
        {"client": None, "uuid": own.uuid},
        {"client": client, "uuid": uuid4()},
        {"client": client, "uuid": own.uuid, "limits": limits},
        {"client": client, "uuid": hidden.uuid, "sees_scores": False},
    )
    for given in refused:
        with pytest.raises(NotFound):
            webhooks.find(**given)


def test_change_sets_columns_and_courses_and_nothing_else(endpoint, ada):
    values = {"description": "New", "event_types": ["lesson.completed"], "courses": [ada.course]}

    webhooks.change(endpoint=endpoint, values=values)

    endpoint.refresh_from_db()
    assert (endpoint.description, endpoint.event_types) == ("New", ["lesson.completed"])
    assert list(endpoint.courses.all()) == [ada.course]
    assert "courses" in values
    webhooks.change(endpoint=endpoint, values={"description": "Newer"})
    assert list(endpoint.courses.all()) == [ada.course]
    webhooks.change(endpoint=endpoint, values={"courses": []})
    assert not endpoint.courses.exists()
    with pytest.raises(Invalid):
        webhooks.change(endpoint=endpoint, values={"url": "http://plain.example/"})


def test_check_names_each_problem_with_its_place(settings):
    def places(url=URL, event_types=()):
        try:
            webhooks.check(url=url, event_types=event_types)
        except Invalid as error:
            return [(problem.path, str(problem.message)) for problem in error.problems]
        return []

    assert places() == []
    assert places("http://platform.example/") == [
        ("url", "The address must begin with https://."),
    ]
    assert places("https://127.0.0.1/")[0][0] == "url"
    longest = "https://platform.example/" + "a" * 475
    assert places(longest) == []
    assert places(longest + "a") == [("url", "The address is too long.")]
    assert places(event_types=["lesson.completed", "no.such"]) == [
        ("event_types.1", "There is no such event type.")
    ]
    settings.COURSES_OUTGOING_ALLOW = ["platform.example"]
    assert places("http://platform.example/") == []


def test_rotation_keeps_the_old_secret_for_a_day(endpoint):
    (old,) = endpoint.secrets

    new = webhooks.rotate_secret(endpoint=endpoint, now=NOW)

    endpoint.refresh_from_db()
    assert endpoint.secrets == [
        {"secret": new, "until": None},
        {"secret": old["secret"], "until": (NOW + DAY).isoformat()},
    ]
    newer = webhooks.rotate_secret(endpoint=endpoint, now=NOW + DAY / 2, keep_for=DAY)
    assert newer != new
    endpoint.refresh_from_db()
    untils = [one["until"] for one in endpoint.secrets]
    assert untils == [None, (NOW + 1.5 * DAY).isoformat(), (NOW + DAY).isoformat()]
    for now, count in ((NOW + DAY - MINUTE, 3), (NOW + DAY, 2), (NOW + 2 * DAY, 1)):
        assert len(messages.valid_secrets(endpoint=endpoint, now=now)) == count

    for _number in range(7):
        webhooks.rotate_secret(endpoint=endpoint, now=NOW)
    endpoint.refresh_from_db()
    assert len(endpoint.secrets) == 5
    webhooks.rotate_secret(endpoint=endpoint, now=NOW + 3 * DAY, keep_for=MINUTE)
    endpoint.refresh_from_db()
    assert [one["until"] for one in endpoint.secrets] == [
        None,
        (NOW + 3 * DAY + MINUTE).isoformat(),
    ]


def test_disabling_gives_up_what_waits_and_is_recorded_once(client, ada):
    mine, other = (webhooks.register(client=client, url=URL, now=NOW) for _number in range(2))
    waiting, done = delivery(ada, mine, locked_until=NOW), delivery(ada, mine, state="done")
    others = delivery(ada, other)

    disabled = webhooks.disable(endpoint=mine, now=NOW + MINUTE)
    webhooks.disable(endpoint=mine, now=NOW + 2 * MINUTE)

    mine.refresh_from_db()
    assert disabled == mine
    assert (mine.disabled_at, mine.disabled_reason) == (NOW + MINUTE, "by_hand")
    states = [Delivery.objects.get(pk=row.pk).state for row in (waiting, done, others)]
    assert states == ["dead", "done", "pending"]
    waiting.refresh_from_db()
    assert waiting.last_answer == "The endpoint was switched off."
    assert waiting.locked_until is None
    event = Event.objects.get(type="webhook.disabled")
    assert event.data == {
        "endpoint": str(mine.uuid),
        "url": URL,
        "reason": "by_hand",
        "client": str(client.uuid),
    }
    assert (event.occurred_at, event.by, event.course) == (NOW + MINUTE, None, None)


def test_enabling_forgets_the_failures(endpoint):
    WebhookEndpoint.objects.update(
        disabled_at=NOW,
        disabled_reason="failing",
        failures=9,
        failing_since=NOW,
        paused_until=NOW,
    )

    webhooks.enable(endpoint=endpoint)

    endpoint.refresh_from_db()
    assert (endpoint.disabled_at, endpoint.disabled_reason, endpoint.failures) == (None, "", 0)
    assert (endpoint.failing_since, endpoint.paused_until) == (None, None)


def test_removing_deletes_its_deliveries_and_no_others(endpoint, ada):
    other = webhooks.register(client=None, url=URL, now=NOW)
    kept = delivery(ada, other)
    for row in (delivery(ada, endpoint), kept):
        DeliveryTry.objects.create(delivery=row, tried_at=NOW, duration_ms=1)

    webhooks.remove(endpoint=endpoint)

    assert list(WebhookEndpoint.objects.all()) == [other]
    assert list(Delivery.objects.all()) == [kept]
    assert DeliveryTry.objects.get().delivery == kept


def test_ping_is_an_event_for_the_endpoint_alone(endpoint):
    grace = UserFactory()

    made = webhooks.ping(endpoint=endpoint, by=grace, now=NOW)

    assert (made.subscriber, made.next_try_at) == (endpoint.subscriber, NOW)
    assert Delivery.objects.get() == made
    event = made.event
    assert (event.type, event.by, event.occurred_at) == ("webhook.ping", grace, NOW)
    assert event.data == {"endpoint": str(endpoint.uuid)}
    webhooks.disable(endpoint=endpoint, now=NOW)
    with pytest.raises(Conflict, match="switched off"):
        webhooks.ping(endpoint=endpoint, by=grace, now=NOW)


def test_log_has_the_newest_delivery_first(endpoint, ada):
    other = webhooks.register(client=None, url=URL, now=NOW)
    rows = [delivery(ada, endpoint), delivery(ada, endpoint)]
    delivery(ada, other)

    assert list(webhooks.log_of(endpoint=endpoint)) == rows[::-1]


def test_redelivery_of_a_period_takes_numbered_events_of_that_time(endpoint, ada):
    for number in range(4):
        row = delivery(ada, endpoint, state="done", tries=3).event
        row.position = number + 1 if number < 3 else None
        row.occurred_at = NOW + number * MINUTE
        row.save()
    now = NOW + DAY

    def again(**given):
        return webhooks.redeliver(endpoint=endpoint, now=now, **given)

    assert again(since=NOW) == 3
    assert again(since=NOW, until=NOW + MINUTE) == 2
    assert again(since=NOW + MINUTE, until=NOW + MINUTE) == 1
    assert again(since=NOW + DAY) == 0
    chosen = Event.objects.get(position=2)
    Delivery.objects.update(state="done", tries=3)
    assert again(since=NOW + DAY, event=chosen.uuid) == 1
    (row,) = Delivery.objects.filter(state="pending")
    assert (row.event, row.tries, row.next_try_at) == (chosen, 0, now)
    missed = Event.objects.create(
        type="lesson.completed", enrolment=ada, course=ada.course, occurred_at=NOW, position=9
    )
    assert again(since=NOW + DAY, event=missed.uuid) == 1
    assert Delivery.objects.get(event=missed).subscriber == endpoint.subscriber
    unnumbered = Event.objects.get(position=None)
    with pytest.raises(NotFound):
        again(since=NOW, event=unnumbered.uuid)


def test_redelivery_refuses_more_than_it_can_send(endpoint, ada, monkeypatch):
    monkeypatch.setattr(endpoints, "MOST_REDELIVERED", 2)
    monkeypatch.setattr(endpoints, "_CHUNK", 1)
    rows = [delivery(ada, endpoint).event for _number in range(3)]
    for position, row in enumerate(rows[:2], start=1):
        Event.objects.filter(pk=row.pk).update(position=position)

    assert webhooks.redeliver(endpoint=endpoint, now=NOW, since=NOW) == 2
    Event.objects.filter(pk=rows[2].pk).update(position=3)
    with pytest.raises(Conflict, match="too many events"):
        webhooks.redeliver(endpoint=endpoint, now=NOW, since=NOW)


def answered(endpoint, row, status, answer="", *, now=NOW, wait=None):
    outcome = webhooks.CallOutcome(status, answer, 12, wait)
    report = webhooks.CallReport(endpoint, row, outcome)
    webhooks.record_outcomes(reports=[report], now=now, jitter=Fixed())
    for one in (endpoint, row):
        one.refresh_from_db()


def test_accepted_call_is_delivered_and_ends_a_pause(endpoint, ada):
    row, waiting = delivery(ada, endpoint), delivery(ada, endpoint)
    WebhookEndpoint.objects.update(failures=3, failing_since=NOW, paused_until=NOW)
    Delivery.objects.filter(pk=waiting.pk).update(next_try_at=NOW + DAY)

    answered(endpoint, row, 204, "thanks")

    made = DeliveryTry.objects.get()
    assert (made.delivery, made.tried_at, made.duration_ms) == (row, NOW, 12)
    assert (made.status, made.answer) == (204, "thanks")
    assert (row.state, row.delivered_at) == ("done", NOW)
    assert (endpoint.failures, endpoint.failing_since, endpoint.paused_until) == (0, None, None)
    assert endpoint.last_success_at == NOW
    waiting.refresh_from_db()
    assert waiting.next_try_at == NOW


def test_calls_recorded_together_leave_what_they_leave_one_by_one(endpoint, ada):
    source = random.Random(7)
    for _turn in range(12):
        statuses = [source.choice([204, 204, 500, None, 429, 410]) for _number in range(6)]
        found = []
        for size in (1, 6):
            with transaction.atomic():
                rows = [delivery(ada, endpoint) for _status in statuses]
                calls = [
                    webhooks.CallReport(endpoint, row, webhooks.CallOutcome(status, "so", 1))
                    for row, status in zip(rows, statuses, strict=True)
                ]
                for start in range(0, 6, size):
                    group = calls[start : start + size]
                    webhooks.record_outcomes(reports=group, now=NOW, jitter=Fixed())
                found.append(all_rows(rows[0].pk))
                transaction.set_rollback(True)
        assert found[0] == found[1], statuses


def all_rows(first):
    """Return what an outcome changes, without when those that arrived were due."""
    names = ("state", "tries", "delivered_at", "last_answer")
    due = Delivery.objects.exclude(state="done").order_by("pk").values_list("next_try_at")
    ends = ("failures", "failing_since", "paused_until", "disabled_reason", "last_success_at")
    tries = DeliveryTry.objects.order_by("pk").values_list("delivery", "status", "answer")
    return (
        list(Delivery.objects.order_by("pk").values_list(*names)),
        list(due),
        list(WebhookEndpoint.objects.order_by("pk").values_list(*ends)),
        [(pk - first, *rest) for pk, *rest in tries],
    )


def test_accepted_calls_take_as_many_queries_as_one(endpoint, ada):
    counts = []
    for size in (1, 20):
        rows = [delivery(ada, endpoint) for _number in range(size)]
        accepted = webhooks.CallOutcome(204, "", 1)
        reports = [webhooks.CallReport(endpoint, row, accepted) for row in rows]
        with CaptureQueriesContext(connection) as queries:
            webhooks.record_outcomes(reports=reports, now=NOW, jitter=Fixed())
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 8


def test_accepted_call_after_two_failures_moves_no_other_delivery(endpoint, ada):
    row, waiting = delivery(ada, endpoint), delivery(ada, endpoint)
    WebhookEndpoint.objects.update(failures=2)
    Delivery.objects.filter(pk=waiting.pk).update(next_try_at=NOW + DAY)

    answered(endpoint, row, 200)

    waiting.refresh_from_db()
    assert waiting.next_try_at == NOW + DAY


def test_third_failure_in_a_row_pauses_the_endpoint(endpoint, ada):
    bob = make_learner(ada.course)
    row, waiting = delivery(ada, endpoint), delivery(bob, endpoint)
    seconds = []
    for _number in range(5):
        answered(endpoint, row, 500, "broken")
        pause = endpoint.paused_until
        seconds.append(pause and (pause - NOW).total_seconds())

    assert seconds == [None, None, 10, 20, 40]
    assert (endpoint.failures, endpoint.failing_since) == (5, NOW)
    assert (row.state, row.last_answer) == ("pending", "500 broken")
    waiting.refresh_from_db()
    assert waiting.next_try_at == NOW + timedelta(seconds=40)
    WebhookEndpoint.objects.update(failures=20)
    answered(endpoint, row, None, "No answer")
    assert endpoint.paused_until == NOW + 30 * MINUTE
    assert row.last_answer == "No answer"


def test_receiver_may_ask_for_a_pause_of_up_to_half_an_hour(endpoint, ada):
    row = delivery(ada, endpoint)
    answered(endpoint, row, 429, wait=90)
    assert endpoint.paused_until == row.next_try_at == NOW + 1.5 * MINUTE
    answered(endpoint, row, 429, wait=7200)
    assert endpoint.paused_until == NOW + 30 * MINUTE


def test_endpoint_is_disabled_when_it_is_gone_or_failed_for_three_days(client, ada):
    gone, failing = (webhooks.register(client=client, url=URL, now=NOW) for _number in range(2))
    answered(gone, delivery(ada, gone), 410)
    assert (gone.disabled_reason, gone.disabled_at) == ("gone", NOW)

    row = delivery(ada, failing)
    answered(failing, row, 500)
    answered(failing, row, 500, now=NOW + 3 * DAY - MINUTE)
    assert failing.is_enabled
    answered(failing, row, 500, now=NOW + 3 * DAY)
    assert (failing.disabled_reason, failing.disabled_at) == ("failing", NOW + 3 * DAY)
    answered(failing, row, 410, now=NOW + 4 * DAY)
    assert (failing.disabled_reason, failing.disabled_at) == ("failing", NOW + 3 * DAY)


def test_unsent_deliveries_wait_for_the_end_of_the_pause(endpoint, ada):
    for paused_until, expected in ((None, NOW), (NOW + MINUTE, NOW + MINUTE), (NOW - DAY, NOW)):
        row = delivery(ada, endpoint, tries=1)
        WebhookEndpoint.objects.update(paused_until=paused_until)
        release_unsent(endpoint=endpoint, rows=[row], now=NOW)
        row.refresh_from_db()
        assert (row.tries, row.next_try_at) == (0, expected)


def test_outcome_is_a_success_from_200_to_299_and_gone_at_410():
    for status, expected in ((None, False), (199, False), (200, True), (299, True), (300, False)):
        assert webhooks.CallOutcome(status, "", 1).is_accepted is expected
    assert [webhooks.CallOutcome(status, "", 1).is_gone for status in (409, 410)] == [False, True]
