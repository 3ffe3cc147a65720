"""The page of the daily review, with and without a script."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courses.domain import lessons
from courses.models import Attempt
from tests.factories import NOW, RIGHT, ModuleFactory, make_learner, make_lesson, reader_of

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(days=30)


class Desk:
    """A learner who completed lessons a month ago; `size` of their checks are due."""

    def __init__(self, client: Client, size: int = 3) -> None:
        self.client = client
        self.lesson = make_lesson(
            key="pills", checks=size, review=size, module=ModuleFactory(course__key="cx")
        )
        self.enrolment = make_learner(self.lesson.module.course)
        client.force_login(self.enrolment.user)

    def learn(self) -> None:
        for key in self.lesson.review:
            lessons.respond(
                reader=reader_of(self.enrolment),
                lesson_key="pills",
                question_key=key,
                raw=RIGHT,
                based_on=0,
                by=self.enrolment.user,
                now=NOW,
            )

    def url(self, name: str = "daily-review", *more: str) -> str:
        return reverse(f"cx_courses:{name}", args=["cx", *more])

    def page(self, url: str = "") -> str:
        response = self.client.get(url or self.url())
        assert response.status_code == 200
        return re.sub(r"\s+", " ", response.text)

    def respond(self, key: str, choice: str = "", **extra):
        data = {f"c-{key}-based_on": 0} | ({f"c-{key}-choice": choice} if choice else {})
        return self.client.post(self.url("daily-review-card", key), data, **extra)


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def later(desk):
    """The same learner a month later."""
    desk.learn()
    with time_machine.travel(LATER, tick=False):
        # Sessions end within a month.
        desk.client.force_login(desk.enrolment.user)
        yield desk


def test_before_anything_is_learned_the_page_says_what_it_is_for(desk):
    text = desk.page()
    assert "There are no cards yet." in text
    assert text.count("button-primary") == 1
    assert "<span>Next: " in text


def test_when_nothing_is_due_the_page_says_when_something_will_be(desk):
    desk.learn()
    with time_machine.travel(NOW, tick=False):
        desk.client.force_login(desk.enrolment.user)
        text = desk.page()

    assert "Nothing is due today." in text
    assert "3 cards are waiting; the next is due on" in text


def shown(text):
    return re.findall(r'id="check-([\w-]+)"', text)


def test_one_card_stands_on_the_page_and_reveals_nothing(later):
    text = later.page()

    assert len(shown(text)) == 1
    assert "Card 1 of 3" in text
    assert text.count('class="bead') == 3 + 1
    assert "About 2 min left today" in text
    assert "It follows her goal." not in text


def test_a_card_without_a_script_returns_to_its_place_with_the_reason(later):
    key = shown(later.page())[0]
    response = later.respond(key, "b")

    assert response.url == later.url() + f"?card={key}#check-{key}"
    text = later.page(response.url)
    assert "It follows her goal." in text
    assert "This card comes back on" in text
    assert "Read lesson 1.1 again" in text
    assert "Next card" in text
    assert shown(later.page()) != [key]
    assert "Card 2 of 3" in later.page()


def test_an_unknown_card_in_the_address_is_the_one_that_is_next(later):
    assert shown(later.page(later.url() + "?card=nothing")) == shown(later.page())


def test_a_card_can_be_put_off_until_tomorrow(later):
    key = shown(later.page())[0]
    assert "Not today: ask me tomorrow" in later.page()
    response = later.client.post(later.url("daily-review-snooze", key))

    assert response.url == later.url()
    assert shown(later.page()) != [key]
    assert "Card 1 of 2" in later.page()
    assert later.client.post(later.url("daily-review-snooze", "no-such")).status_code == 404


def test_the_end_says_what_was_right_and_what_to_read_again(later):
    for choice in ("b", "b", "a"):
        later.respond(shown(later.page())[0], choice)
    text = later.page()

    assert "That is all for today." in text
    assert "You answered 3 cards, 2 of them right." in text
    assert "The next cards come on" in text
    assert "Worth another look" in text
    assert reverse("cx_courses:lesson", args=["cx", "pills"]) in text
    assert text.count("button-primary") == 1


def test_a_card_is_swapped_in_place_by_a_script(later):
    *others, last = later.lesson.review
    for key in others:
        later.respond(key, "a")
    response = later.respond(last, "b", headers={"X-Fragment": "check"})

    assert response.headers["X-Fragment"] == "check"
    assert f'id="check-{last}"' in response.text
    assert "Finish" in response.text
    assert "Next card" not in response.text


def test_nothing_chosen_is_refused_in_words(later):
    key = later.lesson.review[0]
    page = later.respond(key)
    fragment = later.respond(key, headers={"X-Fragment": "check"})

    assert (page.status_code, fragment.status_code) == (400, 400)
    assert "Choose or write something first." in page.text
    assert fragment.headers["X-Fragment"] == "notice"
    assert not Attempt.objects.filter(quiz__is_review=True).exists()


def test_after_a_set_the_next_one_can_be_taken(client, settings):
    settings.COURSES_REVIEW_SET = 2
    desk = Desk(client)
    desk.learn()
    with time_machine.travel(LATER, tick=False):
        client.force_login(desk.enrolment.user)
        for _number in range(2):
            desk.respond(shown(desk.page())[0], "b")
        text = desk.page()
        assert "That is all for today." in text
        assert "More cards are ready, if you like." in text

        response = client.post(desk.url("daily-review-next"))
        assert response.url == desk.url()
        desk.respond(shown(desk.page())[0], "b")
        text = desk.page()
        assert "That is all for today." in text
        assert "More cards are ready" not in text


def test_no_page_says_more_are_due_than_are_asked(client, settings):
    settings.COURSES_REVIEW_SET = 2
    desk = Desk(client)
    desk.learn()
    with time_machine.travel(LATER, tick=False):
        client.force_login(desk.enrolment.user)
        assert "2 due" in desk.page(reverse("cx_courses:catalogue"))
        for _number in range(2):
            desk.respond(shown(desk.page())[0], "b")
        assert " due</span>" not in desk.page(reverse("cx_courses:course", args=["cx"]))


def test_every_way_in_says_how_many_are_due(later):
    for name, args in (("catalogue", []), ("course", ["cx"]), ("progress", [])):
        text = later.page(reverse(f"cx_courses:{name}", args=args))
        assert "3 due" in text, name
        assert later.url() in text, name


def test_the_lesson_says_what_comes_back(desk):
    text = desk.page(reverse("cx_courses:lesson", args=["cx", "pills"]))

    assert "3 of these checks come back in your daily review" in text


def test_the_daily_review_is_no_attempt_among_the_attempts(later):
    later.respond(later.lesson.review[0], "b")
    text = later.page(reverse("cx_courses:progress"))

    assert "Daily review, attempt" not in text


@pytest.mark.parametrize("size", [2, 3, 10])
def test_queries_do_not_grow_with_the_set(client, size, django_assert_num_queries):
    desk = Desk(client, size)
    desk.learn()
    with time_machine.travel(LATER, tick=False):
        client.force_login(desk.enrolment.user)
        desk.page()
        # Session, person, enrolment with course; open set, cards, dates.
        with django_assert_num_queries(7):
            desk.page()
        desk.respond(desk.lesson.review[0], "b")
        desk.page()
        # The items of the set instead of the cards.
        with django_assert_num_queries(7):
            desk.page()
