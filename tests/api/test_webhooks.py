"""Webhooks over the API: create, change, ping, log and redeliver, only one's own."""

from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest

from courses.domain import feed, outgoing, relay, webhooks
from courses.models import Event, WebhookEndpoint
from tests.api.platform import Platform, problem
from tests.factories import NOW, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

URL = "https://platform.example/hook"
PATHS = [
    ("get", ""),
    ("patch", ""),
    ("delete", ""),
    ("get", "/deliveries"),
    ("post", "/secret"),
    ("post", "/ping"),
    ("post", "/redeliver"),
]


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture
def answers(monkeypatch):
    """How the receiver answers; every call is kept."""
    found = {"answer": outgoing.Answer(200, body=b"thanks"), "calls": []}

    def post(url, **rest):
        found["calls"].append(url)
        return found["answer"]

    monkeypatch.setattr(outgoing, "post", post)
    return found


def made(platform, **values):
    response = platform.post("/webhooks", {"url": URL, **values})
    assert response.status_code == 201, response.content
    return response


def patch(platform, path, body, **headers):
    return platform.call("patch", path, body, **headers)


def run(after=timedelta(days=3650)):
    """A relay whose clock runs well after whatever the API has written."""
    while not relay.run_once(clock=lambda: NOW + after, jitter=Random(1)).was_idle:
        pass


def test_an_endpoint_is_made_read_changed_and_removed(platform):
    course = make_quiz().course
    first = made(platform, event_types=["attempt.graded"], courses=[course.key])
    body = first.json()
    secret = body.pop("secret")
    path = f"/webhooks/{body['id']}"
    assert secret == WebhookEndpoint.objects.get().secrets[0]["secret"]
    assert first.headers["Location"].endswith(path)
    assert {name: body[name] for name in ("url", "event_types", "courses", "is_enabled")} == {
        "url": URL,
        "event_types": ["attempt.graded"],
        "courses": [course.key],
        "is_enabled": True,
    }
    read = platform.get(path)
    assert (read.json(), read.headers["ETag"]) == (body, first.headers["ETag"])
    assert platform.get("/webhooks").json()["results"] == [body]

    changed = patch(platform, path, {"courses": [], "description": "Ours"})
    assert changed.json() == {**body, "courses": [], "description": "Ours"}

    assert platform.delete(path).status_code == 204
    problem(platform.get(path), 404, "not_found")


def test_changed_endpoint_is_not_overwritten(platform):
    first = made(platform)
    path = f"/webhooks/{first.json()['id']}"
    old = first.headers["ETag"]
    second = patch(platform, path, {"description": "one"}, if_match=old)

    problem(patch(platform, path, {"description": "two"}, if_match=old), 412, "precondition_failed")
    problem(platform.delete(path, if_match=old), 412, "precondition_failed")
    WebhookEndpoint.objects.update(failures=3)
    kept = patch(platform, path, {"description": "three"}, if_match=second.headers["ETag"])
    assert kept.json()["description"] == "three"


def test_switching_off_and_on(platform):
    path = f"/webhooks/{made(platform).json()['id']}"
    for _again in range(2):
        off = patch(platform, path, {"is_enabled": False}).json()
        assert (off["is_enabled"], off["disabled_reason"]) == (False, "by_hand")
    problem(platform.post(f"{path}/ping"), 409, "conflict")
    since = {"since": "2020-01-01T00:00:00Z"}
    problem(platform.post(f"{path}/redeliver", since), 409, "conflict")

    on = patch(platform, path, {"is_enabled": True}).json()
    assert (on["is_enabled"], on["disabled_at"]) == (True, None)


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"url": "http://plain.example/"}, "/url"),
        ({"url": "https://u:p@host.example/"}, "/url"),
        ({"url": ""}, "/url"),
        ({"url": "https://" + "a" * 600}, "/url"),
        ({"event_types": ["no.such"]}, "/event_types/0"),
        ({"event_types": ["attempt.graded", "webhook.ping"]}, "/event_types/1"),
        ({"courses": ["no-such"]}, "/courses/0"),
        ({"is_off": True}, "/is_off"),
        ({"secrets": []}, "/secrets"),
    ],
)
def test_invalid_endpoint_values_are_refused_with_a_pointer(platform, values, pointer):
    body = problem(platform.post("/webhooks", {"url": URL, **values}), 400, "invalid")

    assert [one["pointer"] for one in body["errors"]] == [pointer]
    assert not WebhookEndpoint.objects.exists()


def test_a_ping_and_its_log(platform, answers):
    path = f"/webhooks/{made(platform).json()['id']}"
    sent = platform.post(f"{path}/ping")
    assert (sent.status_code, sent.json()["state"]) == (202, "pending")

    answers["answer"] = outgoing.Answer(500, body=b"no")
    run()
    answers["answer"] = outgoing.Answer(200, body=b"thanks")
    run(timedelta(days=3651))

    (row,) = platform.get(f"{path}/deliveries").json()["results"]
    assert (row["event"], row["type"], row["state"]) == (
        sent.json()["event"],
        "webhook.ping",
        "done",
    )
    assert [(one["status"], one["answer"]) for one in row["log"]] == [(500, "no"), (200, "thanks")]
    assert row["next_try_at"] is None
    assert platform.get(f"{path}/deliveries?state=dead").json()["results"] == []


