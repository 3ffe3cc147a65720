"""The page before a quiz."""

import datetime as dt
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.models import Accommodation, Attempt
from tests.domain.test_gains import make_tests, read_all, sit
from tests.factories import (
    RIGHT,
    WRONG,
    ModuleFactory,
    UserFactory,
    make_learner,
    make_quiz,
    take_quiz,
)
from tests.web.seat import Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(client: Client) -> Seat:
    return Seat(client, attempts_allowed=2, time_limit_s=1800, grade_method="last")


def test_anonymous_visitor_is_sent_to_sign_in(seat: Seat) -> None:
    response = Client().get(seat.quiz_url())
    assert response.status_code == 302
    assert response.url.startswith("/account/sign-in/?next=")


def test_somebody_who_is_not_enrolled_is_sent_to_the_course(seat: Seat) -> None:
    other = Client()
    other.force_login(UserFactory())
    response = other.get(seat.quiz_url())
    assert (response.status_code, response.url) == (302, f"/courses/{seat.course.key}/")


def test_the_page_says_what_will_happen(seat: Seat) -> None:
    html = seat.html(seat.quiz_url())
    assert "30 min" in html
    assert "80%" in html
    assert "Of several attempts the last one counts." in html
    assert "You can change your responses until you submit" in html


LATE = {"just_after": ["points"], "later": ["points"]}
VERDICTS = ["response", "correctness"]
CLOSES = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({}, "until you submit. The right answers are shown afterwards."),
        ({"review": LATE, "attempts_allowed": 2}, "are shown when you have no attempts left"),
        ({"review": LATE, "attempts_allowed": 2, "closes_at": CLOSES}, "closed for everybody"),
        ({"review": LATE}, "your responses until you submit.</li>"),
        (
            {"review": {"just_after": VERDICTS}},
            "submit. Afterwards you see which of them are right.",
        ),
        (
            {"review": {**LATE, "after_close": VERDICTS}, "attempts_allowed": 2},
            "submit. You see which of them are right when you have no attempts left.",
        ),
        (
            {"review": {**LATE, "after_close": VERDICTS}, "closes_at": CLOSES},
            "submit. You see which of them are right once the quiz has closed for everybody.",
        ),
        (
            {"review": {"just_after": [], "after_close": []}},
            "your responses until you submit.</li>",
        ),
    ],
)
def test_the_page_says_when_what_was_right_is_shown(client: Client, rules, text: str) -> None:
    seat = Seat(client, **rules)
    assert text in seat.html(seat.quiz_url())


def test_the_time_is_the_learners_own(seat: Seat) -> None:
    Accommodation.objects.create(user=seat.enrolment.user, course=seat.course, time_factor=2)
    assert "60 min (30 + 30)" in seat.html(seat.quiz_url())


def test_start_leads_to_the_attempt_and_to_the_same_one_again(seat: Seat) -> None:
    first = seat.client.post(seat.quiz_url("quiz-start"))
    second = seat.client.post(seat.quiz_url("quiz-start"))
    assert first.url == second.url == f"/attempts/{seat.attempt.uuid}/"
    assert "Continue the attempt" in seat.html(seat.quiz_url())


def test_a_quiz_that_is_not_open_says_when_it_will_be(client: Client) -> None:
    seat = Seat(client, opens_at=timezone.now() + timedelta(days=2))
    html = seat.html(seat.quiz_url())
    assert "You cannot start this quiz at the moment." in html
    assert "This quiz opens on" in html
    assert 'action="' + seat.quiz_url("quiz-start") not in html


def test_a_refused_start_comes_back_with_the_reason(client: Client) -> None:
    seat = Seat(client, opens_at=timezone.now() + timedelta(days=2))
    response = seat.client.post(seat.quiz_url("quiz-start"), follow=True)
    assert "This quiz opens on" in response.content.decode()
    assert Attempt.objects.count() == 0


def test_attempts_so_far_lead_to_their_reviews(seat: Seat) -> None:
    attempt = seat.begin()
    seat.client.post(seat.url("attempt-submit"))
    html = seat.html(seat.quiz_url())
    assert f'href="/attempts/{attempt.uuid}/review/"' in html
    assert "Start another attempt" in html


