"""The API's permission matrix: every operation × every kind of credential × own and foreign.

The table is reviewed by people; an operation without a row fails.
"""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from courses.api.schema import document
from courses.domain import attempts
from courses.models import Asset, LineItem
from courses.models.client import SCOPES
from tests.api.platform import ROOT, Platform, problem
from tests.factories import NOW, RIGHT, make_learner, make_lesson, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CATALOGUE, LEARNERS, LEARNING = "catalogue:read", "learners:write", "learning:write"
READ, WRITE, WEBHOOKS = "gradebook:read", "gradebook:write", "webhooks:write"
EITHER = f"{READ} {LEARNING}"

TABLE: dict[str, str] = {
    "list_courses": CATALOGUE,
    "get_course": CATALOGUE,
    "get_asset": CATALOGUE,
    "list_terms": CATALOGUE,
    "list_lessons": CATALOGUE,
    "get_lesson": CATALOGUE,
    "list_modules": CATALOGUE,
    "list_objectives": CATALOGUE,
    "list_quizzes": CATALOGUE,
    "get_quiz": CATALOGUE,
    "list_learners": LEARNERS,
    "put_learners": LEARNERS,
    "get_learner": LEARNERS,
    "put_learner": LEARNERS,
    "list_enrolments": LEARNERS,
    "get_enrolment": LEARNERS,
    "put_enrolment": LEARNERS,
    "delete_enrolment": LEARNERS,
    "open_lesson": LEARNING,
    "visit_lesson": LEARNING,
    "confirm_lesson": LEARNING,
    "practise_lesson_again": LEARNING,
    "respond_to_check": LEARNING,
    "get_quiz_standing": LEARNING,
    "list_attempts": LEARNING,
    "start_attempt": LEARNING,
    "get_attempt": LEARNING,
    "flag_item": LEARNING,
    "list_responses": LEARNING,
    "save_response": LEARNING,
    "submit_attempt": LEARNING,
    "get_review": LEARNING,
    "list_progress": EITHER,
    "get_progress": EITHER,
    "list_cohort": READ,
    "list_line_items": READ,
    "list_results": READ,
    "list_learner_results": READ,
    "list_gradings": READ,
    "grade_item": WRITE,
    "get_accommodation": READ,
    "put_accommodation": WRITE,
    "get_course_accommodation": READ,
    "put_course_accommodation": WRITE,
    "get_extension": READ,
    "put_extension": WRITE,
    "list_events": "events:read",
    "list_webhooks": WEBHOOKS,
    "create_webhook": WEBHOOKS,
    "get_webhook": WEBHOOKS,
    "change_webhook": WEBHOOKS,
    "delete_webhook": WEBHOOKS,
    "list_deliveries": WEBHOOKS,
    "ping_webhook": WEBHOOKS,
    "redeliver": WEBHOOKS,
    "rotate_webhook_secret": WEBHOOKS,
}
"""Operation → the scopes of which one is needed."""

PERSONS = {LEARNING, CATALOGUE}
"""What a person in the browser may do, for herself."""

BODIES: dict[str, Any] = {
    "flag_item": {"is_flagged": True},
    "save_response": {"based_on": 0, "response": RIGHT},
    "respond_to_check": {"based_on": 0, "response": RIGHT},
    "grade_item": {"scaled": 1},
    "put_learners": {"learners": [{"external_id": "new"}]},
    "redeliver": {"since": "2026-01-01T00:00:00Z"},
    "create_webhook": {"url": "https://hooks.example.org/"},
}
OPERATIONS = {
    said["operationId"]: (method, path.removeprefix(ROOT))
    for path, methods in document()["paths"].items()
    for method, said in methods.items()
}
OF_A_LEARNER = [name for name, (_method, path) in OPERATIONS.items() if "{external_id}" in path]
# A name that is free is no secret: whoever asks for it makes a learner of her own.
OF_A_KNOWN_LEARNER = [name for name in OF_A_LEARNER if name != "put_learner"]


