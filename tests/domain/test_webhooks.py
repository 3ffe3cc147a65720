"""Endpoints receive what they asked for, signed, in order and at least once."""

import json
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.db import transaction
from standardwebhooks import Webhook, WebhookVerificationError

from courses.domain import (
    attempts,
    deliveries,
    events,
    feed,
    outgoing,
    personal_data,
    relay,
    webhooks,
)
from courses.errors import Conflict, Invalid, NotFound
from courses.models import (
    ApiClient,
    Course,
    Delivery,
    DeliveryTry,
    Event,
    ExternalIdentity,
)
from tests.factories import NOW, UserFactory, make_learner, make_quiz, reader_of
from tests.lengths import length

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

URL = "https://platform.example/hook"
FIRST = ["enrolment.created"]


class Web:
    """The network's edge: every call, and how it is answered."""

    def __init__(self):
        self.calls = []
        self.answers = {}
        self.answer = outgoing.Answer(204)

    def post(self, url, *, body, headers):
        self.calls.append((url, headers, body))
        answer = self.answers.get(url, self.answer)
        if callable(answer):
            answer = answer(json.loads(body))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def messages(self, url=None):
        return [json.loads(body) for to, _, body in self.calls if url in (None, to)]

    def types(self, url=None):
        return [message["type"] for message in self.messages(url)]


@pytest.fixture
def web(monkeypatch):
    found = Web()
    monkeypatch.setattr(outgoing, "post", found.post)
    return found


def run(after=0, clock=None):
    clock = clock or (lambda: NOW + timedelta(seconds=after))
    rounds = 0
    while not relay.run_once(clock=clock, jitter=Random(1)).was_idle:
        rounds += 1
        assert rounds < 200
    return rounds


def once(after=0):
    return relay.run_once(clock=lambda: NOW + timedelta(seconds=after), jitter=Random(1))


def endpoint(url=URL, client=None, **extra):
    return webhooks.register(client=client, url=url, now=NOW, **extra)


def start(learner, quiz):
    reader = reader_of(learner)
    return attempts.start(reader=reader, quiz_key=quiz.key, by=learner.user, now=NOW)


def named(client, learner, subject):
    return ExternalIdentity.objects.create(
        client=client, user=learner.user, subject=subject, created_at=NOW, updated_at=NOW
    )


# --- what is sent


def test_endpoint_gets_events_after_its_creation(web):
    quiz = make_quiz()
    made = endpoint()
    ada = make_learner(quiz.course)
    start(ada, quiz)

    run()

    assert web.types() == ["enrolment.created", "attempt.started"]
    event = Event.objects.order_by("pk").first()
    assert web.messages()[0] == {
        "id": str(event.uuid),
        "type": "enrolment.created",
        "timestamp": "2026-03-02T09:00:00Z",
        "data": {
            "role": "learner",
            "enrolment": str(ada.uuid),
            "section": "default",
            "course": {"id": str(quiz.course.uuid), "key": quiz.course.key},
            "learner": None,
        },
    }
    assert set(Delivery.objects.values_list("state", "subscriber")) == {("done", made.subscriber)}


def test_new_endpoint_gets_no_earlier_events(web):
    make_learner(make_quiz().course)
    webhooks.register(client=None, url=URL, now=NOW + timedelta(seconds=1))

    run(after=2)

    assert web.calls == []


def test_rolled_back_change_is_not_delivered(web):
    quiz = make_quiz()
    endpoint()
    with transaction.atomic():
        make_learner(quiz.course)
        transaction.set_rollback(True)

    run()

    assert web.calls == []


def test_types_and_courses_choose(web):
    quiz, other = make_quiz(), make_quiz()
    endpoint(event_types=["attempt.started"], courses=[quiz.course])
    start(make_learner(quiz.course), quiz)
    start(make_learner(other.course), other)

    run()

    assert [one["data"]["quiz"] for one in web.messages()] == [quiz.key]


