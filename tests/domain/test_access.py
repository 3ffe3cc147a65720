"""Who may see, take and write what, asked of the domain itself."""

import pytest
from django.contrib.auth.models import AnonymousUser, Permission

from courses.domain import access, attempts, sections
from courses.errors import NotAllowed, NotFound
from courses.models import Course, Enrolment
from tests.factories import (
    NOW,
    CourseFactory,
    UserFactory,
    join,
    make_learner,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db

ARCHIVED, DRAFT = Course.State.ARCHIVED, Course.State.DRAFT
SUSPENDED = Enrolment.State.SUSPENDED


@pytest.fixture
def quiz():
    return make_quiz(questions=1)


@pytest.fixture
def ada(quiz):
    return make_learner(quiz.course)


@pytest.fixture
def grace(quiz):
    return make_learner(quiz.course, role="instructor")


@pytest.fixture
def root():
    return UserFactory(is_staff=True, is_superuser=True)


def is_found(course, by):
    try:
        return access.course(key=course.key, by=by) == course
    except NotFound:
        return False


def set_state(course, state):
    Course.objects.filter(pk=course.pk).update(state=state)


def test_course_is_found_by_those_who_may_know_of_it(quiz, ada, grace, root):
    people = {
        "anybody": AnonymousUser(),
        "stranger": UserFactory(),
        "learner": ada.user,
        "instructor": grace.user,
        "administrator": root,
    }
    expected = {
        Course.State.PUBLISHED: set(people),
        DRAFT: {"learner", "instructor", "administrator"},
        ARCHIVED: set(),
    }
    for state, names in expected.items():
        set_state(quiz.course, state)
        found = {name for name, person in people.items() if is_found(quiz.course, person)}
        assert found == names, state

    with pytest.raises(NotFound):
        access.course(key="no-such-course", by=root)


def test_reader_has_the_enrolment_and_is_author_by_role(quiz, ada, grace, root):
    CourseFactory()  # another one that is nobody's
    for enrolment, is_author in ((ada, False), (grace, True)):
        found = access.reader(course_key=quiz.course.key, by=enrolment.user)
        assert (found.course, found.enrolment) == (quiz.course, enrolment)
        assert found.is_author is is_author
        assert found.enrolled() == enrolment
        assert found.enrolment.user is enrolment.user

    preview = access.reader(course_key=quiz.course.key, by=root)
    assert (preview.course, preview.enrolment, preview.is_author) == (quiz.course, None, True)
    with pytest.raises(NotAllowed, match="This is a preview; enrol in the course to work in it"):
        preview.enrolled()

    enrolled = make_learner(quiz.course, is_superuser=True)
    assert reader_of(enrolled).is_author is True


def test_reader_needs_an_enrolment_in_this_course_that_is_active(quiz, ada):
    elsewhere = make_learner(CourseFactory())
    suspended = make_learner(quiz.course)
    Enrolment.objects.filter(pk=suspended.pk).update(state=SUSPENDED)
    for person in (AnonymousUser(), UserFactory(), elsewhere.user, suspended.user):
        with pytest.raises(NotAllowed) as refused:
            access.reader(course_key=quiz.course.key, by=person)
        assert refused.value.code == "not_enrolled"


def test_reader_of_an_archived_course_is_not_found_for_anybody(quiz, ada, grace, root):
    set_state(quiz.course, ARCHIVED)
    for person in (ada.user, grace.user, root):
        with pytest.raises(NotFound):
            access.reader(course_key=quiz.course.key, by=person)


def test_reader_takes_the_class_that_is_named_or_entered_last(quiz, ada):
    evening = sections.create(course=quiz.course, key="evening", title="Evening", now=NOW)
    later = join(evening, ada.user)
    again = join(evening, ada.user)
    key, by = quiz.course.key, ada.user

    assert access.reader(course_key=key, by=by).enrolment == again
    assert access.reader(course_key=key, by=by, enrolment=ada.uuid).enrolment == ada
    assert access.reader(course_key=key, by=by, enrolment=later.uuid).enrolment == again
    found = access.classes(course=quiz.course, by=by)
    assert found == [again, ada]
    assert all(row.user is by for row in found)
    with pytest.raises(NotAllowed):
        access.reader(course_key=key, by=by, enrolment=make_learner(quiz.course).uuid)
    assert access.classes(course=CourseFactory(), by=by) == []
    assert access.classes(course=quiz.course, by=AnonymousUser()) == []


def test_learner_takes_the_class_that_is_named_or_the_default_one(quiz, ada):
    evening = sections.create(course=quiz.course, key="evening", title="Evening", now=NOW)
    later = join(evening, ada.user)
    alone = join(evening, UserFactory())
    key = quiz.course.key

    assert access.learner(course_key=key, by=ada.user).enrolment == ada
    assert access.learner(course_key=key, by=alone.user).enrolment == alone
    for name, row in (("evening", later), ("default", ada)):
        assert access.learner(course_key=key, by=ada.user, section=name).enrolment == row
    for person, name in ((ada.user, "morning"), (alone.user, "default"), (UserFactory(), "")):
        with pytest.raises(NotAllowed):
            access.learner(course_key=key, by=person, section=name)


def test_preview_is_in_no_class(quiz, ada, root):
    key = quiz.course.key
    with pytest.raises(NotAllowed):
        access.reader(course_key=key, by=root, enrolment=ada.uuid)
    with pytest.raises(NotAllowed):
        access.learner(course_key=key, by=root, section="default")
    preview = access.learner(course_key=key, by=root)
    assert (preview.course, preview.enrolment, preview.is_author) == (quiz.course, None, True)


@pytest.mark.own_accounts
def test_staff_read_records_only_with_the_right_to_see_attempts(quiz, ada):
    begun = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    member = make_learner(quiz.course, role="instructor", is_staff=True).user
    with pytest.raises(NotFound):
        access.attempt(uuid=begun.uuid, by=member)

    member.user_permissions.add(
        Permission.objects.get(content_type__app_label="cx_courses", codename="view_attempt")
    )
    again = type(member).objects.get(pk=member.pk)
    assert access.attempt(uuid=begun.uuid, by=again) == begun


def test_attempt_is_read_by_its_learner_and_record_readers(quiz, ada, grace, root):
    begun = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    other = make_learner(quiz.course)
    attempts.start(reader=reader_of(other), quiz_key=quiz.key, by=other.user, now=NOW)
    for person in (ada.user, grace.user, root):
        assert access.attempt(uuid=begun.uuid, by=person) == begun
    for person in (other.user, UserFactory()):
        with pytest.raises(NotFound):
            access.attempt(uuid=begun.uuid, by=person)
    with pytest.raises(NotFound):
        access.attempt(uuid=ada.uuid, by=root)

    Enrolment.objects.filter(pk=ada.pk).update(state=SUSPENDED)
    with pytest.raises(NotFound):
        access.attempt(uuid=begun.uuid, by=ada.user)


def test_attempt_is_read_by_the_instructor_of_its_class_alone(quiz, ada, grace):
    begun = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    evening = sections.create(course=quiz.course, key="evening", title="Evening", now=NOW)
    Enrolment.objects.filter(pk=grace.pk).update(section=evening)
    with pytest.raises(NotFound):
        access.attempt(uuid=begun.uuid, by=grace.user)

    Enrolment.objects.filter(pk=grace.pk).update(section=ada.section)
    assert access.attempt(uuid=begun.uuid, by=grace.user) == begun


def test_attempt_is_written_by_its_learner_alone(quiz, ada, grace, root):
    begun = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    other = make_learner(quiz.course)
    attempts.start(reader=reader_of(other), quiz_key=quiz.key, by=other.user, now=NOW)
    assert access.owned_attempt(uuid=begun.uuid, by=ada.user) == begun
    for person in (other.user, grace.user, root):
        with pytest.raises(NotFound):
            access.owned_attempt(uuid=begun.uuid, by=person)

    Enrolment.objects.filter(pk=ada.pk).update(state=SUSPENDED)
    with pytest.raises(NotFound):
        access.owned_attempt(uuid=begun.uuid, by=ada.user)


def test_courses_of_one_person_are_found_without_reading_the_enrolments_of_others(ada, grace):
    set_state(ada.course, DRAFT)
    seen = Course.objects.seen_by(ada.user)

    assert list(seen) == [ada.course]  # once, however many enrolments it has
    assert "JOIN" not in str(seen.query)
    assert "DISTINCT" not in str(seen.query)
