"""People join and leave; every change is recorded once."""

import pytest
from django.db import IntegrityError, transaction

from courses.domain import enrolments, sections, verifying
from courses.errors import Conflict, NotAllowed
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


@pytest.fixture
def evening(course):
    return sections.create(course=course, key="evening", title="Evening", now=NOW)


def enrol(course, user, role="learner", section=None):
    return enrolments.enrol(course=course, user=user, role=role, section=section, now=NOW)


def rows(user):
    found = Enrolment.objects.filter(user=user).order_by("pk")
    return [(row.role, row.section and row.section.key, row.cycle, row.state) for row in found]


def test_two_classes_are_two_records_and_each_has_its_own_cycles(course, ada, evening):
    first = enrol(course, ada)
    second = enrol(course, ada, section=evening)

    assert enrol(course, ada, section=evening) == second != first
    assert enrolments.start_cycle(enrolment=second, by=ada, now=NOW).cycle == 2
    enrolments.withdraw(enrolment=second, by=ada, now=NOW)

    assert rows(ada)[0] == ("learner", "default", 1, "active")
    assert enrolments.latest(course=course, user=ada) == first
    assert Enrolment.objects.latest_cycle().filter(user=ada).count() == 2


def test_learner_without_a_named_class_is_in_their_only_one_or_the_default_one(
    course, ada, evening
):
    only = enrol(course, ada, section=evening)
    assert enrol(course, ada) == only

    morning = enrol(course, ada, section=sections.default_of(course=course, now=NOW))
    assert enrol(course, ada) == enrolments.latest(course=course, user=ada) == morning


def test_class_staff_keep_their_class_when_they_get_a_role_in_the_course(course, ada, evening):
    enrol(course, ada, "instructor", evening)
    enrol(course, ada, "author")
    enrol(course, ada, "marker")

    assert rows(ada) == [
        ("instructor", "evening", 1, "active"),
        ("marker", None, 1, "active"),
    ]


def test_role_that_leaves_the_class_takes_all_cycles_along(course, ada):
    first = enrol(course, ada)
    enrolments.start_cycle(enrolment=first, by=ada, now=NOW)

    enrol(course, ada, "instructor")
    assert rows(ada) == [("instructor", None, 1, "active"), ("instructor", None, 2, "active")]
    enrol(course, ada)
    assert rows(ada) == [("learner", "default", 1, "active"), ("learner", "default", 2, "active")]


def test_person_moves_with_all_they_did_and_never_onto_another_record(course, ada, evening):
    first = enrol(course, ada)
    enrolments.start_cycle(enrolment=first, by=ada, now=NOW)

    moved = enrolments.move(enrolment=first, section=evening, by=None, now=NOW)
    assert enrolments.move(enrolment=first, section=evening, by=None, now=NOW) == moved
    assert [row[1] for row in rows(ada)] == ["evening", "evening"]
    assert event_types().count("enrolment.changed") == 1

    back = enrol(course, ada, section=sections.default_of(course=course, now=NOW))
    with pytest.raises(Conflict):
        enrolments.move(enrolment=back, section=evening, by=None, now=NOW)


def test_class_of_another_course_and_author_of_a_class_are_refused(course, ada, evening):
    foreign = sections.default_of(course=CourseFactory(), now=NOW)
    with pytest.raises(Conflict):
        enrol(course, ada, section=foreign)
    with pytest.raises(Conflict):
        enrol(course, ada, "author", evening)
    with pytest.raises(Conflict):
        sections.create(course=course, key="evening", title="", now=NOW)


def test_database_keeps_one_row_for_each_class_and_learners_in_one(course, ada, evening):
    row = enrol(course, ada, section=evening)
    values = {"course": course, "user": ada, "enrolled_at": NOW}
    for wrong in (
        {"section": evening},
        {"section": None},
        {"section": evening, "role": "author", "cycle": 2},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrolment.objects.create(**values, **wrong)
    assert Enrolment.objects.get() == row
