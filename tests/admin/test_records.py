"""Attempts, their log, and grading by a person."""

from fractions import Fraction

import pytest
from django.urls import reverse

from courses.domain import attempts
from courses.models import Attempt, AttemptItem, Event, Grading, Result
from tests.admin.conftest import finish, signed_in, teacher_of
from tests.factories import (
    ESSAY,
    NOW,
    add_item,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db


def attempt_page(attempt):
    return reverse("admin:cx_courses_attempt_change", args=[attempt.pk])


def grade_page(item):
    return reverse("admin:cx_courses_attemptitem_grade", args=[item.pk])


@pytest.fixture
def essay():
    """A submitted attempt at a graded quiz whose one item a person must grade."""
    quiz = make_quiz(questions=0)
    add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=1, points="4")
    return finish(make_learner(quiz.course), quiz, raw={"text": "She <b>came</b> back."})


def test_an_attempt_shows_what_the_learner_chose_and_how_it_was_judged(admin_client, course):
    attempt = Attempt.objects.get(enrolment__course=course, quiz__kind="graded")

    text = admin_client.get(attempt_page(attempt)).text

    assert "Her solved need" in text
    assert "1 of 1" in text
    assert "It follows her goal." in text
    assert reverse("cx_courses:review", args=[attempt.uuid]) in text


def test_learner_text_is_shown_escaped(admin_client, essay):
    text = admin_client.get(attempt_page(essay)).text

    assert "She &lt;b&gt;came&lt;/b&gt; back." in text
    assert "This response still has to be graded by a person." in text


@pytest.mark.parametrize("count", [1, 3])
def test_an_attempt_page_takes_the_same_queries_for_one_item_and_three(
    count, admin_client, django_assert_num_queries
):
    quiz = make_quiz(questions=count)
    attempt = finish(make_learner(quiz.course), quiz)
    admin_client.get(attempt_page(attempt))

    with django_assert_num_queries(6):
        answer = admin_client.get(attempt_page(attempt))

    assert len(answer.context["logs"]) == count


def test_an_open_attempt_can_be_read_and_not_graded(admin_client):
    quiz = make_quiz(questions=1)
    learner = make_learner(quiz.course)
    by = learner.user
    attempt = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=by, now=NOW)
    item = attempt.items.get()

    assert "There is no response." in admin_client.get(attempt_page(attempt)).text
    answer = admin_client.post(grade_page(item), {"points": "1"})

    assert "still open" in answer.text
    assert not Grading.objects.exists()


def test_a_person_grades_an_essay(essay):
    teacher = teacher_of(essay.quiz.course, "view_attempt", "view_attemptitem", "add_grading")
    item = essay.items.get()

    answer = signed_in(teacher).post(
        grade_page(item), {"points": "3", "feedback": "Well seen.", "reason": "rubric"}
    )

    assert answer.headers["Location"] == attempt_page(essay)
    row = Grading.objects.get(kind="person")
    assert (row.scaled, row.score, row.by) == (Fraction(3, 4), Fraction(3), teacher)
    assert (row.feedback, row.reason) == ("Well seen.", "rubric")
    assert Attempt.objects.get(pk=essay.pk).state == "graded"
    assert Result.objects.get(enrolment=essay.enrolment).percent == 75


@pytest.mark.parametrize("points", ["4.001", "-1", "", "NaN"])
def test_a_grade_outside_the_items_points_is_refused(points, admin_client, essay):
    answer = admin_client.post(grade_page(essay.items.get()), {"points": points})

    assert answer.status_code == 200
    assert answer.context["form"].errors["points"]
    assert not Grading.objects.filter(kind="person").exists()


def test_grading_needs_the_right_in_this_course(essay, other_course):
    item = essay.items.get()
    reads = signed_in(teacher_of(essay.quiz.course, "view_attempt", "view_attemptitem"))
    foreign = signed_in(teacher_of(other_course))
    learner = signed_in(essay.enrolment.user)

    assert "Grade item" not in reads.get(attempt_page(essay)).text
    assert reads.post(grade_page(item), {"points": "4"}).status_code == 403
    assert foreign.post(grade_page(item), {"points": "4"}).status_code == 404
    assert learner.post(grade_page(item), {"points": "4"}).status_code == 302
    assert not Grading.objects.filter(kind="person").exists()


def test_rows_used_by_attempts_cannot_be_deleted(admin_client, course):
    item = AttemptItem.objects.filter(attempt__quiz__kind="graded").get()
    quiz, question = item.attempt.quiz, item.version.question
    pages = [
        reverse("admin:cx_courses_quiz_delete", args=[quiz.pk]),
        reverse("admin:cx_courses_question_delete", args=[question.pk]),
        reverse("admin:cx_courses_module_delete", args=[quiz.module_id]),
        reverse("admin:cx_courses_course_delete", args=[course.pk]),
        reverse("admin:auth_user_delete", args=[item.attempt.enrolment.user_id]),
    ]
    for address in pages:
        answer = admin_client.post(address, {"post": "yes"})
        assert answer.status_code == 403 or "Cannot delete" in answer.text, address

    assert AttemptItem.objects.filter(pk=item.pk).exists()


def test_record_links_to_the_person_for_those_who_may_open_them(admin_client, course):
    learner = make_learner(course)
    event = Event.objects.filter(enrolment=learner).latest("pk")
    Event.objects.filter(pk=event.pk).update(by=learner.user)
    page = reverse("admin:cx_courses_event_change", args=[event.pk])
    account = reverse("admin:auth_user_change", args=[learner.user.pk])
    assert f'href="{account}"' in admin_client.get(page).text
    seen = signed_in(teacher_of(course, "view_event")).get(page)
    assert seen.status_code == 200
    assert str(learner.user) in seen.text
    assert account not in seen.text
