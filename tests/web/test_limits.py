"""At the limit of what is stored: 413, and what was typed is still in its field."""

import pytest
from django.urls import reverse

from courses.domain import attempts
from courses.domain.attempts import limits
from tests.factories import NOW, ModuleFactory, QuizFactory, add_item, make_learner, make_question
from tests.factories import reader_of as reader
from tests.questions.cases import EXAMPLES

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(client, monkeypatch):
    monkeypatch.setattr(limits, "ATTEMPT_BYTES", 30)
    quiz = QuizFactory(module=ModuleFactory())
    essay = make_question(quiz.module, kind="essay", data=EXAMPLES["essay"][0])
    add_item(quiz, essay, position=1)
    learner = make_learner(quiz.course)
    client.force_login(learner.user)
    by = learner.user
    return attempts.start(reader=reader(learner), quiz_key=quiz.key, by=by, now=NOW)


def test_script_gets_the_reason_and_a_remedy(client, sitting):
    url = reverse("cx_courses:attempt-save", args=[sitting.uuid, 1])
    sent = {"i1-based_on": "0", "i1-text": "A text of some length, indeed."}
    answer = client.post(url, sent, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (413, "too_much")
    assert "2 MB" in answer.json()["message"]
    assert client.post(url, sent).status_code == 413


def test_a_form_gets_its_text_back(client, sitting):
    url = reverse("cx_courses:attempt", args=[sitting.uuid])
    sent = {"i1-based_on": "0", "i1-text": "A text of some length, indeed."}
    page = client.post(url, sent)

    assert page.status_code == 409
    assert "2 MB" in page.content.decode()
    assert "A text of some length, indeed.</textarea>" in page.content.decode()
