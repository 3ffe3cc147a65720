"""What an instructor tries your attempts do not count."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse

from courses.domain import attempts, enrolments, gradesheet, progress
from courses.domain.lessons import respond
from courses.domain.outline import outline
from courses.errors import Conflict
from courses.models import Attempt, Enrolment, Event, LineItem, Result, VoteTally
from tests.factories import (
    NOW,
    RIGHT,
    UserFactory,
    make_debate,
    make_learner,
    make_lesson,
    make_quiz,
    reader_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LATER = NOW + dt.timedelta(minutes=1)


def teacher_in(course):
    return enrolments.enrol(course=course, user=UserFactory(), role="instructor", now=NOW)


def take(enrolment, quiz):
    by = enrolment.user
    attempt = attempts.start(reader=reader_of(enrolment), quiz_key=quiz.key, by=by, now=NOW)
    attempts.save(attempt=attempt, position=1, raw=RIGHT, based_on=0, by=by, now=LATER)
    return attempts.submit(attempt=attempt, by=by, now=LATER)


def learning_events(enrolment):
    rows = Event.objects.filter(enrolment=enrolment).exclude(type__startswith="enrolment.")
    return list(rows.values_list("type", flat=True))


def test_a_try_leaves_no_column_no_result_and_no_event():
    quiz = make_quiz(questions=1)
    teacher = teacher_in(quiz.course)

    attempt = take(teacher, quiz)

    assert attempt.percent == 100
    assert not LineItem.objects.exists()
    assert not Result.objects.exists()
    assert learning_events(teacher) == []
    call_command("verify_records", verbosity=0)


def test_an_instructor_tries_as_often_as_they_like_and_a_learner_does_not():
    quiz = make_quiz(questions=1, attempts_allowed=1, attempt_delay_s=3600)
    teacher = teacher_in(quiz.course)
    for _number in range(3):
        take(teacher, quiz)
    assert teacher.attempts.count() == 3

    learner = make_learner(quiz.course)
    take(learner, quiz)
    with pytest.raises(Conflict):
        take(learner, quiz)
    assert Result.objects.get().enrolment == learner


def test_the_sheet_holds_learners_alone():
    quiz = make_quiz(questions=1)
    teacher, learner = teacher_in(quiz.course), make_learner(quiz.course)
    take(teacher, quiz)
    take(learner, quiz)

    rows = Enrolment.objects.learners().filter(course=quiz.course)
    text = "".join(
        gradesheet.as_csv(course=quiz.course, rows=rows.select_related("user"), name="pk")
    )

    assert learner.user.email in text
    assert teacher.user.email not in text


def test_an_instructors_download_holds_learners_alone(admin_client):
    quiz = make_quiz(questions=1)
    teacher, learner = teacher_in(quiz.course), make_learner(quiz.course)
    take(teacher, quiz)
    take(learner, quiz)
    act = {"action": "download_gradebook", "_selected_action": [quiz.course_id]}

    answer = admin_client.post(reverse("admin:cx_courses_course_changelist"), act)

    text = b"".join(answer.streaming_content).decode()
    assert learner.user.email in text
    assert teacher.user.email not in text


def test_a_trial_stays_one_when_the_person_becomes_a_learner():
    quiz = make_quiz(questions=1)
    teacher = teacher_in(quiz.course)
    take(teacher, quiz)
    enrolments.enrol(course=quiz.course, user=teacher.user, role="learner", now=NOW)
    learner = Enrolment.objects.get(pk=teacher.pk)

    attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=LATER)
    assert not Result.objects.exists()
    second = learner.attempts.order_by("number").last()
    attempts.submit(attempt=second, by=learner.user, now=LATER)
    assert Result.objects.get().percent == 0


def test_learning_before_teaching_still_counts():
    quiz = make_quiz(questions=1)
    learner = make_learner(quiz.course)
    take(learner, quiz)
    enrolments.enrol(course=quiz.course, user=learner.user, role="instructor", now=NOW)

    take(Enrolment.objects.get(pk=learner.pk), quiz)
    assert Result.objects.get().attempt.number == 1
    call_command("verify_records", verbosity=0)


def test_instructors_lesson_work_sends_no_events():
    lesson = make_lesson(checks=1)
    teacher = teacher_in(lesson.module.course)
    step = outline(lesson.module.course).lesson(lesson.key)

    progress.complete_lesson(enrolment=teacher, lesson=step, by=teacher.user, now=NOW)

    assert learning_events(teacher) == []


def test_an_instructors_votes_are_not_counted():
    lesson, before, after = make_debate()
    teacher = teacher_in(lesson.module.course)
    for question in (before, after):
        respond(
            reader=reader_of(teacher),
            lesson_key=lesson.key,
            question_key=question.key,
            raw={"choice": "a", "certainty": "30"},
            based_on=0,
            by=teacher.user,
            now=NOW,
        )

    assert Attempt.objects.get().is_trial
    assert not VoteTally.objects.exists() or VoteTally.objects.get().moves == {}
    call_command("verify_records", verbosity=0)


def test_the_quizs_page_says_so(client):
    quiz = make_quiz(questions=1)
    teacher, learner = teacher_in(quiz.course), make_learner(quiz.course)
    address = reverse("cx_courses:quiz", args=[quiz.course.key, quiz.key])

    for person, is_warned in ((teacher, True), (learner, False)):
        client.force_login(person.user)
        assert ("your attempts do not count" in client.get(address).text) is is_warned