def test_client_gets_events_with_its_own_learner_ids(web):
    quiz = make_quiz()
    mine, theirs = ApiClient.objects.create(name="a"), ApiClient.objects.create(name="b")
    endpoint("https://a.example/", client=mine)
    endpoint("https://b.example/", client=theirs)
    ada, bob, eve = (make_learner(quiz.course) for _ in range(3))
    known = named(mine, ada, "ada-at-a")
    named(theirs, ada, "ada-at-b")
    named(theirs, bob, "bob-at-b")
    assert eve.events.count() == 1

    run()

    learners = [one["data"]["learner"]["external_id"] for one in web.messages("https://b.example/")]
    assert sorted(learners) == ["ada-at-b", "bob-at-b"]
    (only,) = web.messages("https://a.example/")
    assert only["data"]["learner"] == {"id": str(known.uuid), "external_id": "ada-at-a"}


def test_client_gets_no_events_of_an_unpublished_course(web):
    quiz = make_quiz()
    client = ApiClient.objects.create(name="a")
    endpoint(client=client)
    named(client, make_learner(quiz.course), "ada")
    Course.objects.update(state="draft")

    run()

    assert web.calls == []


def test_inactive_client_gets_no_events(web):
    quiz = make_quiz()
    client = ApiClient.objects.create(name="a", is_active=False)
    endpoint(client=client)
    named(client, make_learner(quiz.course), "ada")

    run()

    assert web.calls == []


@pytest.mark.parametrize("size", [1, 3, 20])
def test_spreading_takes_the_same_queries_for_any_number(size, django_assert_num_queries):
    quiz = make_quiz()
    for number in range(size):
        client = ApiClient.objects.create(name=str(number))
        endpoint(f"https://{number}.example/", client=client)
        named(client, make_learner(quiz.course), "ada")
    rows = list(Event.objects.select_related("enrolment", "course"))

    with django_assert_num_queries(4):
        assert webhooks.create_deliveries(rows=rows, now=NOW) == size


# --- signatures


def test_the_standards_own_library_verifies_and_refuses_a_changed_byte(web, time_machine):
    made = endpoint()
    make_learner(make_quiz().course)
    run()
    _, headers, body = web.calls[0]
    time_machine.move_to(NOW)
    judge = Webhook(made.secrets[0]["secret"])

    assert judge.verify(body, headers)["type"] == "enrolment.created"
    for broken in (body.replace(b"created", b"Created"), body + b" "):
        with pytest.raises(WebhookVerificationError):
            judge.verify(broken, headers)
    for name in ("Webhook-Id", "Webhook-Timestamp"):
        with pytest.raises(WebhookVerificationError):
            judge.verify(
                body, {**headers, name: headers[name][:-1] + "0x"[headers[name][-1] == "0"]}
            )
    time_machine.move_to(NOW + timedelta(minutes=6))
    with pytest.raises(WebhookVerificationError):
        judge.verify(body, headers)


def test_during_a_rotation_both_secrets_verify_and_afterwards_only_the_new_one(web, time_machine):
    made = endpoint()
    old = made.secrets[0]["secret"]
    new = webhooks.rotate_secret(endpoint=made, now=NOW)
    quiz = make_quiz()
    make_learner(quiz.course)
    run(after=60)
    make_learner(quiz.course)
    run(after=86_401)
    (_, during, first), (_, later, second) = web.calls

    time_machine.move_to(NOW + timedelta(seconds=60))
    assert Webhook(old).verify(first, during) == Webhook(new).verify(first, during)
    assert len(during["Webhook-Signature"].split()) == 2
    time_machine.move_to(NOW + timedelta(seconds=86_401))
    assert Webhook(new).verify(second, later)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(second, later)


def test_two_rotations_in_a_day_keep_the_first_secret_no_longer(web):
    made = endpoint()
    webhooks.rotate_secret(endpoint=made, now=NOW)
    webhooks.rotate_secret(endpoint=made, now=NOW + timedelta(hours=12))
    made.refresh_from_db()

    ends = [one["until"] for one in made.secrets]

    assert ends == [
        None,
        (NOW + timedelta(hours=36)).isoformat(),
        (NOW + timedelta(hours=24)).isoformat(),
    ]
    assert len({one["secret"] for one in made.secrets}) == 3


