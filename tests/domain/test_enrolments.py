"""People join and leave; every change is recorded once."""

import pytest

from courses.domain import enrolments, verifying
from courses.errors import NotAllowed
from courses.models import Enrolment, Event
from tests.factories import NOW, CourseFactory, UserFactory, make_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def ada():
    return UserFactory()


def event_types():
    return list(Event.objects.order_by("pk").values_list("type", flat=True))


def test_two_who_begin_the_same_cycle_begin_one():
    """A caller that waited at the lock finds it made."""
    row = make_learner(CourseFactory())
    first = enrolments.start_cycle(enrolment=row, by=row.user, now=NOW)

    assert enrolments.start_cycle(enrolment=row, by=row.user, now=NOW) == first
    assert event_types().count("enrolment.created") == 2


def test_enrol_twice_has_one_effect(course, ada):
    first = enrolments.enrol(course=course, user=ada, now=NOW)

    assert enrolments.enrol(course=course, user=ada, now=NOW) == first
    assert event_types() == ["enrolment.created"]


def test_role_change_and_return_are_recorded(course, ada):
    enrolment = enrolments.enrol(course=course, user=ada, now=NOW)
    enrolments.enrol(course=course, user=ada, role="instructor", now=NOW)
    enrolments.withdraw(enrolment=enrolment, by=ada, now=NOW)
    enrolments.withdraw(enrolment=enrolment, by=ada, now=NOW)
    enrolments.enrol(course=course, user=ada, now=NOW)

    assert event_types() == [
        "enrolment.created",
        "enrolment.changed",
        "enrolment.withdrawn",
        "enrolment.changed",
    ]
    assert Enrolment.objects.get().role == "learner"


def test_learner_is_in_the_default_class_and_an_instructor_in_none(course, ada):
    first = enrolments.enrol(course=course, user=ada, now=NOW)
    other = make_learner(course)

    assert first.section.is_default
    assert other.section == first.section
    assert first.section.course == course
    assert enrolments.start_cycle(enrolment=first, by=ada, now=NOW).section == first.section
    assert enrolments.enrol(course=course, user=ada, role="instructor", now=NOW).section is None
    assert enrolments.enrol(course=course, user=ada, now=NOW).section == first.section


def test_class_of_another_course_is_found_by_the_check_of_records(course):
    row = make_learner(course)
    assert list(verifying.verify_classes()) == []

    other = make_learner(CourseFactory(key="other"))
    Enrolment.objects.filter(pk=row.pk).update(section=other.section)

    assert [one.logged for one in verifying.verify_classes()] == ["other"]


def test_self_enrolment_only_where_it_is_open(course, ada, settings):
    course.is_open = False
    with pytest.raises(NotAllowed):
        enrolments.self_enrol(course=course, by=ada, now=NOW)

    course.is_open = True
    settings.COURSES_SELF_ENROLMENT = False
    with pytest.raises(NotAllowed):
        enrolments.self_enrol(course=course, by=ada, now=NOW)

    settings.COURSES_SELF_ENROLMENT = True
    assert enrolments.self_enrol(course=course, by=ada, now=NOW).role == "learner"


def test_suspended_person_cannot_come_back_alone(course, ada):
    enrolments.enrol(course=course, user=ada, now=NOW)
    Enrolment.objects.update(state="suspended")

    with pytest.raises(NotAllowed):
        enrolments.self_enrol(course=course, by=ada, now=NOW)
