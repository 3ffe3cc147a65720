"""A platform's gradebook opens one learner's work, for teachers of the class and for themselves."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.lti import vocabulary as words
from courses.lti.models import LtiLaunchRecord
from courses.models import Attempt, Launch
from tests.factories import RIGHT, make_quiz, take_quiz
from tests.lti.school import MEMBER, School
from tests.lti.test_class_in_frame import Frame

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SCRIPT = "<script>alert(1)</script>"


class GradebookRoom:
    """A class with two learners, one of whom has handed in, and what the gradebook sends."""

    def __init__(self):
        self.quiz, self.school = make_quiz(questions=1), School()
        self.custom = {"cx_course": self.quiz.course.key, "cx_quiz": self.quiz.key}
        self.ada, self.bob = self.enter("1", "Ada"), self.enter("2", "Bob")
        self.attempt = take_quiz(self.ada.enrolment, self.quiz, RIGHT, now=timezone.now())

    def enter(self, sub, name, context="red"):
        named = {words.CUSTOM: self.custom, "given_name": name, "sub": sub}
        return Frame(self.school, None, context, **named)

    def review(self, sub, role, of, *, context="red", **claims):
        """Open the review of somebody's work; return the answer to the launch, and the browser."""
        http = Client()
        claims = {
            words.MESSAGE_TYPE: words.SUBMISSION_REVIEW_REQUEST,
            words.CONTEXT: {"id": context, "title": context},
            words.RESOURCE_LINK: {"id": context},
            words.ROLES: [f"{MEMBER}#{role}"],
            words.FOR_USER: {"user_id": of},
            "sub": sub,
            **claims,
        }
        return self.school.launch(http, **claims), http

    def shown(self, *args, **claims):
        answer, http = self.review(*args, **claims)
        assert answer.status_code == 302, answer.text
        return http.get(answer.headers["Location"], follow=True)

    def path(self, name, *args):
        return reverse(f"cx_courses:{name}", args=args)


@pytest.fixture
def room():
    return GradebookRoom()


def reason():
    return LtiLaunchRecord.objects.latest("pk").reason


@pytest.mark.parametrize("more", [[], [f"{MEMBER}/Instructor#TeachingAssistant"]])
def test_teachers_and_assistants_see_what_the_learner_handed_in(room, more):
    roles = {words.ROLES: [f"{MEMBER}#Instructor", *more]}
    page = room.shown("3", "Instructor", "1", **roles)
    assert page.request["PATH_INFO"].endswith(room.path("review", room.attempt.uuid))
    assert "Review of attempt 1" in page.text


def test_the_link_need_not_be_named_again(room):
    custom = {"cx_course": "$Unknown.variable"}
    page = room.shown("3", "Instructor", "1", **{words.CUSTOM: custom})
    assert page.request["PATH_INFO"].endswith(room.path("review", room.attempt.uuid))


def test_of_somebody_without_an_attempt_a_teacher_sees_their_page(room):
    page = room.shown("3", "Instructor", "2")
    own = room.path("class-learner", room.quiz.course.key, room.bob.enrolment.uuid)
    assert page.request["PATH_INFO"].endswith(own)
    assert "No attempt at a quiz yet." in page.text


def test_a_learner_sees_their_own_work_and_nobody_elses(room):
    page = room.shown("1", "Learner", "1")
    assert page.request["PATH_INFO"].endswith(room.path("review", room.attempt.uuid))
    begun = Launch.objects.count()
    answer, _http = room.review("2", "Learner", "1")
    assert (answer.status_code, reason()) == (403, "review_not_allowed")
    assert "review_not_allowed" in answer.text
    assert "Ada" not in answer.text
    assert Launch.objects.count() == begun
    # Without work of their own they come to the quiz.
    quiz = room.path("quiz", room.quiz.course.key, room.quiz.key)
    assert room.shown("2", "Learner", "2").request["PATH_INFO"].endswith(quiz)


def test_a_person_of_another_class_or_of_none_is_unknown(room):
    carl = room.enter("4", "Carl", "blue")
    take_quiz(carl.enrolment, room.quiz, RIGHT, now=timezone.now())
    for unknown in ("4", "99", SCRIPT, "3"):
        answer, _http = room.review("3", "Instructor", unknown)
        assert (answer.status_code, reason()) == (403, "review_person_unknown")
        assert "has not opened the course here yet" in answer.text
        assert SCRIPT not in answer.text
    answer, _http = room.review(
        "3", "Instructor", "1", context="blue", **{words.CUSTOM: room.custom}
    )
    assert (answer.status_code, reason()) == (403, "review_person_unknown")


@pytest.mark.parametrize(
    "wrong", [None, {}, {"user_id": ""}, {"user_id": 7}, "7", {"user_id": "\n"}]
)
def test_a_message_without_a_person_is_refused(room, wrong):
    answer, _http = room.review("3", "Instructor", "1", **{words.FOR_USER: wrong})
    assert (answer.status_code, reason()) == (403, "for_user_missing")


def test_a_message_without_a_link_or_from_nobody_is_refused(room):
    answer, _http = room.review("3", "Instructor", "1", **{words.RESOURCE_LINK: {}})
    assert (answer.status_code, reason()) == (403, "resource_link_missing")
    answer, _http = room.review(None, "Instructor", "1")
    assert (answer.status_code, reason()) == (403, "anonymous")
    assert Attempt.objects.count() == 1


def test_of_several_attempts_the_one_that_counts_is_shown(room):
    take_quiz(room.ada.enrolment, room.quiz, {"choice": "b"}, now=timezone.now())
    page = room.shown("3", "Instructor", "1")
    assert page.request["PATH_INFO"].endswith(room.path("review", room.attempt.uuid))
