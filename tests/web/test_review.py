"""The review of a closed attempt."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client

from courses.models import Attempt, Quiz
from tests.factories import ESSAY, ObjectiveFactory, add_item, make_learner, make_question
from tests.web.seat import Seat

pytestmark = pytest.mark.django_db


def finished(seat: Seat, *choices: str) -> str:
    seat.begin()
    for position, choice in enumerate(choices, start=1):
        seat.save(position, choice)
    seat.client.post(seat.url("attempt-submit"))
    return seat.html(seat.url("review"))


def test_every_option_says_why(client: Client) -> None:
    html = finished(Seat(client), "a", "b")
    for reason in ("That counts work.", "It follows her goal.", "That is our view."):
        assert html.count(reason) == 2
    for words in ("Your choice, not right", "Right, but not chosen", "Your choice, and right"):
        assert html.count(words) == 1
    assert "1 of 2 points" in html
    assert "Not passed yet" in html


def test_each_option_has_its_verdict_beside_its_reason(client: Client) -> None:
    """The reasons give only the why, so that the page adds right or not, chosen or not."""
    html = finished(Seat(client, questions=1), "a")
    before = {
        reason: html[: html.index(reason)].rpartition('class="verdict')[2].partition("</span>")[0]
        for reason in ("That counts work.", "It follows her goal.", "That is our view.")
    }
    assert "Your choice, not right" in before["That counts work."]
    assert "Right, but not chosen" in before["It follows her goal."]
    assert "Not right" in before["That is our view."]


def test_unanswered_question_has_no_choice_labels(client: Client) -> None:
    html = finished(Seat(client, questions=1))
    assert "Not answered" in html
    assert "not chosen" not in html
    assert "No response" not in html
    assert html.count("Not right") == 2


@pytest.mark.parametrize("typed", ["12.5 %", "12.5%", "12.5"])
def test_a_unit_is_shown_once_typed_or_not(client: Client, typed: str) -> None:
    blank = {"key": "a", "answer": "12.5", "unit": "%", "feedback": "So."}
    data = {"stem": "How many per cent?", "explanation": "So.", "blanks": [blank]}
    seat = Seat(client, questions=0)
    add_item(seat.quiz, make_question(seat.quiz.module, kind="numeric", data=data), position=1)
    seat.begin()
    seat.save(1, **{"i1-blank.a": typed})
    seat.client.post(seat.url("attempt-submit"))
    html = seat.html(seat.url("review"))
    value = html.partition('class="entry-value">')[2].partition("</span>")[0]
    assert value.replace(" ", "") == "12.5%"


def test_an_exam_shows_the_score_and_when_there_is_more(client: Client) -> None:
    html = finished(Seat(client, kind="exam", attempts_allowed=2), "b", "b")
    assert "2 of 2 points" in html
    assert "It follows her goal." not in html
    assert "Your choice, and right" not in html
    assert "You will see more once you have used all your attempts." in html


def test_the_review_says_that_the_time_was_over(client: Client) -> None:
    seat = Seat(client, time_limit_s=600)
    begun = seat.begin().started_at
    for late in (1, -0.5):
        with time_machine.travel(begun + dt.timedelta(seconds=600 + late), tick=False):
            client.post(seat.url("attempt-submit"))
            html = seat.html(seat.url("review"))
        assert "Your time was up." in html
        begun = seat.begin().started_at
    assert "Your time was up." not in finished(Seat(Client(), time_limit_s=600), "a")


def test_wrong_answers_filter_works_without_a_script(client: Client) -> None:
    seat = Seat(client, questions=3)
    html = finished(seat, "b", "a")
    url = seat.url("review")
    assert "All (3)" in html
    assert f'href="{url}?show=wrong#questions"' in html
    assert re.findall(r'<article class="item" id="item-(\d)"', html) == ["1", "2", "3"]
    wrong = seat.html(f"{url}?show=wrong")
    assert re.findall(r'<article class="item" id="item-(\d)"', wrong) == ["2", "3"]
    assert "Only those not right (2)" in wrong


def test_filter_is_hidden_where_it_would_reveal_or_be_empty(client: Client) -> None:
    hidden = finished(Seat(client, kind="exam", attempts_allowed=2, questions=2), "a", "b")
    assert "Only those not right" not in hidden
    assert "Only those not right" not in finished(Seat(Client()), "b", "b")


def test_an_open_attempt_goes_on_instead(client: Client) -> None:
    seat = Seat(client)
    seat.begin()
    assert seat.client.get(seat.url("review")).url == seat.url()


def test_objectives_say_what_to_repeat(client: Client) -> None:
    seat = Seat(client, questions=0)
    for position, text in enumerate(["tell views apart", "name the parts"], start=1):
        objective = ObjectiveFactory(module=seat.quiz.module, text=text)
        question = make_question(seat.quiz.module, objective=objective)
        add_item(seat.quiz, question, position=position)
    html = finished(seat, "b", "a")
    assert html.index("Met in this attempt") < html.index("Needs more practice")
    assert "Where you can improve most:" in html
    assert html.count("name the parts") == 2


def test_an_essay_waits_for_a_person(client: Client) -> None:
    seat = Seat(client, questions=1)
    add_item(seat.quiz, make_question(seat.quiz.module, kind="essay", data=ESSAY), position=2)
    seat.begin()
    seat.save(1, "b")
    seat.save(2, **{"i2-text": "Because."})
    seat.client.post(seat.url("attempt-submit"))
    html = seat.html(seat.url("review"))
    assert "Part of this attempt has not been graded yet." in html
    assert "A person will read and grade this text." in html


def test_instructor_sees_everything_and_anonymous_nothing(client: Client) -> None:
    seat = Seat(client, kind="exam", attempts_allowed=2)
    finished(seat, "a", "b")
    teacher, outsider = Client(), Client()
    teacher.force_login(make_learner(seat.course, role="instructor").user)
    outsider.force_login(make_learner(seat.course).user)
    page = teacher.get(seat.url("review")).text
    assert "It follows her goal." in page
    assert f"This is the attempt of {seat.enrolment.user.get_username()}." in page
    assert "This is the attempt" not in seat.html(seat.url("review"))
    Quiz.objects.update(anonymous_marking=True)
    page = teacher.get(seat.url("review")).text
    assert "This is the attempt of a learner." in page
    assert seat.enrolment.user.get_username() not in page
    assert outsider.get(seat.url("review")).status_code == 404


def test_a_script_gets_no_page_it_could_keep(client: Client) -> None:
    seat = Seat(client)
    finished(seat, "a")
    assert "no-store" in seat.client.get(seat.url("review"))["Cache-Control"]


@pytest.mark.parametrize("questions", [1, 4])
def test_queries_do_not_grow_with_the_questions(
    client: Client, questions: int, django_assert_max_num_queries
) -> None:
    seat = Seat(client, questions=questions)
    finished(seat, *["b"] * questions)
    with django_assert_max_num_queries(16):
        seat.html(seat.url("review"))
    assert Attempt.objects.get().state == Attempt.State.GRADED
