"""A browser that keeps no cookie: in a frame it is offered a window, in a window what to do."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.lti import vocabulary as words
from courses.models import Attempt, Launch, Trial
from tests.factories import RIGHT, take_quiz
from tests.lti.school import GONE, MEMBER, follow
from tests.lti.school import post as post_launch
from tests.lti.visitor import FormReader, Page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FRAME, WINDOW = ({"sec-fetch-dest": one} for one in ("iframe", "document"))


def shown(answer, headers):
    """The first page of the session that was opened, in a browser that keeps no cookie."""
    assert answer.status_code == 302, answer.text
    return Client().get(answer.headers["Location"], headers=headers, secure=True)


def moved(page, http):
    """Press the button of the page; the answer to the address in the window."""
    (form,) = FormReader(Page(reverse("cx_courses:catalogue"), 403, page.text, {})).forms
    answer = http.post(urlsplit(form.action).path, form.fields, secure=True)
    assert answer.status_code == 302
    return http.get(answer.headers["Location"], headers=WINDOW, secure=True)


def test_a_frame_offers_a_window_and_a_window_says_what_to_do(school, quiz):
    framed = shown(school.launch(Client(), quiz.course), FRAME)
    assert "Open in a new window" in framed.text
    assert "Allow cookies" not in framed.text

    page = shown(moved(framed, Client()), WINDOW)
    assert page.status_code == 403
    assert "Allow cookies for testserver" in page.text
    assert "Open in a new window" not in page.text
    assert "_blank" not in page.text.partition("<form")[2]

    # Once they are allowed, the button of this page goes on to the course.
    http = Client()
    assert quiz.course.title in follow(http, moved(page, http)).text


@pytest.mark.parametrize(("headers", "is_window"), [(FRAME, False), (WINDOW, True), ({}, False)])
def test_a_launch_without_the_cookie_of_its_login(school, quiz, headers, is_window):
    asked = school.begin(Client())
    token = school.sign(school.claims(asked["nonce"], **{words.CUSTOM: {}}))
    sent = {"state": asked["state"], "id_token": token}
    page = Client().post("/lti/launch/", sent, headers=headers, secure=True)
    assert page.status_code == 403
    assert "cookie_missing" in page.text
    assert ("Allow cookies for" in page.text) == is_window
    assert ("Open in a new window" in page.text) != is_window
    assert ("Try again" in page.text) == is_window
    link = page.text.partition('class="button button-primary" href="')[2].partition('"')[0]
    assert "login_hint" in parse_qs(urlsplit(link.replace("&amp;", "&")).query)


def test_a_guest_learns_in_a_window(school, quiz):
    framed = shown(school.launch(Client(), quiz.course, sub=GONE), FRAME)
    assert "Open in a new window" in framed.text
    again = shown(moved(framed, Client()), WINDOW)
    assert "Allow cookies for testserver" in again.text

    http = Client()
    page = follow(http, moved(again, http))
    assert quiz.course.title in page.text
    assert "does not say who you are" in page.text
    assert Launch.objects.filter(ended_at=None).get().identity is None
    assert Trial.objects.count() == 1


def test_the_work_of_a_review_is_shown_in_the_window_too(school, quiz):
    learner = follow_as(school, quiz, "1")
    attempt = take_quiz(learner, quiz, RIGHT, now=timezone.now())
    http = Client()
    asked = school.begin(http)
    more = {
        words.MESSAGE_TYPE: words.SUBMISSION_REVIEW_REQUEST,
        words.CUSTOM: {"cx_course": quiz.course.key, "cx_quiz": quiz.key},
        words.ROLES: [f"{MEMBER}#Instructor"],
        words.FOR_USER: {"user_id": "1"},
        "sub": "3",
    }
    token = school.sign(school.claims(asked["nonce"], **more))
    opened = post_launch(http, {"state": asked["state"], "id_token": token})
    window = Client()
    page = window.get(moved(shown(opened, FRAME), window).headers["Location"], secure=True)
    assert page.headers["Location"].endswith(reverse("cx_courses:review", args=[attempt.uuid]))
    assert Attempt.objects.count() == 1


def follow_as(school, quiz, sub):
    http = Client()
    named = {"cx_course": quiz.course.key, "cx_quiz": quiz.key}
    follow(http, school.launch(http, sub=sub, **{words.CUSTOM: named}))
    return Launch.objects.latest("pk").enrolment