# --- what goes wrong


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        (outgoing.Answer(500, body=b"broken \xff\x00"), 500, "broken \ufffd\ufffd"),
        (outgoing.Answer(302), 302, ""),
        (outgoing.Answer(400), 400, ""),
        (outgoing.CallFailed("No answer within 10 seconds."), None, "No answer within 10 seconds."),
        (outgoing.CallRefused("x is not a public address."), None, "x is not a public address."),
        (RuntimeError("a bug"), None, "RuntimeError: a bug"),
    ],
)
def test_failed_call_is_retried_with_the_same_id(web, answer, status, text):
    endpoint()
    make_learner(make_quiz().course)
    web.answer = answer
    once()

    row = DeliveryTry.objects.get()
    assert (row.status, row.answer, row.tried_at) == (status, text, NOW)
    assert (row.delivery.state, row.delivery.tries) == ("pending", 1)
    assert 5 <= (row.delivery.next_try_at - NOW).total_seconds() <= 15

    web.answer = outgoing.Answer(200)
    run(after=20)
    (_, first, _), (_, second, _) = web.calls
    assert first["Webhook-Id"] == second["Webhook-Id"]
    assert first["Webhook-Timestamp"] != second["Webhook-Timestamp"]
    assert list(DeliveryTry.objects.values_list("status", flat=True)) == [status, 200]


def test_an_accepted_call_counts_however_long_its_answer_is(web):
    endpoint()
    make_learner(make_quiz().course)
    web.answer = outgoing.Answer(200, body=b"x" * outgoing.MOST_BYTES, is_cut=True)
    run()

    assert Delivery.objects.get().state == "done"
    assert len(DeliveryTry.objects.get().answer) == 500


def test_later_events_of_a_learner_wait_and_those_of_others_do_not(web):
    quiz = make_quiz()
    endpoint()
    ada, bob = make_learner(quiz.course), make_learner(quiz.course)
    start(ada, quiz)
    poison = Event.objects.get(enrolment=ada, type="enrolment.created")
    web.answer = lambda message: outgoing.Answer(500 if message["id"] == str(poison.uuid) else 200)

    run()

    assert [one["data"]["enrolment"] for one in web.messages()] == [str(ada.uuid), str(bob.uuid)]
    late = relay.backlog(now=NOW + timedelta(seconds=1))
    assert (late.due, late.oldest_seconds) == (0, None)


def test_after_three_failures_an_endpoint_rests_and_is_then_asked_with_one_call(web):
    quiz = make_quiz()
    made = endpoint()
    for _number in range(20):
        make_learner(quiz.course)
    web.answer = outgoing.Answer(500)

    run()
    assert len(web.calls) == 3
    made.refresh_from_db()
    assert (made.failures, made.failing_since) == (3, NOW)
    assert made.paused_until > NOW
    waiting = Delivery.objects.filter(state="pending", locked_until=None, tries=0)
    assert waiting.count() == 17
    assert relay.backlog(now=NOW + timedelta(seconds=1)).due == 0

    run(after=16)
    assert len(web.calls) == 4

    web.answer = outgoing.Answer(200)
    run(after=60)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    made.refresh_from_db()
    assert (made.failures, made.failing_since, made.paused_until) == (0, None, None)
    assert made.last_success_at == NOW + timedelta(seconds=60)


def test_a_slow_endpoint_is_served_for_its_share_of_a_round_and_no_longer(web):
    quiz = make_quiz()
    endpoint()
    for _number in range(10):
        make_learner(quiz.course)
    now = [NOW]

    def slow(_message):
        now[0] += timedelta(seconds=9)
        return outgoing.Answer(200)

    web.answer = slow
    done = relay.run_once(clock=lambda: now[0], jitter=Random(1))

    assert (done.delivered, done.failed) == (3, 0)
    rest = Delivery.objects.filter(state="pending")
    assert set(rest.values_list("tries", "locked_until")) == {(0, None)}
    assert rest.count() == 7


def test_retry_after_is_respected(web):
    endpoint()
    make_learner(make_quiz().course)
    web.answer = outgoing.Answer(429, headers={"retry-after": "600"})
    run()
    run(after=599)
    assert len(web.calls) == 1

    run(after=601)
    assert len(web.calls) == 2


