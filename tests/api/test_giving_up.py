"""Giving up the other attempts through the API."""

import pytest

from courses.models import Attempt, Event
from tests.api.platform import Platform
from tests.factories import RIGHT, make_quiz, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture
def path(platform):
    quiz = make_quiz(questions=1, kind="exam", attempts_allowed=2, giving_up="allowed")
    platform.learner("a-1", course=quiz.course)
    passed = take_quiz(platform.enrolment("a-1"), quiz, RIGHT)
    return f"/learners/a-1/attempts/{passed.uuid}"


def test_review_offers_it_and_explains_everything_afterwards(platform, path):
    before = platform.get(f"{path}/review").json()
    assert before["may_give_up"] is True
    assert before["reveal"]["explanation"] is False

    done = platform.post(f"{path}/give-up", {})
    assert done.status_code == 200
    assert done.json()["number"] == 1
    assert platform.post(f"{path}/give-up", {}).json() == done.json()
    assert Event.objects.filter(type="attempts.given_up").count() == 1

    after = platform.get(f"{path}/review").json()
    assert after["reveal"]["explanation"] is True
    assert after["may_start"] is False
    assert after["may_give_up"] is False


def test_no_attempt_begins_after_it(platform, path):
    platform.post(f"{path}/give-up", {})
    quiz = Attempt.objects.get().quiz
    place = f"/learners/a-1/courses/{quiz.course.key}/quizzes/{quiz.key}"
    standing = platform.get(place).json()
    assert standing["may_start"] is False
    assert standing["attempts_left"] == 0
    assert "gave up" in standing["refusal"]
    assert platform.post(f"{place}/attempts", {}).status_code == 409


def test_refused_where_the_quiz_does_not_let_them(platform, path):
    quiz = Attempt.objects.get().quiz
    quiz.giving_up = "by_kind"
    quiz.save()
    assert platform.get(f"{path}/review").json()["may_give_up"] is False
    assert platform.post(f"{path}/give-up", {}).status_code == 409
    assert not Attempt.objects.exclude(gave_up_at=None)


def test_attempt_of_another_learner_is_not_found(platform, path):
    platform.learner("b-2", course=Attempt.objects.get().quiz.course)
    other = path.replace("a-1", "b-2")
    assert platform.post(f"{other}/give-up", {}).status_code == 404
