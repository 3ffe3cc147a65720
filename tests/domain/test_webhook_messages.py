"""Messages to endpoints: who gets an event, what it holds, its signature, and the call."""

import threading
from datetime import timedelta
from uuid import UUID

import pytest

from courses.domain import events, outgoing, webhooks
from courses.domain.webhooks import CallOutcome, messages
from courses.domain.webhooks.messages import Message
from courses.domain.webhooks.subscriptions import new_delivery, subscriptions_of
from courses.models import ApiClient, Course, Delivery, Event, ExternalIdentity, WebhookEndpoint
from tests.domain.test_deliveries import delivery
from tests.factories import NOW, CourseFactory, make_learner

pytestmark = pytest.mark.django_db

URL = "https://platform.example/hook"
MINUTE = timedelta(minutes=1)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""The example of the Standard Webhooks specification, with its signature below."""


@pytest.fixture
def client():
    return ApiClient.objects.create(name="platform")


@pytest.fixture
def ada():
    made = make_learner(CourseFactory())
    Event.objects.all().delete()
    return made


@pytest.fixture
def identity(client, ada):
    return ExternalIdentity.objects.create(
        client=client, user=ada.user, subject="a-1", created_at=NOW, updated_at=NOW
    )


def endpoint(client=None, **extra):
    return webhooks.register(client=client, url=URL, now=NOW, **extra)


def event(enrolment=None, **extra):
    given = {"type": events.LESSON_COMPLETED, "occurred_at": NOW, **extra}
    if enrolment is not None:
        given = {"enrolment": enrolment, "course": enrolment.course, **given}
    return Event.objects.create(**given)


def getters(row):
    """The endpoints that get an event."""
    Delivery.objects.all().delete()
    count = webhooks.create_deliveries(rows=[row], now=NOW)
    names = set(Delivery.objects.values_list("subscriber", flat=True))
    assert count == len(names)
    return {one for one in WebhookEndpoint.objects.all() if one.subscriber in names}


def test_site_and_client_endpoints_get_what_they_may_know(client, ada, identity):
    site, own = endpoint(), endpoint(client)
    other = endpoint(ApiClient.objects.create(name="other"))
    assert getters(event(ada)) == {site, own}
    assert getters(event(course=ada.course)) == {site, own, other}
    assert getters(event(type=events.EXTENSION_CHANGED)) == set()
    of_client = event(type=events.WEBHOOK_DISABLED, data={"client": str(client.uuid)})
    assert getters(of_client) == {own}
    assert getters(event(type=events.WEBHOOK_DISABLED, data={"client": None})) == {site}

    Course.objects.update(state=Course.State.DRAFT)
    row = Event.objects.filter(enrolment=ada).select_related("course", "enrolment").get()
    assert getters(row) == {site}


def test_endpoint_gets_its_types_and_courses_from_when_it_was_made(client, ada, identity):
    typed = endpoint(event_types=[events.COURSE_COMPLETED])
    here, elsewhere = endpoint(courses=[ada.course]), endpoint(courses=[CourseFactory()])
    assert getters(event(ada)) == {here}
    assert getters(event(ada, type=events.COURSE_COMPLETED)) == {typed, here}
    assert getters(event(make_learner(elsewhere.courses.get()))) == {elsewhere}
    assert getters(event(ada, occurred_at=NOW - MINUTE)) == set()

    webhooks.disable(endpoint=here, now=NOW)
    assert getters(event(ada)) == set()
    own = endpoint(client)
    assert getters(event(ada)) == {own}
    ApiClient.objects.update(is_active=False)
    assert getters(event(ada)) == set()
    assert subscriptions_of(endpoints=[], rows=[]) == []


def test_new_delivery_waits_while_its_endpoint_is_paused(ada):
    made, row = endpoint(), event(ada)
    for paused_until, start in ((None, NOW), (NOW + MINUTE, NOW + MINUTE), (NOW - MINUTE, NOW)):
        made.paused_until = paused_until
        found = new_delivery(made, event=row, now=NOW)
        assert (found.event, found.subscriber) == (row, made.subscriber)
        assert (found.pk, found.next_try_at) == (None, start)


def test_event_is_serialized_with_the_names_of_its_receiver(ada, identity):
    data = {"is_shown": False, "percent": 80, "has_passed": True, "quiz": "q"}
    row = event(ada, data=data)

    found = webhooks.serialize_event(row, identity=identity, sees_scores=True)

    about = {
        "course": {"id": str(ada.course.uuid), "key": ada.course.key},
        "enrolment": str(ada.uuid),
        "section": "default",
        "learner": {"id": str(identity.uuid), "external_id": "a-1"},
    }
    assert found == {
        "id": str(row.uuid),
        "type": "lesson.completed",
        "timestamp": "2026-03-02T09:00:00Z",
        "data": {**data, **about},
    }
    assert row.data == data
    hidden = webhooks.serialize_event(row, identity=None, sees_scores=False)["data"]
    assert hidden == {**data, **about, "percent": None, "has_passed": None, "learner": None}
    row.data = {**data, "is_shown": True}
    shown = webhooks.serialize_event(row, identity=identity, sees_scores=False)["data"]
    assert shown == {**row.data, **about}
    row.enrolment.section = None
    whole = webhooks.serialize_event(row, identity=identity, sees_scores=True)["data"]
    assert whole["section"] is None
    bare = webhooks.serialize_event(event(), identity=identity, sees_scores=False)
    assert bare["data"] == {}


def test_signature_is_that_of_the_specification():
    found = messages.signature(
        secret=SECRET,
        message_id="msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp=1614265330,
        body=b'{"test": 2432232314}',
    )

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_messages_hold_all_that_a_call_needs(client, ada, identity):
    bob = make_learner(ada.course)
    made = endpoint(client, include_hidden_scores=True)
    rows = [delivery(ada, made), delivery(bob, made)]
    rows.append(Delivery(event=event(), subscriber=made.subscriber, next_try_at=NOW))

    found = messages.messages_for(endpoint=made, deliveries=iter(rows), now=NOW)

    assert [one.delivery for one in found] == rows
    assert [one.identity for one in found] == [identity, None, None]
    assert {(one.url, one.sees_scores) for one in found} == {(URL, True)}
    assert {one.secrets for one in found} == {(made.secrets[0]["secret"],)}
    (other,) = messages.messages_for(endpoint=endpoint(), deliveries=rows[:1], now=NOW)
    assert (other.identity, other.sees_scores) == (None, False)


class Web:
    """Answers the call to another machine, and keeps it."""

    def __init__(self, answer):
        self.answer = answer

    def post(self, url, *, body, headers):
        self.url, self.body, self.headers = url, body, headers
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def sent(monkeypatch, message, answer):
    web = Web(answer)
    monkeypatch.setattr(outgoing, "post", web.post)
    return messages.send(message, now=NOW + timedelta(seconds=0.9)), web


@pytest.fixture
def message(ada):
    made = endpoint()
    row = delivery(ada, made)
    Event.objects.filter(pk=row.event_id).update(uuid=UUID(int=7), data={"name": "Zoë"})
    row.event.refresh_from_db()
    (found,) = messages.messages_for(endpoint=made, deliveries=[row], now=NOW)
    return messages.Message(found.delivery, URL, (SECRET, SECRET), None, sees_scores=True)


def test_call_is_signed_with_every_secret(monkeypatch, message):
    outcome, web = sent(monkeypatch, message, outgoing.Answer(204))

    assert (outcome.status, outcome.answer, outcome.retry_after_s) == (204, "", None)
    assert 0 <= outcome.duration_ms < 10_000
    assert web.url == URL
    assert web.body.startswith(b'{"id":"00000000-0000-0000-0000-000000000007","type":"lesson.')
    assert '"name":"Zoë"'.encode() in web.body
    seconds = str(int(NOW.timestamp()))
    signature = messages.signature(
        secret=SECRET, message_id=str(UUID(int=7)), timestamp=int(seconds), body=web.body
    )
    assert web.headers == {
        "Content-Type": "application/json",
        "User-Agent": "cx-course-webhooks/1",
        "Webhook-Id": str(UUID(int=7)),
        "Webhook-Timestamp": seconds,
        "Webhook-Signature": f"{signature} {signature}",
    }


def test_answer_is_kept_shortened_and_readable(monkeypatch, message):
    body = b"\xff\x00" + b"a" * 600
    outcome, _web = sent(monkeypatch, message, outgoing.Answer(500, {}, body))

    assert (outcome.status, outcome.answer) == (500, "\ufffd\ufffd" + "a" * 498)


def test_call_that_fails_says_why(monkeypatch, message):
    cases = [
        (outgoing.CallRefused("Not there."), "Not there."),
        (outgoing.CallFailed("No answer." * 100), ("No answer." * 100)[:500]),
        (RuntimeError("a bug"), "RuntimeError: a bug"),
    ]
    for error, text in cases:
        outcome, _web = sent(monkeypatch, message, error)
        assert (outcome.status, outcome.answer, outcome.retry_after_s) == (None, text, None)
        assert 0 <= outcome.duration_ms < 10_000


def test_retry_after_is_read_as_seconds_or_as_a_date(monkeypatch, message):
    cases = [
        ("120", 120),
        (" 120 ", 120),
        ("1234567890123", 123456789),
        ("Mon, 02 Mar 2026 09:01:00 GMT", 59),
        ("Mon, 02 Mar 2026 09:01:00 -0000", 59),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0),
        ("soon", None),
        ("", None),
        ("²", None),
    ]
    for text, seconds in cases:
        answer = outgoing.Answer(503, {"retry-after": text})
        outcome, _web = sent(monkeypatch, message, answer)
        assert outcome.retry_after_s == seconds, text


def serve(monkeypatch, endpoints_of, answers, *, until=NOW + MINUTE, step=timedelta()):
    """Send what is held and return each call's delivery and status."""
    web = iter(answers)

    def post(*_args, **_more):
        status = next(web)
        if status is None:
            raise outgoing.CallFailed("No answer.")
        return outgoing.Answer(status)

    monkeypatch.setattr(outgoing, "post", post)
    ticks = iter(range(1000))

    def clock():
        return NOW + next(ticks) * step

    with webhooks.sending(held=endpoints_of, clock=clock, until=until) as groups:
        return [
            (report.endpoint, report.delivery, report.outcome.status)
            for group in groups
            for report in group
        ]


