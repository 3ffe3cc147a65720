"""What staff may do: the whole table, asked in every way."""

import pytest

from courses.domain import enrolments, sections
from courses.domain.rights import ONE_CLASS, WHOLE_COURSE, Can, reads_drafts, rights
from courses.models import Enrolment
from tests.factories import NOW, CourseFactory, UserFactory, join, make_learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return CourseFactory()


@pytest.fixture
def evening(course):
    return sections.create(course=course, key="evening", title="Evening", now=NOW)


def in_class(section):
    return join(section, UserFactory())


def staff_of(course, role, section=None):
    user = UserFactory()
    enrolments.enrol(course=course, section=section, user=user, role=role, now=NOW)
    return user


def test_role_for_the_whole_course_reaches_every_class_and_no_other_course(course, evening):
    here, there, foreign = make_learner(course), in_class(evening), make_learner(CourseFactory())
    for role, cans in WHOLE_COURSE.items():
        granted = rights(by=staff_of(course, role))
        for can in Can:
            expected = can in cans
            assert granted.may(can) is granted.may(can, enrolment=here) is expected, (role, can)
            assert granted.may(can, enrolment=there) is expected
            assert granted.may(can, course=course) is expected
            assert granted.may_everywhere(can, course=course) is expected
            assert not granted.may(can, enrolment=foreign)
            assert not granted.may(can, course=foreign.course)
            found = set(granted.enrolments(can).learners())
            assert found == ({here, there} if expected else set())
            assert set(granted.courses(can)) == ({course} if expected else set())
            assert granted.sections(can).count() == (2 if expected else 0)


def test_role_for_a_class_reaches_that_class_alone(course, evening):
    here, there = make_learner(course), in_class(evening)
    for role, cans in ONE_CLASS.items():
        granted = rights(by=staff_of(course, role, evening), course=course)
        for can in Can:
            expected = can in cans
            assert granted.may(can, enrolment=there) is expected, (role, can)
            assert not granted.may(can, enrolment=here)
            assert not granted.may_everywhere(can, course=course)
            assert set(granted.enrolments(can).learners()) == ({there} if expected else set())
            assert set(granted.courses(can)) == ({course} if expected else set())
            assert set(granted.sections(can)) == ({evening} if expected else set())
            assert not granted.whole_courses(can).exists()


def test_learner_may_nothing_and_an_administrator_everything(course, evening):
    learner, foreign = make_learner(course), make_learner(CourseFactory())
    nobody = rights(by=learner.user)
    everything = rights(by=UserFactory(is_superuser=True))
    for can in Can:
        assert not nobody.may(can)
        assert not nobody.courses(can).exists()
        assert not nobody.enrolments(can).exists()
        assert everything.may(can, enrolment=foreign)
        assert everything.may_everywhere(can, course=course)
        assert everything.courses(can).count() == 2
        assert everything.enrolments(can).count() == 2


def test_former_instructor_has_no_rights(course):
    teacher = staff_of(course, "instructor")
    Enrolment.objects.filter(user=teacher).update(state="withdrawn")

    assert not any(rights(by=teacher).may(can) for can in Can)


def test_one_query_answers_everything(course, evening, django_assert_num_queries):
    teacher, learner = staff_of(course, "instructor", evening), in_class(evening)

    with django_assert_num_queries(1):
        granted = rights(by=teacher, course=course)
        assert granted.may(Can.MARK, enrolment=learner)
        assert not granted.may(Can.EDIT)


def test_administrator_in_one_course_is_limited_to_it(course, evening):
    foreign = make_learner(CourseFactory())
    here = make_learner(course)
    granted = rights(by=UserFactory(is_superuser=True), course=course)
    for can in Can:
        assert list(granted.courses(can)) == list(granted.whole_courses(can)) == [course]
        assert evening in granted.sections(can)
        assert foreign.section not in granted.sections(can)
        assert list(granted.enrolments(can)) == [here]


def test_instructor_rights_in_one_course_leave_out_another(course):
    foreign = make_learner(CourseFactory())
    teacher = staff_of(course, "instructor")
    granted = rights(by=teacher, course=foreign.course)
    assert not any(granted.may(can) for can in Can)
    assert not granted.sections(Can.READ).exists()
    assert not granted.courses(*Can).exists()
    assert list(rights(by=teacher).courses(*Can)) == [course]


def test_learner_role_gives_nothing_even_beside_a_role(course, evening):
    learner = make_learner(course)
    assert not rights(by=learner.user).may_everywhere(Can.READ, course=course)
    assert not rights(by=learner.user).may(Can.READ, course=course)
    assert reads_drafts(Enrolment(role="instructor")) is True
    assert reads_drafts(Enrolment(role="instructor", section=evening)) is True
    assert reads_drafts(learner) is False
