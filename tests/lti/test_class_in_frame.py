"""A teacher sees their class in the platform's frame, and nobody else's; learners see none."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.lti import vocabulary as words
from courses.models import Attempt, Enrolment, Event, Result
from tests.factories import RIGHT, take_quiz
from tests.lti.school import MEMBER, follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Frame:
    """A browser in the session of a launch from that context."""

    def __init__(self, school, course, context, role="Learner", **claims):
        self.http, self.course = Client(), course
        claims |= {
            words.CONTEXT: {"id": context, "title": context},
            words.RESOURCE_LINK: {"id": context},
            words.ROLES: [f"{MEMBER}#{role}"],
        }
        answer = school.launch(self.http, course, **claims)
        self.first = follow(self.http, answer)
        self.base = answer.headers["Location"].partition("?")[0]
        self.enrolment = Enrolment.objects.latest("pk")

    def get(self, name, *args):
        return self.http.get(self.base + reverse(f"cx_courses:{name}", args=args)[1:])


def learner(school, quiz, context, sub, name):
    names = {"sub": sub, "given_name": name, "family_name": "Example"}
    frame = Frame(school, quiz.course, context, **names)
    take_quiz(frame.enrolment, quiz, RIGHT, now=timezone.now())
    return frame


@pytest.fixture
def ada(school, quiz):
    return learner(school, quiz, "red", "1", "Ada")


@pytest.fixture
def bob(school, quiz):
    return learner(school, quiz, "blue", "2", "Bob")


@pytest.fixture
def teacher(school, quiz, ada, bob):
    return Frame(school, quiz.course, "red", "Instructor", sub="3", given_name="Grace")


def test_a_teacher_sees_the_results_of_their_class_and_of_no_other(quiz, ada, teacher):
    address = teacher.base + reverse("cx_courses:class-results", args=[quiz.course.key])[1:]
    assert f'href="{address}"' in teacher.first.text
    page = teacher.get("class-results", quiz.course.key)
    assert page.status_code == 200
    assert "Ada Example" in page.text
    assert "100%" in page.text
    for foreign in ("Bob", "blue", "Grace"):
        assert foreign not in page.text
    assert "1 learner" in page.text


def test_a_search_finds_nobody_of_another_class(quiz, teacher):
    address = teacher.base + reverse("cx_courses:class-results", args=[quiz.course.key])[1:]
    assert "Ada Example" in teacher.http.get(address, {"q": "ada"}).text
    assert "Nobody in the class has this name." in teacher.http.get(address, {"q": "bob"}).text


def test_a_teacher_looks_into_attempts_of_their_class_alone(quiz, ada, bob, teacher):
    page = teacher.get("class-learner", quiz.course.key, ada.enrolment.uuid)
    own = Attempt.objects.get(enrolment=ada.enrolment)
    review = teacher.base + reverse("cx_courses:review", args=[own.uuid])[1:]
    assert f'href="{review}"' in page.text
    assert teacher.http.get(review).status_code == 200
    for name in ("attempt", "attempt-submit"):
        assert teacher.get(name, own.uuid).status_code == 404

    other = Attempt.objects.get(enrolment=bob.enrolment)
    assert teacher.get("class-learner", quiz.course.key, bob.enrolment.uuid).status_code == 404
    assert teacher.get("review", other.uuid).status_code == 404


def test_learners_see_no_class(quiz, ada, bob):
    assert "Your class" not in ada.first.text
    assert ada.get("class-results", quiz.course.key).status_code == 404
    assert ada.get("class-learner", quiz.course.key, ada.enrolment.uuid).status_code == 404
    other = Attempt.objects.get(enrolment=bob.enrolment)
    assert ada.get("review", other.uuid).status_code == 404


def test_a_teacher_who_is_made_a_learner_sees_the_class_no_more(school, quiz, ada, teacher):
    Frame(school, quiz.course, "red", "Learner", sub="3")
    assert teacher.get("class-results", quiz.course.key).status_code == 404
    own = Attempt.objects.get(enrolment=ada.enrolment)
    assert teacher.get("review", own.uuid).status_code == 404


def test_what_a_teacher_tries_counts_nowhere(quiz, teacher):
    take_quiz(teacher.enrolment, quiz, RIGHT, now=timezone.now())
    assert Attempt.objects.latest("pk").is_trial
    assert "Grace" not in teacher.get("class-results", quiz.course.key).text


def test_what_a_test_user_does_counts_nowhere(school, quiz, ada, teacher):
    test_user = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
    roles = {words.ROLES: [f"{MEMBER}#Learner", test_user]}
    http = Client()
    follow(http, school.launch(http, quiz.course, sub="9", given_name="Tess", **roles))
    enrolment = Enrolment.objects.latest("pk")
    before = Event.objects.count()
    attempt = take_quiz(enrolment, quiz, RIGHT, now=timezone.now())
    assert attempt.is_trial
    assert not Result.objects.filter(enrolment=enrolment).exists()
    assert Event.objects.count() == before
    page = teacher.get("class-results", quiz.course.key)
    assert "1 learner" in page.text
    assert "Tess" not in page.text
    assert teacher.get("class-learner", quiz.course.key, enrolment.uuid).status_code == 404


def test_the_same_pages_outside_of_frames(quiz, ada, bob, teacher, client):
    client.force_login(teacher.enrolment.user)
    page = client.get(reverse("cx_courses:class-results", args=[quiz.course.key]))
    assert "Ada" in page.text
    assert "Bob" not in page.text
