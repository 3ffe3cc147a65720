"""The log of events: what a row records, and the feed that is read by position."""

import pytest

from courses.domain import events, feed, webhooks
from courses.models import ApiClient, Course, Delivery, Event, ExternalIdentity
from tests.factories import NOW, CourseFactory, UserFactory, make_learner

pytestmark = pytest.mark.django_db

DONE = (events.LESSON_COMPLETED, {"lesson": "one"})
GRANTED = (events.EXTENSION_CHANGED, {})


@pytest.fixture
def ada():
    made = make_learner(CourseFactory())
    Event.objects.all().delete()
    return made


def record(enrolment, *entries, by=None):
    given = {"now": NOW, "enrolment": enrolment, "course": enrolment.course}
    events.record(entries=list(entries), by=by, **given)
    return list(Event.objects.order_by("pk"))


def test_record_keeps_order_data_and_who_did_it(ada):
    grace, client = UserFactory(), ApiClient.objects.create(name="platform")

    first, second = record(ada, DONE, GRANTED, by=grace)

    assert (first.type, first.data, first.occurred_at) == (*DONE, NOW)
    assert (first.enrolment, first.course, first.position) == (ada, ada.course, None)
    assert (second.type, second.by, second.by_client) == (GRANTED[0], grace, None)
    *_earlier, by_platform = record(ada, DONE, by=client)
    assert (by_platform.by, by_platform.by_client) == (None, client)
    assert not Delivery.objects.exists()


def test_record_leaves_out_what_an_instructor_tries(ada):
    grace = make_learner(ada.course, role="instructor")
    Event.objects.all().delete()

    assert [row.type for row in record(grace, DONE, GRANTED)] == [GRANTED[0]]


def test_record_makes_a_delivery_for_each_subscriber_of_the_process(ada, settings):
    settings.COURSES_SUBSCRIBERS = {"mail": "some.path", "log": "some.path"}

    rows = record(ada, DONE, GRANTED)

    found = Delivery.objects.order_by("pk").values_list("event", "subscriber", "next_try_at")
    assert list(found) == [(row.pk, name, NOW) for row in rows for name in ("mail", "log")]


def test_erased_names_the_person_as_the_platform_does(ada):
    client = ApiClient.objects.create(name="platform")
    identity = named(client, ada)

    assert events.erased(identity) == (
        "learner.erased",
        {
            "client": str(client.uuid),
            "learner": {"id": str(identity.uuid), "external_id": "ada"},
        },
    )


def named(client, enrolment, subject="ada"):
    return ExternalIdentity.objects.create(
        client=client, user=enrolment.user, subject=subject, created_at=NOW, updated_at=NOW
    )


def test_number_goes_on_after_the_last_position_in_order(ada):
    rows = record(ada, DONE, GRANTED)
    Event.objects.filter(pk=rows[1].pk).update(position=7)

    assert feed.last_position() == 7
    assert feed.number(now=NOW) == 1
    record(ada, DONE, GRANTED)
    assert feed.number(now=NOW) == 2
    assert feed.number(now=NOW) == 0
    positions = Event.objects.order_by("pk").values_list("position", flat=True)
    assert list(positions) == [8, 7, 9, 10]


def test_number_takes_five_hundred_at_once(ada):
    Event.objects.bulk_create(Event(type="x", occurred_at=NOW) for _number in range(501))

    assert feed.last_position() == 0
    assert [feed.number(now=NOW) for _run in range(3)] == [500, 1, 0]
    assert feed.last_position() == 501


def test_feed_of_a_client_has_its_learners_its_courses_and_its_own_events(ada):
    client, other = (ApiClient.objects.create(name=name) for name in ("a", "b"))
    named(client, ada)
    named(other, make_learner(ada.course))
    hidden = make_learner(CourseFactory())
    named(client, hidden, "hidden")
    Event.objects.all().delete()
    made = {
        "learner": Event(enrolment=ada, course=ada.course, type=events.LESSON_COMPLETED),
        "course": Event(course=ada.course, type=events.COURSE_SYNCED),
        "own": Event(type=events.WEBHOOK_DISABLED, data={"client": str(client.uuid)}),
        "others": Event(type=events.WEBHOOK_DISABLED, data={"client": str(other.uuid)}),
        "log": Event(type=events.EXTENSION_CHANGED, data={"client": str(client.uuid)}),
        "unnamed": Event(enrolment=make_learner(ada.course), course=ada.course, type="x"),
        "elsewhere": Event(enrolment=hidden, course=hidden.course, type="x"),
    }
    Event.objects.all().delete()
    for position, (name, event) in enumerate(reversed(made.items()), start=1):
        event.occurred_at, event.position = NOW, position
        event.data = {**event.data, "name": name}
        event.save()
    courses = Course.objects.filter(pk=ada.course.pk)

    def names(after=0):
        rows = feed.events_for(client=client, courses=courses, after=after)
        return [row.data["name"] for row in rows]

    assert names() == ["own", "course", "learner"]
    assert names(after=6) == ["learner"]
    Event.objects.create(type=events.COURSE_SYNCED, course=ada.course, occurred_at=NOW)
    assert len(names()) == 3


def test_hold_end_numbers_everything_and_an_event_of_its_own(ada):
    webhooks.register(client=None, url="https://platform.example/", now=NOW)
    record(ada, DONE)

    feed.hold_end(now=NOW)

    assert Delivery.objects.get().next_try_at == NOW

    types = Event.objects.order_by("position").values_list("type", "position", "occurred_at")
    assert list(types) == [(DONE[0], 1, NOW), ("person.erased", 2, NOW)]


def test_leave_gap_goes_on_far_above_the_last_position(ada):
    record(ada, DONE)
    feed.number(now=NOW)

    feed.leave_gap(now=NOW)

    marker = Event.objects.get(type="records.restored")
    assert (marker.position, marker.occurred_at) == (10_000_001, NOW)
