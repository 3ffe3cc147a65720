"""A copied course of a platform: its links work, settings come along, and nobody's records."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from courses.domain import sections
from courses.lti import copies
from courses.lti import vocabulary as words
from courses.lti.models import LtiClass, LtiDeployment, LtiLink
from courses.models import Attempt, Enrolment, Launch, SectionQuiz
from tests.factories import RIGHT, make_quiz, take_quiz
from tests.lti.school import MEMBER, School, follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TEACHES = {words.ROLES: [f"{MEMBER}#Instructor"]}


def enter(school, quiz, context, *, history=None, link=None, **claims):
    custom = {"cx_course": quiz.course.key, "cx_quiz": quiz.key}
    custom |= {} if history is None else {copies.CONTEXTS: history}
    given = {
        words.CONTEXT: {"id": context, "title": context},
        words.RESOURCE_LINK: {"id": link or f"link of {context}"},
        words.CUSTOM: custom,
        **claims,
    }
    http = Client()
    follow(http, school.launch(http, **given))
    return Launch.objects.latest("pk")


def dated(school, quiz, context="last year"):
    """A class with a date of its own and a learner's work in it."""
    enrolment = enter(school, quiz, context).enrolment
    take_quiz(enrolment, quiz, RIGHT, now=timezone.now())
    opens = timezone.now() + timedelta(days=9)
    sections.set_dates(section=enrolment.section, quiz=quiz, opens_at=opens, closes_at=None)
    return enrolment.section, opens


def dates(section):
    return list(SectionQuiz.objects.filter(section=section).values_list("quiz", "opens_at"))


def test_the_class_of_a_copy_has_the_settings_and_nobodys_records(school, quiz):
    old, opens = dated(school, quiz)
    new = enter(school, quiz, "this year", history="last%20year,older", **TEACHES).enrolment
    assert new.section != old
    assert dates(new.section) == [(quiz.pk, opens)]
    assert list(new.section.enrolments.all()) == [new]
    again = enter(school, quiz, "this year", history="last%20year").enrolment
    assert again.section == new.section
    assert Attempt.objects.get().enrolment.section == old
    assert not Attempt.objects.filter(enrolment__section=new.section).exists()
    assert LtiClass.objects.count() == 2


def test_copies_are_made_once_and_change_nothing_later(school, quiz):
    old, opens = dated(school, quiz)
    new = enter(school, quiz, "this year", history="last year").enrolment.section
    SectionQuiz.objects.filter(section=new).delete()
    sections.set_dates(section=old, quiz=quiz, opens_at=None, closes_at=opens)
    enter(school, quiz, "this year", history="last year")
    assert dates(new) == []


def test_the_latest_copy_that_is_known_decides(school, quiz):
    _, first = dated(school, quiz, "first")
    _, second = dated(school, quiz, "second")
    section = enter(school, quiz, "third", history="unknown,second,first").enrolment.section
    assert dates(section) == [(quiz.pk, second)]
    section = enter(school, quiz, "fourth", history="first,second").enrolment.section
    assert dates(section) == [(quiz.pk, first)]


@pytest.mark.parametrize(
    "history", ["$Context.id.history", "", "nobody", ",,", "x" * 5000, "new", ["last year"], "\0"]
)
def test_a_history_that_names_nothing_makes_a_class_without_dates(school, quiz, history):
    dated(school, quiz)
    section = enter(school, quiz, "new", history=history).enrolment.section
    assert dates(section) == []


def test_no_settings_come_from_another_platform_or_course(school, quiz):
    dated(school, quiz)
    other = School(issuer="https://two.example")
    assert dates(enter(other, quiz, "new", history="last year").enrolment.section) == []
    second = make_quiz(questions=1)
    assert dates(enter(school, second, "new", history="last year").enrolment.section) == []


def test_of_two_deployments_the_own_one_is_copied(school, quiz):
    LtiDeployment.objects.create(
        registration=school.row, deployment_id="d2", state="active", created_at=timezone.now()
    )
    _, opens = dated(school, quiz, "red")
    there = enter(school, quiz, "red", **{words.DEPLOYMENT_ID: "d2"}).enrolment.section
    assert dates(there) == []
    copy = enter(school, quiz, "new", history="red", **{words.DEPLOYMENT_ID: "d2"})
    assert dates(copy.enrolment.section) == []
    assert dates(enter(school, quiz, "new", history="red").enrolment.section) == [(quiz.pk, opens)]


def test_a_copied_link_without_parameters_opens_what_its_original_opened(school, quiz):
    enter(school, quiz, "red", link="first")
    bare = {words.CUSTOM: {copies.LINKS: "unknown,first"}}
    found = enter(school, quiz, "blue", link="second", **bare)
    assert (found.target, found.target_key) == ("quiz", quiz.key)
    assert LtiLink.objects.get(link_id="second").target_key == quiz.key
    other = School(issuer="https://two.example")
    answer = other.launch(**bare)
    assert answer.status_code == 403
    assert "target_missing" in answer.text
    assert Enrolment.objects.count() == 2
