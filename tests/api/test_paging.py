"""A cursor goes on where the page before ended, whatever became of the row at that place."""

import base64
from uuid import uuid4

import pytest
from django.utils import timezone

from courses.domain import enrolments, personal_data
from tests.api.judges.recorder import LISTS
from tests.api.judges.story import OPERATIONS
from tests.api.platform import Platform, problem
from tests.factories import NOW, make_quiz

pytestmark = pytest.mark.django_db

NAMES = ("a-1", "b-2", "c-3", "d-4")


@pytest.fixture
def course():
    return make_quiz(questions=1).course


@pytest.fixture
def platform(course):
    acme = Platform()
    for name in NAMES:
        acme.learner(name, course=course)
    return acme


def names(answer):
    return [row["external_id"] for row in answer.json()["results"]]


def withdraw(platform, name):
    enrolments.withdraw(enrolment=platform.enrolment(name), by=None, now=NOW)


def erase(platform, name):
    personal_data.erase(user=platform.enrolment(name).user, now=timezone.now())


@pytest.mark.parametrize("order", ["created", "-created"])
@pytest.mark.parametrize(
    ("address", "leave"),
    [
        ("/courses/{course}/gradebook?state=active&limit=2", withdraw),
        ("/courses/{course}/gradebook?limit=2", erase),
        ("/learners?limit=2", erase),
    ],
)
def test_the_next_page_is_there_although_the_last_row_left(platform, course, address, leave, order):
    wanted = list(NAMES) if order == "created" else list(reversed(NAMES))
    first = platform.get(f"{address.format(course=course.key)}&order={order}")
    assert names(first) == wanted[:2]
    leave(platform, wanted[1])
    second = platform.get(first.json()["next"])
    assert (second.status_code, names(second)) == (200, wanted[2:])


def test_a_cursor_of_another_list_is_refused(platform, course):
    cursor = platform.get("/learners?limit=2").json()["next"].partition("cursor=")[2]
    problem(platform.get(f"/courses/{course.key}/gradebook?cursor={cursor}"), 400, "invalid")


def test_a_cursor_that_was_changed_is_refused(platform):
    cursor = platform.get("/learners?limit=2").json()["next"].partition("cursor=")[2]
    problem(platform.get(f"/learners?cursor=1{cursor}"), 400, "invalid")


def test_a_cursor_shows_no_primary_key(platform):
    cursor = platform.get("/learners?limit=2").json()["next"].partition("cursor=")[2]
    last = platform.enrolment("b-2").user.course_identities.get().pk
    read = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    assert str(last).encode() not in read
    assert cursor == platform.get("/learners?limit=2").json()["next"].partition("cursor=")[2]


def test_every_list_refuses_a_parameter_that_it_does_not_have(subtests):
    """Before it looks for anything: what stands in the address need not exist."""
    platform = Platform("admin", "platforms:write")
    ids = dict.fromkeys(
        ("class_key", "cohort", "course", "external_id", "quiz", "question"), "none"
    )
    ids["regrade"] = str(uuid4())
    for name in sorted(LISTS):
        address = OPERATIONS[name][1].format(**ids, uuid=uuid4())
        with subtests.test(operation=name):
            body = problem(platform.get(f"{address}?updated_afer=2026-01-01"), 400, "invalid")
            assert body["errors"] == [
                {"pointer": "/updated_afer", "message": "There is no such parameter."}
            ]