def test_gone_endpoint_is_disabled_and_reported_to_another(web):
    quiz = make_quiz()
    client, other = ApiClient.objects.create(name="a"), ApiClient.objects.create(name="b")
    made = endpoint("https://a.example/", client=client)
    endpoint("https://a2.example/", client=client, event_types=["webhook.disabled"])
    endpoint("https://b.example/", client=other)
    ada = make_learner(quiz.course)
    named(client, ada, "ada")
    start(ada, quiz)
    web.answers["https://a.example/"] = outgoing.Answer(410)

    run()

    made.refresh_from_db()
    assert (made.is_enabled, made.disabled_reason) == (False, "gone")
    assert len(web.messages("https://a.example/")) == 1
    (notice,) = web.messages("https://a2.example/")
    assert notice["data"] == {
        "endpoint": str(made.uuid),
        "url": "https://a.example/",
        "reason": "gone",
        "client": str(client.uuid),
    }
    assert web.messages("https://b.example/") == []
    dead = Delivery.objects.filter(subscriber=made.subscriber)
    assert set(dead.values_list("state", flat=True)) == {"dead"}
    assert relay.backlog(now=NOW).disabled == 1


@pytest.mark.two_lengths
def test_three_days_without_an_answer_switch_it_off_after_few_calls(web):
    quiz = make_quiz()
    made = endpoint()
    for _number in range(5):
        make_learner(quiz.course)
    web.answer = outgoing.CallFailed("nobody there")
    pause = timedelta(minutes=length(short=180, long=5))
    now = NOW
    while made.is_enabled and now < NOW + timedelta(days=5):
        run(clock=lambda now=now: now)
        made.refresh_from_db()
        now += pause

    assert made.disabled_reason == "failing"
    assert timedelta(days=3) <= made.disabled_at - NOW <= timedelta(days=3, hours=12)
    assert len(web.calls) <= 120
    assert relay.backlog(now=now).dead == 5


def test_refused_delivery_is_given_up_after_three_days():
    total = timedelta()
    for tries in range(1, 18):
        total += deliveries.retry_delay(tries=tries, jitter=Middle())

    assert timedelta(days=2.5) <= total <= timedelta(days=3.5)


class Middle(Random):
    def random(self):
        return 0.5


def test_a_delivery_whose_endpoint_is_removed_meanwhile_does_no_harm(web):
    made = endpoint()
    make_learner(make_quiz().course)
    feed.number(now=NOW)
    (held,) = deliveries.claim(now=NOW)
    webhooks.remove(endpoint=made)
    outcome = webhooks.CallOutcome(200, "", 1)
    report = webhooks.CallReport(made, held, outcome)
    webhooks.record_outcomes(reports=[report], now=NOW, jitter=Random(1))

    assert not Delivery.objects.exists()
    assert not DeliveryTry.objects.exists()


def test_a_lease_that_ran_out_changes_nothing_any_more(web):
    made = endpoint()
    make_learner(make_quiz().course)
    feed.number(now=NOW)
    (slow,) = deliveries.claim(now=NOW)
    later = NOW + timedelta(seconds=61)
    (quick,) = deliveries.claim(now=later)
    accepted, refused = webhooks.CallOutcome(200, "", 1), webhooks.CallOutcome(500, "", 1)

    reports = [
        webhooks.CallReport(made, delivery, outcome)
        for delivery, outcome in ((quick, accepted), (slow, refused))
    ]
    webhooks.record_outcomes(reports=reports, now=later, jitter=Random(1))

    assert Delivery.objects.get().state == "done"


# --- what people do


def test_a_ping_goes_to_the_one_endpoint(web):
    made = endpoint()
    endpoint("https://other.example/")
    sent = webhooks.ping(endpoint=made, by=UserFactory(), now=NOW)

    run()

    assert [call[0] for call in web.calls] == [URL]
    assert web.messages()[0]["data"] == {"endpoint": str(made.uuid)}
    sent.refresh_from_db()
    assert sent.state == "done"


def test_disabled_endpoint_gets_missed_events_after_enabling(web):
    quiz = make_quiz()
    made = endpoint()
    webhooks.disable(endpoint=made, now=NOW)
    ada, bob = make_learner(quiz.course), make_learner(quiz.course)
    run()
    assert web.calls == []
    with pytest.raises(Conflict):
        webhooks.ping(endpoint=made, by=None, now=NOW)
    with pytest.raises(Conflict):
        webhooks.redeliver(endpoint=made, now=NOW, since=NOW)

    webhooks.enable(endpoint=made)
    assert webhooks.redeliver(endpoint=made, now=NOW, since=NOW) == 3
    run()

    assert web.types() == ["webhook.disabled", "enrolment.created", "enrolment.created"]
    people = [one["data"]["enrolment"] for one in web.messages()[1:]]
    assert people == [str(ada.uuid), str(bob.uuid)]


