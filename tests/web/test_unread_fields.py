"""Forms: a field that the question does not have is refused with its name, never dropped."""

import pytest
from django.urls import reverse

from courses.domain import attempts
from courses.models import Response
from tests.factories import NOW, make_learner, make_quiz, reader_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(client):
    quiz = make_quiz(questions=1)
    learner = make_learner(quiz.course)
    client.force_login(learner.user)
    return attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=NOW)


def test_form_with_an_unknown_field_names_it(client, sitting):
    url = reverse("cx_courses:attempt", args=[sitting.uuid])
    answer = client.post(url, {"i1-based_on": "0", "i1-choices": "a"})

    assert answer.status_code == 409
    assert "choices" in answer.content.decode()
    assert Response.objects.count() == 0


def test_script_with_an_unknown_field_gets_its_name(client, sitting):
    url = reverse("cx_courses:attempt-save", args=[sitting.uuid, 1])
    sent = {"i1-based_on": "0", "i1-choices": "a"}
    answer = client.post(url, sent, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable_response")
    assert "choices" in answer.json()["message"]


def test_a_form_in_which_nothing_is_chosen_is_no_mistake(client, sitting):
    url = reverse("cx_courses:attempt", args=[sitting.uuid])

    assert client.post(url, {"i1-based_on": "0"}).status_code == 302