class World:
    """A course with everything, one of our learners in it, and one of somebody else's."""

    def __init__(self) -> None:
        quiz = make_quiz(questions=1)
        self.course, module = quiz.course, quiz.module
        lesson = make_lesson(module=module, checks=1)
        files = {"content_type": "text/csv", "content": b"a", "content_hash": "0" * 64}
        Asset.objects.create(module=module, name="a.csv", **files)
        self.ours, self.others = Platform("admin"), Platform("admin", name="Other")
        self.own = self._attempt(self.ours, "own", quiz)
        self.foreign = self._attempt(self.others, "foreign", quiz)
        check = lesson.checks.items.get()
        self.ids = {
            "course": self.course.key,
            "module": module.key,
            "name": "a.csv",
            "lesson": lesson.key,
            "quiz": quiz.key,
            "question": check.question.key,
            "external_id": "own",
            "uuid": self.own.uuid,
            "position": 1,
        }

    def _attempt(self, platform: Platform, name: str, quiz: Any) -> Any:
        platform.learner(name, course=quiz.course)
        enrolment = platform.enrolment(name)
        return attempts.start(
            reader=reader_of(enrolment), quiz_key=quiz.key, by=enrolment.user, now=NOW
        )

    def path(self, name: str, **other: Any) -> str:
        ids = {**self.ids, **other}
        if name == "list_results":
            ids["uuid"] = other.get("uuid") or LineItem.objects.get().uuid
        return OPERATIONS[name][1].format(**ids)

    def call(self, platform: Platform, name: str, **other: Any) -> Any:
        method = OPERATIONS[name][0]
        body = None if method == "get" else BODIES.get(name, {})
        return platform.call(method, self.path(name, **other), body)


@pytest.fixture
def world():
    return World()


def key(*scopes: str, **more: Any) -> Platform:
    return Platform(*scopes, **more)


def good_for(name: str) -> set[str]:
    wanted = set(TABLE[name].split())
    return wanted | {scope.replace(":read", ":write") for scope in wanted} | {"admin"}


def test_every_operation_has_a_row():
    assert set(TABLE) == set(OPERATIONS)


@pytest.mark.parametrize("name", TABLE)
def test_nobody_comes_in_without_a_credential(world, name):
    stranger = Platform("admin")
    stranger.key = "cxk_00_00"

    problem(world.call(stranger, name), 401, "not_authenticated")


@pytest.mark.parametrize("name", TABLE)
def test_every_other_scope_together_does_not_open_it(world, name):
    lacking = key(*(set(SCOPES) - good_for(name)))

    problem(world.call(lacking, name), 403, "missing_scope")


@pytest.mark.parametrize("name", [name for name in TABLE if "webhook" not in name])
def test_each_of_its_scopes_opens_it(world, name):
    for scope in sorted(good_for(name) & set(SCOPES)):
        status = world.call(key(scope), name).status_code
        assert status in {200, 201, 204, 403, 404, 409}, (scope, status)
        refused = name == "confirm_lesson"
        assert (status == 403) == refused, scope


@pytest.mark.parametrize("name", OF_A_KNOWN_LEARNER)
def test_a_foreign_learner_is_like_an_unknown_one(world, name):
    told = []
    for who, uuid in (("foreign", world.foreign.uuid), ("nobody", uuid4())):
        answer = world.call(world.ours, name, external_id=who, uuid=uuid)
        told.append(problem(answer, 404, "not_found") | {"instance": ""})

    assert told[0] == told[1]


@pytest.mark.parametrize("name", [name for name in OPERATIONS if "{uuid}" in OPERATIONS[name][1]])
def test_an_own_learner_does_not_open_a_foreign_id(world, name):
    told = [
        problem(world.call(world.ours, name, uuid=uuid), 404, "not_found") | {"instance": ""}
        for uuid in (world.foreign.uuid, uuid4())
    ]

    assert told[0] == told[1]


@pytest.mark.parametrize("name", [name for name in OPERATIONS if "{course}" in OPERATIONS[name][1]])
def test_a_course_beyond_the_key_is_like_an_unknown_one(world, name):
    limited = key("admin", courses=[make_quiz().course])
    told = [
        problem(world.call(limited, name, course=course), 404, "not_found") | {"instance": ""}
        for course in (world.course.key, "no-such-course")
    ]

    assert told[0] == told[1]


@pytest.mark.parametrize("name", TABLE)
def test_a_person_in_the_browser_has_her_own_learning_and_nothing_else(world, name):
    """Also an administrator of the site is no platform."""
    user = make_learner(world.course, is_superuser=True).user
    browser = Client(raise_request_exception=False)
    browser.force_login(user)
    method, _path = OPERATIONS[name]
    data = {"data": BODIES.get(name, {}), "content_type": "application/json"}
    extra = {} if method == "get" else data
    foreign = getattr(browser, method)(ROOT + world.path(name), **extra)

    if not PERSONS & set(TABLE[name].split()):
        problem(foreign, 403, "missing_scope")
    elif name in OF_A_LEARNER:
        problem(foreign, 404, "not_found")
        own = getattr(browser, method)(ROOT + world.path(name, external_id="me"), **extra)
        is_by_attempt = "{uuid}" in OPERATIONS[name][1]
        assert (own.status_code == 404) == is_by_attempt, own.content
    else:
        assert foreign.status_code == 200