def held(ada, made, count):
    return [delivery(ada, made, tries=1) for _number in range(count)]


def test_calls_go_out_in_order_and_unsent_ones_are_released(monkeypatch, ada, settings):
    made = endpoint()
    rows = [held(make_learner(ada.course), made, 1)[0] for _number in range(5)]

    assert serve(monkeypatch, rows[:2], [200, 500]) == [(made, rows[0], 200), (made, rows[1], 500)]
    assert len(serve(monkeypatch, rows, [500, 500, 500])) == 3
    tries = [Delivery.objects.get(pk=row.pk).tries for row in rows]
    assert tries == [1, 1, 1, 0, 0]
    assert len(serve(monkeypatch, rows, [500, 500, 200, 500, 500])) == 5
    assert len(serve(monkeypatch, rows, [410])) == 1
    assert len(serve(monkeypatch, rows, [None])) == 1
    made.failures = 2
    made.save()
    assert len(serve(monkeypatch, rows, [500])) == 1
    assert serve(monkeypatch, rows, [], until=NOW) == []
    assert serve(monkeypatch, [], []) == []
    settings.COURSES_RELAY_THREADS = 1
    assert len(serve(monkeypatch, rows, [200] * 5, until=NOW + 5 * MINUTE, step=MINUTE)) == 2


