"""The page of a learner's mistakes, and the ways to it."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.models import AttemptItem
from tests.factories import RIGHT, WRONG, ModuleFactory, make_learner, make_quiz, take_quiz

pytestmark = pytest.mark.django_db


class Desk:
    """A learner who missed the first two of three questions in a quiz."""

    def __init__(self, client):
        self.client = client
        self.quiz = make_quiz(questions=3, module=ModuleFactory(course__key="cx"))
        self.enrolment = make_learner(self.quiz.course)
        self.attempt = take_quiz(self.enrolment, self.quiz, WRONG, WRONG, RIGHT, now=timezone.now())
        client.force_login(self.enrolment.user)

    def url(self, name="mistakes", *more):
        return reverse(f"cx_courses:{name}", args=["cx", *more])

    def page(self, url=""):
        response = self.client.get(url or self.url())
        assert response.status_code == 200
        return re.sub(r"\s+", " ", response.text)

    def asked(self):
        """Return the key of the question on the page."""
        return re.search(r"/mistakes/cards/([\w-]+)/", self.page())[1]

    def respond(self, key, choice="b", **extra):
        data = {f"c-{key}-based_on": 0} | ({f"c-{key}-choice": choice} if choice else {})
        return self.client.post(self.url("mistake-card", key), data, **extra)


@pytest.fixture
def desk(client):
    return Desk(client)


def test_page_asks_one_mistake_at_a_time(desk):
    page = desk.page()
    assert "Card 1 of 2" in page
    assert page.count('class="check"') == 1
    assert "A question leaves this page when you have answered it right on two days." in page


def test_response_leads_to_the_card_with_its_reason_and_then_on(desk):
    key = desk.asked()
    answer = desk.respond(key)
    assert answer.status_code == 302
    page = desk.page(answer.url.partition("#")[0])
    assert "It follows her goal." in page
    assert "Next card" in page
    assert desk.asked() != key


def test_script_gets_the_card_alone(desk):
    answer = desk.respond(desk.asked(), headers={"x-fragment": "check"})
    assert answer.headers["X-Fragment"] == "check"
    assert "<html" not in answer.text
    assert "Next card" in answer.text


def test_empty_response_is_refused_on_the_page(desk):
    answer = desk.respond(desk.asked(), "")
    assert answer.status_code == 400
    assert "Choose or write something first." in answer.text


def test_finish_says_how_it_went_and_what_stays(desk):
    desk.respond(desk.asked())
    desk.respond(desk.asked(), "a")
    page = desk.page()
    assert "That is all for today." in page
    assert "You answered 2 cards, 1 of them right." in page
    assert "2 questions stay here until you have answered them right on two days." in page


def test_more_than_one_set_can_be_asked_for(desk, settings):
    settings.COURSES_REVIEW_SET = 1
    desk.respond(desk.asked())
    assert "Start another set" in desk.page()
    assert desk.client.post(desk.url("mistakes-next")).status_code == 302
    assert "Card 1 of 1" in desk.page()


def test_without_mistakes_the_page_says_so_and_leads_on(desk):
    desk.client.force_login(make_learner(desk.quiz.course).user)
    page = desk.page()
    assert "There are no mistakes to put right." in page
    assert "button-primary" in page


def test_review_leads_to_its_mistakes(desk):
    review = reverse("cx_courses:review", args=[desk.attempt.uuid])
    assert f'href="{desk.url()}"' in desk.page(review)


def test_review_of_what_was_all_right_does_not(desk):
    attempt = take_quiz(desk.enrolment, desk.quiz, RIGHT, RIGHT, RIGHT, now=timezone.now())
    assert desk.url() not in desk.page(reverse("cx_courses:review", args=[attempt.uuid]))


def test_review_that_hides_the_solution_does_not(desk):
    shown = ["response", "correctness", "points"]
    table = {"just_after": shown, "later": shown}
    desk.attempt.policy = {**desk.attempt.policy, "review": table}
    desk.attempt.save(update_fields=["policy"])
    assert desk.url() not in desk.page(reverse("cx_courses:review", args=[desk.attempt.uuid]))


def test_my_learning_and_the_daily_review_lead_to_it(desk):
    page = desk.page(desk.url("my-learning"))
    assert re.search(rf'href="{desk.url()}".*?<span class="badge">2</span>', page)
    page = desk.page(desk.url("daily-review"))
    assert "Practise 2 questions that you got wrong" in page


def test_page_shows_no_other_learners_mistakes(desk):
    other = make_learner(desk.quiz.course)
    take_quiz(other, desk.quiz, RIGHT, RIGHT, WRONG, now=timezone.now())
    key = AttemptItem.objects.get(attempt__enrolment=other, position=3).version.question.key
    assert desk.respond(key).status_code == 404
