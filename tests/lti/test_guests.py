"""Somebody whom the platform does not name reads and practises, and leaves nothing."""

import datetime as dt
import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.domain import outline, trials
from courses.lti import vocabulary as words
from courses.lti.models import LtiClass, LtiLaunchRecord, LtiLink, LtiPlatform, LtiScore
from courses.models import (
    Attempt,
    Course,
    Delivery,
    Enrolment,
    Event,
    ExternalIdentity,
    Launch,
    LessonProgress,
    Result,
    Trial,
)
from tests.factories import make_lesson, make_quiz
from tests.lti.school import GONE, MEMBER, School, follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

GRADES = {words.GRADES: {"scope": [words.SCORE_SCOPE], "lineitem": "https://school.example/line/1"}}
SAYS = "does not say who you are"


class Guest:
    """A browser after an anonymous launch."""

    def __init__(self, school, course, **claims):
        self.http = Client()
        answer = school.launch(self.http, course, **{"sub": GONE, **GRADES, **claims})
        self.page = follow(self.http, answer)
        self.base = reverse("cx_courses:embed", args=[Launch.objects.first().uuid])

    def at(self, name, *args):
        return self.base + reverse(f"cx_courses:{name}", args=args).lstrip("/")

    def get(self, name, *args):
        return self.http.get(self.at(name, *args), secure=True)

    def post(self, name, *args, **sent):
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page.text)[1]
        sent = {**sent, "csrfmiddlewaretoken": token}
        return self.http.post(self.at(name, *args), sent, secure=True)

    def answers_check(self, lesson):
        key = lesson.checks.items.get().question.key
        sent = {f"c-{key}-choice": "b", f"c-{key}-based_on": "0"}
        return self.post("lesson-check", lesson.course.key, lesson.key, key, **sent)


@pytest.fixture
def quiz():
    return make_quiz(questions=1, kind="practice")


@pytest.fixture
def lesson(quiz):
    return make_lesson(module=quiz.module, checks=1)


def test_they_read_and_practise_and_leave_nothing(school, quiz, lesson):
    course = quiz.course
    guest = Guest(school, course)
    assert guest.page.status_code == 200
    assert SAYS in guest.page.text

    page = guest.get("lesson", course.key, lesson.key)
    assert SAYS in page.text
    assert guest.answers_check(lesson).status_code == 302
    assert LessonProgress.objects.get().completed_at is not None
    assert guest.post("quiz-start", course.key, quiz.key).status_code == 302
    attempt = Attempt.objects.exclude(quiz=lesson.checks).get()
    guest.post("attempt", attempt.uuid, **{"i1-choice": "b", "i1-based_on": "0"})
    guest.post("attempt-submit", attempt.uuid)
    review = guest.get("review", attempt.uuid).text
    assert "1 of 1 point" in review
    assert "This is the attempt of" not in review

    for none in (ExternalIdentity, Enrolment, LtiClass, LtiLink, LtiScore, Result, Event, Delivery):
        assert not none.objects.exists(), none
    assert LtiLaunchRecord.objects.get().reason == ""
    assert get_user_model().objects.get() == LtiPlatform.objects.get().guest

    trials.purge(now=timezone.now() + dt.timedelta(hours=25))
    for none in (Trial, Attempt, LessonProgress):
        assert not none.objects.exists(), none
    assert not Enrolment.with_trials.exists()
    assert guest.get("course", course.key).status_code == 403


def test_no_guest_sees_what_another_did(school, quiz, lesson):
    course = quiz.course
    ada, bob = Guest(school, course), Guest(school, course)
    ada.answers_check(lesson)
    ada.post("quiz-start", course.key, quiz.key)
    attempt = Attempt.objects.exclude(quiz=lesson.checks).get()

    assert ada.get("attempt", attempt.uuid).status_code == 200
    assert "1 of 1 checks answered" in ada.get("lesson", course.key, lesson.key).text
    for name in ("attempt", "review"):
        assert bob.get(name, attempt.uuid).status_code == 404
    saved = bob.post("attempt-save", attempt.uuid, 1, **{"i1-choice": "b", "i1-based_on": "0"})
    assert saved.status_code == 404
    assert "0 of 1 checks answered" in bob.get("lesson", course.key, lesson.key).text
    assert Trial.objects.count() == 2
    assert get_user_model().objects.count() == 1


def test_a_quiz_that_counts_is_closed_to_them(school):
    quiz = make_quiz(questions=1, kind="graded")
    guest = Guest(school, quiz.course)
    page = guest.get("quiz", quiz.course.key, quiz.key)
    assert "only people whom the platform names can take it" in page.text
    assert "You teach this course" not in page.text

    guest.post("quiz-start", quiz.course.key, quiz.key)
    assert not Attempt.objects.exists()


def test_what_is_a_draft_is_not_there_for_them(school, quiz):
    draft = make_quiz(module=quiz.module, questions=1, kind="practice", is_draft=True)
    hidden = make_lesson(module=quiz.module, is_draft=True)
    outline.touch(course_id=quiz.course_id)
    guest = Guest(school, quiz.course)
    assert guest.get("quiz", quiz.course.key, draft.key).status_code == 404
    assert guest.post("quiz-start", quiz.course.key, draft.key).status_code == 404
    assert guest.get("lesson", quiz.course.key, hidden.key).status_code == 404

    Course.objects.update(state="archived")
    assert guest.get("quiz", quiz.course.key, quiz.key).status_code == 404


def test_pages_of_a_person_are_not_there_for_them(school, quiz, lesson):
    guest, key = Guest(school, quiz.course), quiz.course.key
    for name in ("my-data", "notes", "my-learning", "daily-review", "class-results", "mistakes"):
        assert guest.get(name, key).status_code == 404, name
    shown = guest.page.text + guest.get("lesson", key, lesson.key).text
    for name in ("my-data", "my-learning", "daily-review", "notes", "course-search"):
        assert guest.at(name, key) not in shown, name


def test_who_the_registration_keeps_nothing_of_is_a_guest_whatever_their_role(quiz):
    school = School(privacy="nothing")
    for role in ("Learner", "Instructor"):
        guest = Guest(school, quiz.course, sub="7", **{words.ROLES: [f"{MEMBER}#{role}"]})
        assert SAYS in guest.page.text
        assert guest.get("class-results", quiz.course.key).status_code == 404
    assert not ExternalIdentity.objects.exists()


def test_a_learner_of_the_platform_is_told_no_such_thing(school, quiz):
    guest = Guest(school, quiz.course, sub="7")
    assert SAYS not in guest.page.text
    assert guest.at("my-data", quiz.course.key) in guest.page.text


def test_sessions_of_guests_end_with_their_account(school, quiz):
    guest = Guest(school, quiz.course)
    account = LtiPlatform.objects.get().guest
    for values, reason in (
        ({"is_staff": True}, "account_of_site"),
        ({"is_staff": False, "is_active": False}, "anonymous"),
    ):
        get_user_model().objects.filter(pk=account.pk).update(**values)
        assert school.launch(course=quiz.course, sub=GONE).status_code == 403
        assert LtiLaunchRecord.objects.first().reason == reason
    assert guest.get("course", quiz.course.key).status_code == 403