def test_a_secret_is_exchanged_and_a_repeat_gives_the_same(platform):
    path = f"/webhooks/{made(platform).json()['id']}/secret"
    first = platform.post(path, idempotency_key="one")
    again = platform.post(path, idempotency_key="one")

    assert (first.status_code, first.json()) == (201, again.json())
    row = WebhookEndpoint.objects.get()
    newest, _older = row.secrets
    assert newest["secret"] == first.json()["secret"]


def test_one_event_and_all_since_are_sent_again(platform, answers):
    quiz = make_quiz()
    for number in range(3):
        platform.learner(f"a-{number}", course=quiz.course)
    feed.number(now=NOW)
    path = f"/webhooks/{made(platform).json()['id']}/redeliver"
    event = Event.objects.order_by("pk").first()

    assert platform.post(path, {"event": str(event.uuid)}).json() == {"count": 1}
    assert platform.post(path, {"since": "2026-03-02T00:00:00Z"}).json() == {"count": 3}
    none = {"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"}
    assert platform.post(path, none).json() == {"count": 0}
    problem(platform.post(path, {}), 400, "invalid")
    both = {"event": str(event.uuid), "since": "2026-03-02T00:00:00Z"}
    problem(platform.post(path, both), 400, "invalid")

    run()
    assert len(answers["calls"]) == 3


def test_anothers_event_is_not_found_like_one_that_is_none(platform):
    quiz = make_quiz()
    Platform(name="Other").learner("b-1", course=quiz.course)
    feed.number(now=NOW)
    path = f"/webhooks/{made(platform).json()['id']}/redeliver"

    bodies = [
        problem(platform.post(path, {"event": str(uuid)}), 404, "not_found")
        for uuid in (Event.objects.get().uuid, uuid4())
    ]

    assert bodies[0] == bodies[1]


@pytest.mark.parametrize(("method", "part"), PATHS)
def test_anothers_endpoint_is_not_found_like_one_that_is_none(platform, method, part):
    foreign = made(Platform(name="Other")).json()["id"]
    ours = webhooks.register(client=None, url=URL, now=NOW).uuid
    body = None if method in ("get", "delete") else {}
    if part == "/redeliver":
        body = {"since": "2026-03-02T00:00:00Z"}
    answered = [
        problem(platform.call(method, f"/webhooks/{uuid}{part}", body), 404, "not_found")
        for uuid in (foreign, ours, uuid4())
    ]

    for one in answered:
        one.pop("instance")
    assert answered[0] == answered[1] == answered[2]
    assert WebhookEndpoint.objects.count() == 2


@pytest.mark.parametrize(("method", "part"), [*PATHS, ("get", None), ("post", None)])
def test_the_scope_is_needed(method, part):
    reader = Platform("events:read", "catalogue:read")
    path = "/webhooks" if part is None else f"/webhooks/{uuid4()}{part}"

    answer = reader.call(method, path, None if method == "get" else {})

    problem(answer, 403, "missing_scope")


def test_a_limited_key_reaches_endpoints_of_its_courses_only(platform):
    mine, other = make_quiz().course, make_quiz().course
    narrow = Platform(courses=[mine])
    wide = made(platform).json()["id"]
    both = made(platform, courses=[mine.key, other.key]).json()["id"]
    fits = made(platform, courses=[mine.key]).json()["id"]

    assert [one["id"] for one in narrow.get("/webhooks").json()["results"]] == [fits]
    for foreign in (wide, both):
        problem(patch(narrow, f"/webhooks/{foreign}", {"url": URL}), 404, "not_found")
    problem(narrow.post("/webhooks", {"url": URL, "courses": [other.key]}), 400, "invalid")
    assert made(narrow).json()["courses"] == [mine.key]
    assert patch(narrow, f"/webhooks/{fits}", {"courses": []}).json()["courses"] == [mine.key]


def test_no_answer_holds_a_secret_but_the_one_that_makes_it(platform):
    first = made(platform).json()
    path = f"/webhooks/{first['id']}"
    answers = [
        platform.get("/webhooks"),
        platform.get(path),
        patch(platform, path, {"description": "x"}),
        platform.post(f"{path}/ping"),
        platform.get(f"{path}/deliveries"),
    ]

    assert all(first["secret"] not in one.text for one in answers)


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "169.254.169.254", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.1"),
        *("2130706433", "0x7f.1", "127.1", "localhost", "a.localhost", "localhost.", "[fe80::1]"),
    ],
)
def test_an_address_that_delivery_would_refuse_is_refused_at_once(platform, host, settings):
    settings.COURSES_OUTGOING_ALLOW = []
    for url in (f"https://{host}/hook", f"https://{host}:8443/"):
        refused = platform.post("/webhooks", {"url": url})
        refusal = problem(refused, 400, "invalid")
        assert refusal["errors"][0]["pointer"] == "/url"
    made = platform.post("/webhooks", {"url": "https://hooks.example.org/"}).json()
    problem(platform.call("patch", f"/webhooks/{made['id']}", {"url": url}), 400, "invalid")
    settings.COURSES_OUTGOING_ALLOW = ["10.0.0.0/8", "127.0.0.0/8"]
    if host in ("10.0.0.1", "127.0.0.1"):
        assert platform.post("/webhooks", {"url": url}).status_code == 201
