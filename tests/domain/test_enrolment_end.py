"""An enrolment ends by itself on its date; the work stays, and a later date brings it back."""

from datetime import timedelta
from random import Random

import pytest

from courses.domain import access, enrolments, relay, sections
from courses.errors import Conflict, Invalid, NotAllowed
from courses.models import Course, Event
from tests.factories import NOW, CourseFactory, join, make_learner, reader_of

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
END, AFTER = NOW + 7 * DAY, NOW + 8 * DAY


@pytest.fixture
def ada():
    return make_learner(CourseFactory())


def ending(enrolment, ends_at=END, now=NOW):
    return enrolments.set_end(enrolment=enrolment, ends_at=ends_at, by=None, now=now)


def state(enrolment):
    enrolment.refresh_from_db()
    return enrolment.state, enrolment.ends_at


def types():
    return list(Event.objects.order_by("pk").values_list("type", flat=True))


def test_the_relay_ends_it_once_on_its_date_and_records_it(ada):
    ending(ada)
    ending(ada)
    run = relay.run_once(clock=lambda: END - timedelta(seconds=1), jitter=Random(1))
    assert (run.ended, state(ada)) == (0, ("active", END))

    runs = [relay.run_once(clock=lambda: END, jitter=Random(1)).ended for _run in range(2)]

    assert (runs, state(ada)) == ([1, 0], ("ended", END))
    assert types() == ["enrolment.created", "enrolment.changed", "enrolment.ended"]
    with pytest.raises(NotAllowed):
        reader_of(ada)


def test_a_learner_whose_time_is_over_does_not_come_back_alone(ada):
    Course.objects.filter(pk=ada.course_id).update(is_open=True)
    ending(ada)
    enrolments.end_due(now=AFTER)
    with pytest.raises(NotAllowed):
        enrolments.self_enrol(course=ada.course, by=ada.user, now=AFTER)

    again = enrolments.enrol(course=ada.course, user=ada.user, now=AFTER)
    assert (again, state(ada)) == (ada, ("active", None))


def test_another_date_or_none_brings_it_back(ada):
    ending(ada)
    enrolments.end_due(now=AFTER)
    later = ending(ada, AFTER + DAY, now=AFTER)
    assert (later.state, later.ends_at) == ("active", AFTER + DAY)
    assert reader_of(ada).enrolment == ada
    enrolments.end_due(now=AFTER + DAY)
    assert ending(ada, None, now=AFTER + DAY).state == "active"


def test_what_has_passed_is_refused_and_so_is_somebody_who_was_taken_out(ada):
    with pytest.raises(Invalid) as refused:
        ending(ada, NOW)
    assert refused.value.problems[0].path == "ends_at"
    enrolments.withdraw(enrolment=ada, by=None, now=NOW)
    with pytest.raises(Conflict):
        ending(ada)


def test_earlier_cycles_end_and_come_back_along_and_other_classes_go_on(ada):
    ending(ada)
    second = enrolments.start_cycle(enrolment=ada, by=ada.user, now=NOW)
    assert second.ends_at == END
    evening = sections.create(course=ada.course, key="evening", title="", now=NOW)
    other = join(evening, ada.user)

    assert enrolments.end_due(now=AFTER) == 1
    assert [state(row)[0] for row in (ada, second, other)] == ["ended", "ended", "active"]
    assert access.reader(course_key=ada.course.key, by=ada.user).enrolment == other
    ending(second, None, now=AFTER)
    assert [state(row)[0] for row in (ada, second)] == ["active", "active"]


def test_so_many_at_once(ada, monkeypatch):
    monkeypatch.setattr(enrolments, "ENDED_AT_ONCE", 2)
    for row in (ada, make_learner(ada.course), make_learner(ada.course)):
        ending(row)
    assert [enrolments.end_due(now=AFTER) for _run in range(3)] == [2, 1, 0]