def test_a_pass_is_not_followed_by_a_warning(client: Client) -> None:
    seat = Seat(client, attempts_allowed=1)
    seat.begin()
    for position in (1, 2):
        seat.save(position, "b")
    client.post(seat.url("attempt-submit"))
    html = seat.html(seat.quiz_url())
    assert "You have passed this quiz." in html
    assert "You cannot start this quiz at the moment." not in html
    assert "notice-warning" not in html


def test_queries_do_not_grow_with_questions_or_attempts(
    client: Client, django_assert_max_num_queries
) -> None:
    seat = Seat(client, questions=6)
    for _ in range(3):
        seat.begin()
        seat.client.post(seat.url("attempt-submit"))
    with django_assert_max_num_queries(12):
        seat.html(seat.quiz_url())


def test_a_post_test_shows_before_and_after(client):
    pretest, post_test = make_tests()
    ada = make_learner(pretest.course)
    client.force_login(ada.user)
    address = reverse("cx_courses:quiz", args=[pretest.course.key, post_test.key])
    locked = client.get(address).text
    assert "It opens when these lessons of the module are done:" in locked
    first = pretest.module.lessons.first()
    lesson = reverse("cx_courses:lesson", args=[pretest.course.key, first.key])
    assert locked.count(f'href="{lesson}"') >= 2
    read_all(ada)
    sit(ada, pretest, WRONG, RIGHT)
    assert "Before and after" not in client.get(address).text
    closed = sit(ada, post_test, RIGHT, RIGHT)
    for page in (address, reverse("cx_courses:review", args=[closed.uuid])):
        html = client.get(page).text
        assert "Pre-test: 1 of 2 right. Post-test: 2 of 2 right." in html
        assert len(re.findall(r"1 of 1\s*</td>", html)) == 3


def step_of(html):
    """The main buttons of a page, as their addresses."""
    return re.findall(r'<a class="button button-primary" href="([^"]+)"', html)


def test_main_button_of_a_passed_quiz_is_what_is_next(client):
    first, second, last = (
        make_quiz(questions=1, module=module) for module in three_modules("a", "b", "c")
    )
    ada = make_learner(first.course)
    client.force_login(ada.user)
    page = reverse("cx_courses:quiz", args=[first.course.key, first.key])
    assert "button-primary" in client.get(page).text
    assert step_of(client.get(page).text) == []
    sitting = take_quiz(ada, first, RIGHT)
    then = reverse("cx_courses:quiz", args=[first.course.key, second.key])
    review = reverse("cx_courses:review", args=[sitting.uuid])
    for html in (client.get(page).text, client.get(review).text):
        assert step_of(html) == [then]
        assert f"Next: {second.title}" in html
        assert "Module 2 is next:" in html
    assert "You have passed this quiz." in client.get(page).text
    take_quiz(ada, second, RIGHT)
    take_quiz(ada, last, RIGHT)
    assert step_of(client.get(page).text) == [
        reverse("cx_courses:course-complete", args=[first.course.key])
    ]


def test_quiz_that_others_must_be_passed_for_links_to_them(client):
    needed, exam = (make_quiz(questions=1, module=module) for module in three_modules("a", "b"))
    exam.requires_modules.add(needed.module)
    client.force_login(make_learner(needed.course).user)
    html = client.get(reverse("cx_courses:quiz", args=[exam.course.key, exam.key])).text
    where = reverse("cx_courses:quiz", args=[exam.course.key, needed.key])
    assert "It opens when these are passed:" in html
    assert f'<a href="{where}"> {needed.title}</a>' in html
    assert step_of(html) == [where]


def test_no_attempt_left_leads_on_all_the_same(client):
    first, second = (
        make_quiz(questions=1, module=module, attempts_allowed=1)
        for module in three_modules("a", "b")
    )
    ada = make_learner(first.course)
    client.force_login(ada.user)
    page = reverse("cx_courses:quiz", args=[first.course.key, first.key])
    assert "This starts attempt 1 of 1, and it counts." in client.get(page).text
    take_quiz(ada, first, WRONG)
    html = client.get(page).text
    assert "You have used all your attempts." in html
    assert step_of(html) == [reverse("cx_courses:quiz", args=[first.course.key, second.key])]


def three_modules(*keys):
    first = ModuleFactory(key=keys[0], position=1)
    return [first] + [
        ModuleFactory(key=key, position=place, course=first.course)
        for place, key in enumerate(keys[1:], start=2)
    ]
