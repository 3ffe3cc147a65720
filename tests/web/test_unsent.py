"""What a form without a script brings too late: kept until one signs in again, or handed back."""

import html
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from courses.models import AttemptItem
from tests.factories import (
    ESSAY,
    ModuleFactory,
    QuizFactory,
    UserFactory,
    add_item,
    make_learner,
    make_lesson,
    make_question,
)
from tests.web.seat import checked
from tests.web.test_daily_review import LATER
from tests.web.test_daily_review import Desk as ReviewDesk
from tests.web.test_lessons import Desk as LessonDesk

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
SIGN_IN = reverse("cx_courses:sign-in")


def token(page) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]


def enter(client, user):
    sent = {"username": user.username, "password": PASSWORD}
    page = client.get(SIGN_IN)
    return client.post(SIGN_IN, {**sent, "csrfmiddlewaretoken": token(page)})


def leave(client):
    """As a session that has run out: the cookie of the form's token stays."""
    del client.cookies["sessionid"]


def sign_in_again(client, answer, user):
    assert answer.status_code == 302
    assert answer.url.startswith(SIGN_IN)
    return client.post(answer.url, {"username": user.username, "password": PASSWORD}, follow=True)


def test_a_check_sent_after_the_session_ended_is_there_after_signing_in(client):
    desk = LessonDesk(client)
    first = desk.keys[0]
    leave(client)
    page = sign_in_again(client, desk.check(first, "b"), desk.enrolment.user)

    text = page.content.decode()
    assert page.request["PATH_INFO"] == desk.url()
    assert checked(text, f"c-{first}-choice") == ["b"]
    assert "You were signed out when you sent this." in text
    assert not AttemptItem.objects.filter(revision__gt=0).exists()
    assert "You were signed out" not in desk.page()


def test_a_card_sent_after_the_session_ended_is_there_after_signing_in(client):
    with time_machine.travel(LATER, tick=False):
        desk = ReviewDesk(client)
        desk.learn()
        client.force_login(desk.enrolment.user)
        key = desk.lesson.review[0]
        leave(client)
        page = sign_in_again(client, desk.respond(key, "b"), desk.enrolment.user)

    text = page.content.decode()
    assert page.status_code == 200
    assert checked(text, f"c-{key}-choice") == ["b"]


@pytest.mark.parametrize(
    "name", ["daily-review-next", "mistakes-next", "lesson-again", "lesson-confirm"]
)
def test_a_button_pressed_after_the_session_ended_leads_back_to_a_page(client, name):
    desk = LessonDesk(client)
    leave(client)
    where = ["cx"] if name.endswith("-next") else ["cx", "pills"]
    page = sign_in_again(
        client, client.post(reverse(f"cx_courses:{name}", args=where)), desk.enrolment.user
    )
    assert page.status_code == 200


def test_a_script_keeps_its_own_text(client):
    desk = LessonDesk(client)
    leave(client)
    answer = desk.check(desk.keys[0], "b", headers={"x-fragment": "check"})
    page = sign_in_again(client, answer, desk.enrolment.user)
    assert "You were signed out when you sent this." not in page.content.decode()


def essay_quiz():
    quiz = QuizFactory(module=ModuleFactory())
    add_item(quiz, make_question(quiz.module, kind="essay", data=ESSAY), position=1)
    return quiz


TEXT = 'First line\r\nhe said "<b>no</b>" & left, which took a while to write.'


def test_form_with_an_old_token_is_shown_again_complete():
    client = Client(enforce_csrf_checks=True)
    quiz = essay_quiz()
    user = make_learner(quiz.course).user
    enter(client, user)
    page = client.get(reverse("cx_courses:quiz", args=[quiz.course.key, quiz.key]))
    start = reverse("cx_courses:quiz-start", args=[quiz.course.key, quiz.key])
    attempt = client.post(start, {"csrfmiddlewaretoken": token(page)}).url
    old = token(client.get(attempt))
    client.post(reverse("cx_courses:sign-out"), {"csrfmiddlewaretoken": old})
    enter(client, user)
    sent = {"i1-based_on": "0", "i1-text": TEXT, "save": "1"}
    answer = client.post(attempt, {**sent, "csrfmiddlewaretoken": old})
    assert answer.status_code == 403

    text = answer.content.decode()
    again = dict(re.findall(r'<input type="hidden" name="(i1-[^"]+|save)" value="([^"]*)">', text))
    name, written = re.search(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', text, re.S
    ).groups()
    again[name] = html.unescape(written)
    assert again == sent
    assert f'action="{attempt}"' in text
    client.post(attempt, {**again, "csrfmiddlewaretoken": token(answer)})
    assert AttemptItem.objects.get().value == {"text": TEXT.replace("\r\n", "\n")}


def test_sent_form_is_not_shown_again_when_anonymous_or_with_a_password():
    client = Client(enforce_csrf_checks=True)
    lesson = make_lesson(checks=1)
    check = reverse("cx_courses:lesson-check", args=[lesson.module.course.key, lesson.key, "q"])
    assert "secret words" not in client.post(check, {"c-q-text": "secret words"}).content.decode()
    client.force_login(UserFactory())
    for name in ("password", "sign-up", "erase"):
        answer = client.post(reverse(f"cx_courses:{name}"), {"password1": "secret words"})
        assert answer.status_code == 403
        assert "secret words" not in answer.content.decode()
