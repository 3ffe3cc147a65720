"""One rule for the admin and the site: who may read what learners did."""

import pytest
from django.urls import reverse

from courses.domain import enrolments
from courses.models import Enrolment
from tests.admin.conftest import finish, signed_in, staff, teacher_of
from tests.factories import NOW, UserFactory, make_learner, make_quiz

pytestmark = pytest.mark.django_db

BANK = ("add_question", "change_question", "view_question", "view_quiz", "add_questionversion")


@pytest.fixture
def attempt():
    quiz = make_quiz(questions=1)
    return finish(make_learner(quiz.course), quiz)


def answers(person, attempt):
    """(the site's review, the site's attempt, the admin's attempt): may the person read them?"""
    client = signed_in(person)
    addresses = (
        reverse("cx_courses:review", args=[attempt.uuid]),
        reverse("cx_courses:attempt", args=[attempt.uuid]),
        reverse("admin:cx_courses_attempt_change", args=[attempt.pk]),
    )
    return [client.get(address, follow=True).status_code == 200 for address in addresses]


def course_of(attempt):
    return attempt.enrolment.course


def test_question_authors_read_no_answers(attempt):
    assert answers(teacher_of(course_of(attempt), *BANK), attempt) == [False, False, False]


def test_attempt_viewers_read_them_in_admin_and_site(attempt):
    person = teacher_of(course_of(attempt), *BANK, "view_attempt", "view_attemptitem")
    assert answers(person, attempt) == [True, True, True]


def test_staff_who_do_not_teach_the_course_read_nothing(attempt):
    assert answers(staff(), attempt)[:2] == [False, False]
    assert answers(teacher_of(make_quiz().course), attempt)[:2] == [False, False]


def test_an_instructor_without_the_admin_reads_them_on_the_site(attempt):
    user = UserFactory()
    enrolments.enrol(course=course_of(attempt), user=user, role="instructor", now=NOW)
    assert answers(user, attempt)[:2] == [True, True]
    Enrolment.objects.filter(user=user).update(state="withdrawn")
    assert answers(user, attempt)[:2] == [False, False]


def test_ones_own_attempt_is_ones_own(attempt):
    assert answers(attempt.enrolment.user, attempt)[:2] == [True, True]
