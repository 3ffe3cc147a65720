"""An unexpected error in a request that writes leaves nothing stored, wherever it comes."""

from itertools import count

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connections

from courses.bulk import insert
from courses.domain import attempts, learners
from courses.models import Attempt, Event, ExternalIdentity
from tests.api.platform import Platform, problem
from tests.factories import NOW, RIGHT, make_quiz, reader_of

pytestmark = pytest.mark.django_db


class World:
    """A platform with a learner in an open attempt."""

    def __init__(self) -> None:
        self.platform = Platform()
        self.quiz = make_quiz(questions=1)
        self.course = self.quiz.course.key
        self.platform.learner(course=self.quiz.course)
        self.reader = reader_of(self.platform.enrolment())
        self.user = self.reader.enrolled().user
        self.own = f"/learners/a-1/courses/{self.course}"

    def attempt(self) -> Attempt:
        return attempts.start(reader=self.reader, quiz_key=self.quiz.key, by=self.user, now=NOW)

    def item(self) -> str:
        return f"/learners/a-1/attempts/{self.attempt().uuid}/items/1"


def put_learner(world):
    return lambda **more: world.platform.put("/learners/a-2", {"first_name": "Bo"}, **more)


def bulk(world):
    rows = [{"external_id": f"b-{number}"} for number in range(3)]
    return lambda **more: world.platform.post("/learners", {"learners": rows}, **more)


def start(world):
    path = f"{world.own}/quizzes/{world.quiz.key}/attempts"
    return lambda **more: world.platform.post(path, {}, **more)


def save(world):
    path = f"{world.item()}/responses"
    return lambda **more: world.platform.post(path, {"response": RIGHT, "based_on": 0}, **more)


def submit(world):
    path = f"/learners/a-1/attempts/{world.attempt().uuid}/submit"
    return lambda **more: world.platform.post(path, {}, **more)


def grade(world):
    attempt = world.attempt()
    attempts.submit(attempt=attempt, by=world.user, now=NOW)
    path = f"/learners/a-1/attempts/{attempt.uuid}/items/1/gradings"
    return lambda **more: world.platform.post(path, {"scaled": 1}, **more)


def author(world):
    path = f"/authoring/courses/{world.course}/objectives"
    body = {"key": "NEW-1", "module": world.quiz.module.key, "text": "Do it.", "bloom": "apply"}
    return lambda **more: world.platform.post(path, body, **more)


WRITES = [put_learner, bulk, start, save, submit, grade, author]


def stored():
    """Every row of the app and every account, as they are in the database."""
    models = [*apps.get_app_config("cx_courses").get_models(), get_user_model()]
    return {
        model.__name__: sorted(map(repr, model._base_manager.values_list()))
        for model in models
        if model.__name__ != "ApiKey"  # its last use is noted, also of what fails
    }


def insert_no_events(rows, **_kwargs):
    if any(isinstance(row, Event) for row in rows):
        raise ZeroDivisionError
    insert(rows, **_kwargs)


@pytest.fixture(params=[False, True], ids=["plain", "atomic requests"])
def atomic_requests(request, monkeypatch):
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", request.param)


@pytest.mark.parametrize("key", [{}, {"idempotency_key": "k1"}], ids=["no key", "key"])
@pytest.mark.parametrize("write", WRITES)
def test_an_error_after_the_write_takes_it_back(write, key, atomic_requests, monkeypatch):
    call = write(World())
    before = stored()

    with monkeypatch.context() as patch:
        patch.setattr("rest_framework.response.Response.__init__", after_the_first_failure())
        problem(call(**key), 500, "server_error")
    assert stored() == before

    assert call(**key).status_code in (200, 201)
    assert stored() != before


def after_the_first_failure():
    """The view's own answer fails, the problem that reports it does not."""
    from rest_framework.response import Response

    real, calls = Response.__init__, count()

    def init(self, *args, **kwargs):
        if next(calls) == 0:
            raise ZeroDivisionError
        real(self, *args, **kwargs)

    return init


def test_an_error_at_a_later_row_takes_back_the_earlier_ones(atomic_requests, monkeypatch):
    call = bulk(World())
    before, upsert = stored(), learners.upsert

    def fails_late(**kwargs):
        if kwargs["external_id"] == "b-2":
            raise ZeroDivisionError
        return upsert(**kwargs)

    monkeypatch.setattr(learners, "upsert", fails_late)
    problem(call(), 500, "server_error")
    assert stored() == before


@pytest.mark.parametrize("write", [start, submit])
def test_failing_event_rolls_back_its_change(write, atomic_requests, monkeypatch):
    call = write(World())
    before = stored()

    monkeypatch.setattr("courses.bulk.insert", insert_no_events)
    problem(call(), 500, "server_error")
    assert stored() == before


def test_a_refused_row_stops_no_other_and_takes_nothing_back(atomic_requests):
    rows = [{"external_id": "b-1"}, {"external_id": "me"}, {"external_id": "b-3"}]
    answer = World().platform.post("/learners", {"learners": rows})
    assert [one["status"] for one in answer.json()["results"]] == [201, 400, 201]
    assert ExternalIdentity.objects.filter(subject__startswith="b-").count() == 2


def test_attempt_closed_during_a_refused_request_stays_closed(atomic_requests):
    world = World()
    world.quiz.time_limit_s = 60
    world.quiz.save()
    attempt = world.attempt()
    path = f"/learners/a-1/attempts/{attempt.uuid}/items/1/responses"
    problem(world.platform.post(path, {"response": RIGHT, "based_on": 0}), 409, "closed")
    attempt.refresh_from_db()
    assert attempt.submitted_at is not None