def test_events_of_a_learner_are_sent_while_they_are_accepted(monkeypatch, ada):
    made = endpoint()
    adas, bobs = held(ada, made, 4), held(make_learner(ada.course), made, 1)
    statuses = {adas[0].pk: 204, adas[1].pk: 500, bobs[0].pk: 204}
    monkeypatch.setattr(
        Message, "call", lambda one, **_now: CallOutcome(statuses[one.delivery.pk], "", 1)
    )

    with webhooks.sending(held=[*adas, *bobs], clock=lambda: NOW, until=NOW + MINUTE) as groups:
        found = {one.delivery: one.later for group in groups for one in group}

    assert found == {adas[0]: (), adas[1]: tuple(adas[2:]), bobs[0]: ()}


def test_an_endpoint_gets_more_calls_at_once_while_it_accepts_them(monkeypatch, ada, settings):
    settings.COURSES_RELAY_THREADS = 6
    settings.COURSES_RELAY_CALLS_PER_ENDPOINT = 3
    made = endpoint()
    rows = [held(make_learner(ada.course), made, 1)[0] for _number in range(12)]
    lock, full = threading.Lock(), threading.Barrier(3)
    at_once, under_way = [], []

    def send(message, **_now):
        with lock:
            under_way.append(message)
            at_once.append(len(under_way))
        if message.delivery in rows[3:6]:
            full.wait(10)
        with lock:
            under_way.remove(message)
        return CallOutcome(204, "", 1)

    monkeypatch.setattr(Message, "call", send)
    with webhooks.sending(held=rows, clock=lambda: NOW, until=NOW + MINUTE) as groups:
        assert sum(map(len, groups)) == 12
    assert at_once[0] == 1
    assert max(at_once) == 3


def test_a_thread_that_breaks_leaves_nothing_held(monkeypatch, ada):
    made = endpoint()
    rows = [held(make_learner(ada.course), made, 1)[0] for _number in range(2)]

    def clock():
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("a bug")
        return NOW

    with webhooks.sending(held=rows, clock=clock, until=NOW + MINUTE) as groups:
        assert list(groups) == []
    assert set(Delivery.objects.values_list("tries", "locked_until")) == {(0, None)}


def test_delivery_without_an_endpoint_is_given_up(monkeypatch, ada):
    made, gone = endpoint(), endpoint()
    kept, lost = held(ada, made, 1)[0], held(ada, gone, 1)[0]
    gone.delete()

    assert serve(monkeypatch, [lost, kept], [200]) == [(made, kept, 200)]
    lost.refresh_from_db()
    assert (lost.state, lost.last_answer) == ("dead", "The endpoint is not there any more.")
    assert webhooks.is_for_endpoint(kept)
    assert not webhooks.is_for_endpoint(Delivery(subscriber="mail"))
