"""The feed: complete, in order, one's own, and safe to read on from."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.domain import attempts, personal_data, webhooks
from courses.models import Course, Event
from tests.api.platform import Platform, problem
from tests.factories import NOW, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def quiz():
    return make_quiz()


@pytest.fixture
def platform():
    return Platform()


def start(platform, quiz, external_id="a-1"):
    platform.learner(external_id, course=quiz.course)
    row = platform.enrolment(external_id)
    attempts.start(reader=reader_of(row), quiz_key=quiz.key, by=row.user, now=NOW)
    return row


def types(response):
    assert response.status_code == 200, response.content
    return [one["type"] for one in response.json()["results"]]


def test_event_in_the_feed_equals_the_webhook(platform, quiz):
    row = start(platform, quiz)
    body = platform.get("/events").json()

    event = Event.objects.get(type="attempt.started")
    identity = row.user.course_identities.get()
    assert body["results"][1] == {
        "id": str(event.uuid),
        "type": "attempt.started",
        "timestamp": "2026-03-02T09:00:00Z",
        "data": {
            "attempt": event.data["attempt"],
            "quiz": quiz.key,
            "number": 1,
            "section": "default",
            "enrolment": str(row.uuid),
            "course": {"id": str(quiz.course.uuid), "key": quiz.course.key},
            "learner": {"id": str(identity.uuid), "external_id": "a-1"},
        },
    }
    assert (body["has_more"], body["next"]) == (False, None)


def test_a_reader_goes_on_where_it_was(platform, quiz):
    start(platform, quiz)
    first = platform.get("/events")
    after = first.json()["cursor"]
    assert types(first) == ["enrolment.created", "attempt.started"]
    again = platform.get(f"/events?cursor={after}")
    assert (types(again), again.json()["cursor"]) == ([], after)

    start(platform, quiz, "a-2")

    assert types(platform.get(f"/events?cursor={after}")) == types(first)


def test_pages_hold_everything_once(platform, quiz):
    for number in range(5):
        start(platform, quiz, f"a-{number}")
    found, path = [], "/events?limit=3"
    while path:
        response = platform.get(path)
        found += [one["id"] for one in response.json()["results"]]
        path = response.json()["next"]
        assert response.has_header("Link") == response.json()["has_more"] == bool(path)

    assert found == [str(one.uuid) for one in Event.objects.order_by("pk")]


def test_the_cursor_outlives_events_that_are_erased(platform, quiz):
    row = start(platform, quiz)
    after = platform.get("/events").json()["cursor"]
    personal_data.erase(user=row.user, now=NOW)
    start(platform, quiz, "a-2")

    found = types(platform.get(f"/events?cursor={after}"))

    assert found == ["learner.erased", "enrolment.created", "attempt.started"]


def test_filters(platform, quiz):
    start(platform, quiz)

    assert types(platform.get("/events?type=attempt.started")) == ["attempt.started"]
    assert types(platform.get("/events?updated_since=2026-03-02T09:00:01Z")) == []
    assert len(types(platform.get("/events?updated_since=2026-03-02T09:00:00Z"))) == 2


def test_feed_leaves_out_foreign_learners_and_courses(platform, quiz):
    other = make_quiz()
    start(platform, quiz)
    start(platform, other, "a-2")
    start(Platform(name="Other"), quiz, "b-1")
    narrow = Platform(courses=[other.course])

    def courses(asking):
        events = asking.get("/events").json()["results"]
        return [one["data"]["course"]["key"] for one in events]

    assert courses(platform) == [quiz.course.key] * 2 + [other.course.key] * 2
    assert courses(narrow) == [other.course.key] * 2
    Course.objects.filter(pk=other.course.pk).update(state="archived")
    assert courses(narrow) == []


def test_disabled_endpoint_is_in_its_owners_feed(platform):
    made = webhooks.register(client=platform.client, url="https://a.example/", now=NOW)
    webhooks.disable(endpoint=made, now=NOW)

    assert types(platform.get("/events")) == ["webhook.disabled"]
    assert types(Platform(name="Other").get("/events")) == []


@pytest.mark.parametrize("after", ["x", "ZQ", "ZS0x", "MQ", "e1", "%00", "é", "Z" * 500])
def test_a_cursor_that_is_none_is_refused(platform, after):
    problem(platform.get(f"/events?cursor={after}"), 400, "invalid")


@pytest.mark.parametrize("query", ["type=no", "updated_since=yesterday", "limit=0", "limit=101"])
def test_a_filter_that_cannot_be_read_is_refused(platform, query):
    problem(platform.get(f"/events?{query}"), 400, "invalid")


def test_the_scope_is_needed(quiz):
    problem(Platform("catalogue:read").get("/events"), 403, "missing_scope")


@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow(platform, quiz, size):
    for number in range(size):
        start(platform, quiz, f"a-{number}")
    platform.get("/events")  # numbers what is there
    with CaptureQueriesContext(connection) as asked:
        platform.get("/events")

    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 8
