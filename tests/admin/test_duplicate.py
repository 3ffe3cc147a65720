"""Duplicating on its page: what is asked, what comes of it, and who may."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from courses.models import Course, Enrolment, Module, Question, Quiz
from tests.admin.conftest import signed_in, teacher_of
from tests.factories import NOW, CourseFactory, ModuleFactory, make_lesson, make_quiz

pytestmark = pytest.mark.django_db


def address(course, what=""):
    page = reverse("admin:cx_courses_course_duplicate", args=[course.pk])
    return f"{page}?what={what}" if what else page


@pytest.fixture
def quiz():
    module = ModuleFactory(
        title="Unit", key="unit", course=CourseFactory(title="First", key="first")
    )
    make_lesson(module=module, checks=1)
    return make_quiz(module=module, title="Test", opens_at=NOW)


@pytest.fixture
def teacher(quiz):
    user = teacher_of(quiz.course)
    names = ("course", "module", "lesson", "quiz", "question")
    user.user_permissions.add(
        *Permission.objects.filter(codename__in=[f"add_{name}" for name in names])
    )
    return user


@pytest.fixture
def client(teacher):
    return signed_in(teacher)


def test_each_kind_is_duplicated_as_a_draft_by_one_post(client, quiz, teacher):
    course = quiz.course
    sent = {"title": "Next year", "days": "364"}
    page = client.get(address(course))
    assert "1 quiz has dates" in page.text
    assert 'value="Copy of First"' in page.text
    page = client.post(address(course), sent, follow=True)
    copy = Course.objects.get(title="Next year")
    assert (copy.key, copy.state) == ("next-year", "draft")
    assert Enrolment.objects.get(course=copy).user == teacher
    assert copy.quizzes.get(title="Test").opens_at - quiz.opens_at == dt.timedelta(days=364)
    assert page.redirect_chain[0][0] == reverse("admin:cx_courses_course_outline", args=[copy.pk])

    client.post(address(course, f"module-{quiz.module.pk}"), sent)
    assert Module.objects.get(course=course, title="Next year").is_draft
    client.post(address(course, f"quiz-{quiz.pk}"), sent)
    assert Quiz.objects.get(course=course, title="Next year").is_draft
    question = quiz.items.first().question
    answer = client.post(address(course, f"question-{question.pk}"))
    made = Question.objects.get(course=course, key=f"{question.key}-3")
    assert answer.url == reverse("admin:cx_courses_question_edit", args=[made.pk])


def test_quiz_goes_into_another_course_of_the_same_author_alone(client, quiz, teacher):
    other, foreign = ModuleFactory(), ModuleFactory()
    Enrolment.objects.create(
        course=other.course, user=teacher, role="instructor", enrolled_at=NOW, state="active"
    )
    where = address(quiz.course, f"quiz-{quiz.pk}")
    page = client.get(where)
    assert f'value="{other.pk}"' in page.text
    assert f'value="{foreign.pk}"' not in page.text
    refused = client.post(where, {"title": "T", "days": "0", "into": foreign.pk})
    assert "Select a valid choice" in refused.text
    client.post(where, {"title": "T", "days": "0", "into": other.pk})
    assert Quiz.objects.get(title="T").module == other
    assert not Quiz.objects.filter(course=foreign.course).exists()


def test_what_cannot_be_read_or_is_none_is_refused(client, quiz):
    course = quiz.course
    wrong = client.post(address(course), {"title": "", "days": "99999"})
    assert wrong.text.count('class="error"') == 2
    other = make_quiz()
    for what in (f"quiz-{other.pk}", "quiz-x", "tag-1", "lesson-1", "quiz"):
        assert client.get(address(course, what)).status_code == 404
    assert client.get(address(other.course)).status_code == 404
    plain = signed_in(teacher_of(course, "view_course", "change_course"))
    assert plain.get(address(course)).status_code == 403
    Module.objects.filter(pk=quiz.module.pk).update(is_archived=True)
    gone = client.post(address(course, f"module-{quiz.module.pk}"), {"title": "T", "days": "0"})
    assert "This module is archived." in gone.text
