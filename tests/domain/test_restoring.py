"""What holds after the records were put back to an earlier state."""

from datetime import timedelta

import pytest
from django.db import transaction

from courses.domain import events, feed, launches, restoring
from courses.errors import CoursesError
from courses.models import Event
from tests.domain.test_launches import Platform, session
from tests.factories import NOW, CourseFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def record(course):
    with transaction.atomic():
        entry = (events.COURSE_SYNCED, {})
        events.record(entries=[entry], now=NOW, by=None, enrolment=None, course=course)
    return Event.objects.latest("pk")


def position_of(event):
    event.refresh_from_db()
    return event.position


def test_new_events_come_after_every_position_that_may_have_been_read():
    course = CourseFactory()
    record(course)
    feed.number(now=NOW)
    waiting = record(course)

    restoring.finish(now=NOW)
    feed.number(now=NOW)
    later = record(course)
    feed.number(now=NOW)

    assert (position_of(waiting), position_of(later)) == (feed.GAP + 2, feed.GAP + 3)


def test_the_mark_of_the_gap_is_shown_to_nobody():
    restoring.finish(now=NOW)
    assert events.RECORDS_RESTORED not in events.TYPES
    assert Event.objects.get().course is None


def test_launch_codes_and_frame_sessions_are_ended():
    acme = Platform()
    unused = acme.make()
    opened = acme.open()
    later = NOW + timedelta(seconds=1)

    restoring.finish(now=NOW)

    with pytest.raises(CoursesError):
        launches.open_launch(code=unused.code, now=later)
    with pytest.raises(CoursesError):
        session(opened, now=later)
