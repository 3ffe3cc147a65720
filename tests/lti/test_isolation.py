"""What belongs to one class stays there: two contexts, two clients of an issuer, two platforms."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.domain import rights
from courses.lti import vocabulary as words
from courses.models import Attempt, Enrolment, ExternalIdentity, Section
from tests.factories import RIGHT, take_quiz
from tests.lti.school import MEMBER, School, follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TEACHES = {words.ROLES: [f"{MEMBER}#Instructor"]}


def context(name):
    return {words.CONTEXT: {"id": name, "title": name}, words.RESOURCE_LINK: {"id": name}}


def enter(school, course, name, **claims):
    """A browser in the session of a launch from that context, and its address."""
    http = Client()
    answer = school.launch(http, course, **context(name), **claims)
    follow(http, answer)
    return http, answer.headers["Location"].partition("?")[0], Enrolment.objects.latest("pk")


def test_the_same_learner_in_two_classes_has_two_records(quiz):
    school = School()
    sessions = [enter(school, quiz.course, name) for name in ("red", "blue")]
    (_, _, red), (_, _, blue) = sessions
    assert red.user == blue.user
    assert red.section != blue.section
    attempts = [take_quiz(row, quiz, RIGHT, now=timezone.now()) for row in (red, blue)]
    for (http, base, row), other in zip(sessions, reversed(attempts), strict=True):
        own = Attempt.objects.get(enrolment=row)
        assert http.get(f"{base}attempts/{own.uuid}/review/").status_code == 200
        assert http.get(f"{base}attempts/{other.uuid}/review/").status_code == 404
        page = http.get(base + reverse("cx_courses:quiz", args=[quiz.course.key, quiz.key])[1:])
        assert len(set(re.findall(r"attempts/([0-9a-f-]{36})/", page.text))) == 1


def test_two_clients_of_an_issuer_share_the_person_and_no_class(quiz):
    first = School()
    second = School(client_id="tool-2")
    _, _, here = enter(first, quiz.course, "red")
    _, _, there = enter(second, quiz.course, "red")
    assert ExternalIdentity.objects.count() == 1
    assert here.user == there.user
    assert here.section != there.section


def test_two_platforms_share_nobody_by_id_or_address(quiz):
    for issuer in ("https://one.example", "https://two.example"):
        enter(School(issuer=issuer, privacy="mail"), quiz.course, "red")
    first, second = ExternalIdentity.objects.order_by("pk")
    assert first.subject == second.subject
    assert first.user.email == second.user.email
    assert first.user != second.user
    assert Section.objects.filter(is_default=False).count() == 2


def test_a_teacher_may_look_into_their_class_alone(quiz):
    school = School()
    _, _, red = enter(school, quiz.course, "red", sub="1")
    _, _, blue = enter(school, quiz.course, "blue", sub="2")
    _, _, teacher = enter(school, quiz.course, "red", sub="3", **TEACHES)
    assert teacher.section == red.section
    may = rights.rights(by=teacher.user, course=quiz.course).may
    assert may(rights.Can.PEOPLE, enrolment=red)
    assert not may(rights.Can.PEOPLE, enrolment=blue)
    assert not may(rights.Can.EDIT, course=quiz.course)
    assert not teacher.user.is_staff


def test_a_teacher_of_one_class_may_learn_in_another(quiz):
    school = School()
    _, _, teaches = enter(school, quiz.course, "red", **TEACHES)
    _, _, learns = enter(school, quiz.course, "blue")
    teaches.refresh_from_db()
    assert (teaches.role, learns.role) == ("instructor", "learner")
    assert teaches.user == learns.user


def test_key_of_one_registration_signs_for_no_other(quiz):
    school, other = School(), School(issuer="https://two.example")
    other.row.keys = []
    other.row.keys_tried_at = timezone.now()
    other.row.save()
    assert other.launch(course=quiz.course).status_code == 403
    # A token of one platform, posted with the state of another.
    http = Client()
    asked = school.begin(http)
    token = school.sign(school.claims(asked["nonce"], iss="https://two.example"))
    answer = http.post("/lti/launch/", {"state": asked["state"], "id_token": token}, secure=True)
    assert "issuer_wrong" in answer.text
