"""Giving up the other attempts on the pages: the offer, the confirmation, what follows."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.domain import sections
from courses.models import Attempt
from tests.factories import NOW, RIGHT, make_learner, take_quiz
from tests.web.seat import Seat

pytestmark = pytest.mark.django_db
OFFER = "Give up the other attempts"


@pytest.fixture
def seat(client: Client) -> Seat:
    found = Seat(client, questions=1, kind="exam", attempts_allowed=2, giving_up="allowed")
    found.uuid = take_quiz(found.enrolment, found.quiz, RIGHT).uuid
    return found


def test_review_leads_to_a_page_that_asks_and_back_to_the_explanations(seat: Seat) -> None:
    html = seat.html(seat.url("review"))
    assert OFFER in html
    assert seat.url("attempt-give-up") in html
    assert "That counts work." not in html

    asked = seat.html(seat.url("attempt-give-up"))
    assert "1 attempt is left" in asked
    assert "You cannot undo this" in asked
    assert not Attempt.objects.exclude(gave_up_at=None)

    response = seat.client.post(seat.url("attempt-give-up"))
    assert response.url == seat.url("review")
    html = seat.html(seat.url("review"))
    assert "That counts work." in html
    assert OFFER not in html
    assert "Take the quiz again" not in html


RULE = "you can give up the attempts that are left"


@pytest.mark.parametrize(
    ("settings", "is_said"),
    [
        ({}, True),
        ({"giving_up": "refused"}, False),
        ({"giving_up": "by_kind"}, False),
        ({"attempts_allowed": 1}, False),
        ({"attempts_allowed": None}, False),
        ({"kind": "graded"}, False),
        ({"closes_at": NOW + timedelta(days=9000)}, False),
    ],
)
def test_rules_say_before_the_start_that_attempts_may_be_given_up(
    client: Client, settings: dict[str, Any], is_said: bool
) -> None:
    rules = {"kind": "exam", "attempts_allowed": 2, "giving_up": "allowed", **settings}
    seat = Seat(client, questions=1, **rules)
    assert (RULE in seat.html(seat.quiz_url())) is is_said


def test_rules_do_not_offer_it_where_another_class_has_a_closing_date(client: Client) -> None:
    seat = Seat(client, questions=1, kind="exam", attempts_allowed=2, giving_up="allowed")
    other = sections.add(course=seat.course, title="Other", now=NOW)
    closes_at = NOW + timedelta(days=9000)
    sections.set_dates(section=other, quiz=seat.quiz, opens_at=None, closes_at=closes_at)
    assert RULE not in seat.html(seat.quiz_url())


def test_quiz_page_says_so_and_starts_nothing(seat: Seat) -> None:
    for _ in range(2):
        seat.client.post(seat.url("attempt-give-up"))
    html = seat.html(seat.quiz_url())
    assert "You gave up your remaining attempts" in html
    assert seat.quiz_url("quiz-start") not in html
    seat.client.post(seat.quiz_url("quiz-start"))
    assert Attempt.objects.count() == 1


def test_refusal_is_shown_on_the_review(seat: Seat) -> None:
    seat.quiz.giving_up = "refused"
    seat.quiz.save()
    assert OFFER not in seat.html(seat.url("review"))
    assert seat.client.get(seat.url("attempt-give-up")).url == seat.url("review")
    response = seat.client.post(seat.url("attempt-give-up"), follow=True)
    assert "cannot be given up" in response.content.decode()
    assert not Attempt.objects.exclude(gave_up_at=None)


def test_open_attempt_comes_first(seat: Seat) -> None:
    passed = seat.uuid
    seat.begin()
    give_up = reverse("cx_courses:attempt-give-up", args=[passed])
    response = seat.client.post(give_up, follow=True)
    assert "Hand in the attempt that is open first." in response.content.decode()
    assert seat.client.get(seat.url("attempt-give-up")).url == seat.url()


def test_nobody_else_gives_up_for_a_learner(seat: Seat) -> None:
    other = Client()
    other.force_login(make_learner(seat.course).user)
    for method in (other.get, other.post):
        assert method(seat.url("attempt-give-up")).status_code == 404
    assert not Attempt.objects.exclude(gave_up_at=None)
