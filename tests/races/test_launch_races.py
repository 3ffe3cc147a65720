"""One launch is opened by many at the same moment: one gets in."""

import pytest

from courses.domain import enrolments, launches, learners
from courses.models import ApiClient, Launch
from tests.factories import NOW, make_quiz
from tests.races.clients import acknowledged, clients, refusals, rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]


@pytest.fixture
def together():
    with clients() as running:
        yield running


@pytest.fixture
def ada():
    client = ApiClient.objects.create(name="Acme")
    return learners.upsert(client=client, external_id="a-1", values={}, now=NOW).identity


def launch(ada, course):
    enrolments.enrol(course=course, user=ada.user, now=NOW)
    return launches.create(identity=ada, course=course, origin="https://a.example", now=NOW)


def test_one_code_gives_one_session(together, ada):
    course = make_quiz().course
    for _ in range(rounds()):
        made = launch(ada, course)

        calls = together.race(
            lambda _client, made=made: lambda: launches.open_launch(code=made.code, now=NOW)
        )

        (opened,) = acknowledged(calls)
        assert refusals(calls) == {"Used"}
        assert launches.session(uuid=made.row.uuid, secret=opened.secret, now=NOW)


def test_one_window_for_a_frame_without_cookies(together, ada):
    course = make_quiz().course
    for _ in range(rounds()):
        made = launch(ada, course)
        launches.open_launch(code=made.code, now=NOW)
        before = Launch.objects.count()

        calls = together.race(
            lambda _client, made=made: (
                lambda: launches.move_into_window(uuid=made.row.uuid, now=NOW)
            )
        )

        assert len(acknowledged(calls)) == 1
        assert refusals(calls) == {"NotFound"}
        assert Launch.objects.count() == before + 1
