"""My learning: mastery from day to day, attempts and certificates, each as its learner may know."""

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from courses.domain import certificates, learning
from courses.models import Certificate, CertificateRule
from courses.web import progress
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    ObjectiveFactory,
    make_learner,
    make_quiz,
    reader_of,
    take_quiz,
)

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
QUERIES = 14


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + 5 * DAY, tick=False):
        yield


@pytest.fixture
def quiz():
    found = make_quiz(questions=2, title="Final exam", pass_mark=60)
    objective = ObjectiveFactory(module=found.module, text="tell **them** apart")
    for item in found.items.all():
        item.question.objective = objective
        item.question.save()
    return found


def page(client, enrolment):
    client.force_login(enrolment.user)
    response = client.get(reverse("cx_courses:my-learning", args=[enrolment.course.key]))
    assert response.status_code == 200
    return response.text


def test_objective_of_two_days_is_drawn_and_listed_day_by_day(client, quiz):
    ada = make_learner(quiz.course)
    take_quiz(ada, quiz, WRONG, WRONG)
    assert "mastery-line" not in page(client, ada), "one day is no line"
    take_quiz(ada, quiz, RIGHT, RIGHT, now=NOW + DAY)
    text = page(client, ada)

    assert '<polyline points="5,35 155,5"/>' in text
    assert "0% of the points, 2 responses" in text
    assert "1 of 1 mastered" in text
    assert "tell <strong>them</strong> apart" in text


def test_attempts_are_named_with_result_and_way_to_them(client, quiz):
    ada = make_learner(quiz.course)
    first = take_quiz(ada, quiz, RIGHT, RIGHT)
    text = page(client, ada)

    assert reverse("cx_courses:review", args=[first.uuid]) in text
    assert '<span class="numbers">100%</span>' in text
    other = make_learner(quiz.course)
    assert str(first.uuid) not in page(client, other)


def test_hidden_result_is_not_shown_among_the_attempts(client):
    quiz = make_quiz(questions=1, holds_marks=True)
    ada = make_learner(quiz.course)
    take_quiz(ada, quiz, RIGHT)
    text = page(client, ada)

    assert "Result not shown yet" in text
    assert "100%" not in text


def test_attempts_are_bounded_and_queries_do_not_grow(quiz, django_assert_num_queries):
    ada = make_learner(quiz.course)
    reader = reader_of(ada)
    for number in range(2):
        take_quiz(ada, quiz, RIGHT, WRONG, now=NOW + number * DAY)
    learning.learning(reader=reader, now=NOW + 4 * DAY)
    with django_assert_num_queries(QUERIES):
        learning.learning(reader=reader, now=NOW + 4 * DAY)
    for number in range(learning.ATTEMPTS):
        take_quiz(ada, quiz, RIGHT, WRONG, now=NOW + 2 * DAY + number * dt.timedelta(minutes=5))
    with django_assert_num_queries(QUERIES):
        found = learning.learning(reader=reader, now=NOW + 4 * DAY)

    assert [one.number for one in found.attempts.rows] == list(range(12, 2, -1))
    with django_assert_num_queries(QUERIES):
        found = learning.learning(reader=reader, now=NOW + 4 * DAY, attempts_page=2)
    assert [one.number for one in found.attempts.rows] == [2, 1]


def linked(text, rel):
    found = re.findall(rf'<a class="button" rel="{rel}" href="([^"]*)"', text)
    return [unescape(one) for one in found]


def listed(text):
    return re.findall(r"(?i)attempt (\d)</a>", text)


def test_attempts_have_pages_that_lead_to_each_other(client, quiz, monkeypatch):
    ada = make_learner(quiz.course)
    client.force_login(ada.user)
    for number in range(3):
        take_quiz(ada, quiz, RIGHT, WRONG, now=NOW + number * DAY)
    monkeypatch.setattr(learning, "ATTEMPTS", 2)
    monkeypatch.setattr(progress, "_ATTEMPTS", 2)
    course = reverse("cx_courses:my-learning", args=[quiz.course.key])
    for url in (course, reverse("cx_courses:progress")):
        first = client.get(url).text
        assert linked(first, "prev") == []
        assert linked(first, "next") == ["?attempts=2#attempts-title"]
        second = client.get(f"{url}?attempts=2").text
        assert linked(second, "prev") == ["?attempts=1#attempts-title"]
        assert linked(second, "next") == []
        assert [listed(first), listed(second)] == [["3", "2"], ["1"]]
        for nonsense in ("9", "0", "-1", "one", "²", "99999", ""):
            assert listed(client.get(f"{url}?attempts={nonsense}").text) == ["3", "2"]
    assert linked(client.get(f"{course}?journal=3&attempts=2").text, "prev") == [
        "?attempts=1#attempts-title"
    ]


def test_certificates_are_linked_with_their_pdf_until_they_are_revoked(client, quiz):
    CertificateRule.objects.create(course=quiz.course, quiz=quiz)
    quiz.course.refresh_from_db()
    ada = make_learner(quiz.course)
    assert "certificates-title" not in page(client, ada)
    take_quiz(ada, quiz, RIGHT, RIGHT)
    row = Certificate.objects.get()
    pdf = reverse("cx_courses:certificate-pdf", args=[row.uuid])
    text = page(client, ada)

    assert f'href="{reverse("cx_courses:certificate", args=[row.uuid])}"' in text
    assert pdf in text
    assert str(row.uuid) not in page(client, make_learner(quiz.course))
    certificates.revoke(certificate=row, reason="By mistake.", by=ada.user, now=NOW)
    text = page(client, ada)
    assert "Revoked" in text
    assert pdf not in text
