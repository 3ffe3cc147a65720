"""A learner reports a question: in the review, in practice, at a check."""

import pytest
from django.urls import reverse

from courses.models import Attempt, FaultReport
from tests.factories import RIGHT, make_learner, make_lesson, make_quiz

pytestmark = pytest.mark.django_db
LINK = "Something is wrong with this question"


def report_page(attempt, position=1):
    return reverse("cx_courses:attempt-report", args=[attempt.uuid, position])


def begin(client, quiz, **extra):
    learner = make_learner(quiz.course)
    client.force_login(learner.user)
    client.post(reverse("cx_courses:quiz-start", args=[quiz.course.key, quiz.key]))
    return Attempt.objects.get(enrolment=learner, quiz=quiz)


def test_question_of_a_test_is_reported_after_it_is_handed_in(client):
    attempt = begin(client, make_quiz(questions=1, kind="graded"))
    shown = client.get(reverse("cx_courses:attempt", args=[attempt.uuid]))
    assert LINK not in shown.text
    assert client.get(report_page(attempt)).status_code == 404
    assert client.post(report_page(attempt), {"text": "Wrong."}).status_code == 403

    client.post(reverse("cx_courses:attempt-submit", args=[attempt.uuid]))
    review = reverse("cx_courses:review", args=[attempt.uuid])
    assert report_page(attempt) in client.get(review).text
    assert client.get(report_page(attempt)).status_code == 200
    empty = client.post(report_page(attempt), {"text": " "})
    assert (empty.status_code, "Write what is wrong" in empty.text) == (400, True)
    nul = client.post(report_page(attempt), {"text": "Two\0 are right."})
    assert (nul.status_code, "This text cannot be stored." in nul.text) == (400, True)
    assert "are right.</textarea>" in nul.text
    done = client.post(report_page(attempt), {"text": "<b>Two</b> are right."})
    assert done.headers["Location"] == f"{review}#item-1"
    assert "Your report is sent." in client.get(review).text
    again = client.get(report_page(attempt))
    assert "&lt;b&gt;Two&lt;/b&gt; are right." in again.text
    assert FaultReport.objects.get().version == attempt.items.get().version


def test_practice_and_checks_are_reported_while_they_are_open(client):
    attempt = begin(client, make_quiz(questions=1, kind="practice"))
    shown = client.get(reverse("cx_courses:attempt", args=[attempt.uuid]))
    assert report_page(attempt) in shown.text

    lesson = make_lesson(checks=1)
    course = lesson.module.course
    learner = make_learner(course)
    client.force_login(learner.user)
    place = reverse("cx_courses:lesson", args=[course.key, lesson.key])
    assert LINK not in client.get(place).text
    key = lesson.checks.items.get().question.key
    check = reverse("cx_courses:lesson-check", args=[course.key, lesson.key, key])
    client.post(check, {f"c-{key}-choice": RIGHT["choice"]})
    own = Attempt.objects.get(enrolment=learner)
    assert report_page(own) in client.get(place).text
    sent = client.post(report_page(own), {"text": "Unclear."})
    assert sent.headers["Location"].startswith(place)


def test_nobody_reports_in_the_attempt_of_another(client):
    attempt = begin(client, make_quiz(questions=1, kind="practice"))
    client.force_login(make_learner(attempt.quiz.course).user)
    assert client.get(report_page(attempt)).status_code == 404
    assert client.post(report_page(attempt), {"text": "Wrong."}).status_code == 404
    assert client.post(report_page(attempt, 99), {"text": "Wrong."}).status_code == 404
    assert not FaultReport.objects.exists()