def test_one_event_or_a_range_is_sent_again_with_its_own_id(web):
    quiz = make_quiz()
    made = endpoint()
    start(make_learner(quiz.course), quiz)
    run()
    event = Event.objects.get(type="attempt.started")

    assert webhooks.redeliver(endpoint=made, now=NOW, since=NOW, event=event.uuid) == 1
    run()
    assert [one["id"] for one in web.messages()].count(str(event.uuid)) == 2

    hour = timedelta(hours=1)
    assert webhooks.redeliver(endpoint=made, now=NOW, since=NOW - hour, until=NOW - hour) == 0
    assert webhooks.redeliver(endpoint=made, now=NOW, since=NOW - hour) == 2


def test_event_out_of_reach_is_not_found(web):
    quiz = make_quiz()
    made = endpoint(client=ApiClient.objects.create(name="a"))
    make_learner(quiz.course)
    run()
    foreign = Event.objects.get().uuid

    for uuid in (foreign, uuid4()):
        with pytest.raises(NotFound):
            webhooks.redeliver(endpoint=made, now=NOW, since=NOW, event=uuid)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("url", "types"),
    [
        ("http://plain.example/", []),
        ("https://user@host.example/", []),
        ("https://" + "a" * 500, []),
        (URL, ["no.such"]),
        (URL, ["webhook.ping"]),
    ],
)
def test_invalid_endpoint_is_refused(url, types):
    with pytest.raises(Invalid):
        endpoint(url, event_types=types)

    made = endpoint()
    with pytest.raises(Invalid):
        webhooks.change(endpoint=made, values={"url": url, "event_types": types})
    made.refresh_from_db()
    assert (made.url, made.event_types) == (URL, [])


def test_secrets_are_long_and_differ():
    made = {webhooks.endpoints.new_secret() for _number in range(1000)}

    assert len(made) == 1000
    assert all(len(secret) == len("whsec_") + 44 for secret in made)


# --- the feed


def test_the_feed_is_numbered_in_order_and_read_on_from_a_position():
    quiz = make_quiz()
    client = ApiClient.objects.create(name="a")
    ada, eve = make_learner(quiz.course), make_learner(quiz.course)
    named(client, ada, "ada")
    start(ada, quiz)
    start(eve, quiz)
    assert feed.number(now=NOW) == 4
    assert feed.number(now=NOW) == 0

    rows = list(feed.events_for(client=client, courses=Course.objects.all()))
    assert [row.type for row in rows] == ["enrolment.created", "attempt.started"]
    assert [row.position for row in rows] == [1, 3]
    rest = feed.events_for(client=client, courses=Course.objects.all(), after=1)
    assert [row.type for row in rest] == ["attempt.started"]
    assert not feed.events_for(client=client, courses=Course.objects.none()).exists()


def test_an_event_that_becomes_visible_late_is_not_overlooked():
    quiz = make_quiz()
    make_learner(quiz.course)
    late = Event.objects.get()
    Event.objects.filter(pk=late.pk).delete()  # as if its transaction had not ended yet
    make_learner(quiz.course)
    feed.number(now=NOW)
    seen = feed.last_position()
    late.position = None
    late.save(force_insert=True)

    feed.number(now=NOW)

    assert Event.objects.get(pk=late.pk).position == seen + 1


def test_taking_events_out_never_gives_their_numbers_to_others():
    quiz = make_quiz()
    ada = make_learner(quiz.course)
    start(ada, quiz)
    feed.number(now=NOW)
    seen = feed.last_position()

    personal_data.erase(user=ada.user, now=NOW)
    make_learner(quiz.course)
    feed.number(now=NOW)

    assert Event.objects.get(type="enrolment.created").position > seen


def test_the_relay_is_late_when_an_endpoint_waits_for_what_is_not_numbered():
    make_learner(make_quiz().course)
    later = NOW + timedelta(seconds=90)
    assert relay.backlog(now=later).oldest_seconds is None

    endpoint()
    found = relay.backlog(now=later)

    assert (found.unnumbered, found.oldest_seconds) == (1, 90.0)
    assert events.WEBHOOK_PING not in events.TYPES
