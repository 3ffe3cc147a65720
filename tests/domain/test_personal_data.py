"""A person can take their data along, and can be forgotten."""

import json

import pytest

from courses.domain import personal_data
from courses.models import Attempt, Enrolment, Event, Response
from tests.domain.test_attempts import save, submit
from tests.factories import NOW, RIGHT, make_learner, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def ada():
    from courses.domain import attempts

    quiz = make_quiz(questions=1)
    learner = make_learner(quiz.course, username="ada")
    sitting = attempts.start(reader=reader_of(learner), quiz_key=quiz.key, by=learner.user, now=NOW)
    save(sitting, 1, RIGHT)
    submit(sitting)
    return learner


def test_export_holds_every_response_and_is_plain_json(ada):
    found = json.loads(json.dumps(personal_data.export(user=ada.user, now=NOW)))

    assert found["person"]["username"] == "ada"
    attempt = found["enrolments"][0]["attempts"][0]
    assert (attempt["percent"], attempt["responses"][0]["value"]) == ("100.000", RIGHT)


def test_erasure_removes_the_records_and_nobody_elses(ada):
    other = make_learner(ada.course)

    personal_data.erase(user=ada.user, now=NOW)

    assert list(Enrolment.objects.all()) == [other]
    left = Event.objects.order_by("pk").values_list("type", "enrolment")
    assert list(left) == [("enrolment.created", other.pk), ("person.erased", None)]
    assert not Attempt.objects.exists()
    assert not Response.objects.exists()
    ada.user.refresh_from_db()
    assert (ada.user.email, ada.user.is_active) == ("", False)
    assert ada.user.username == f"erased-{ada.user.pk}"
    assert not ada.user.has_usable_password()
