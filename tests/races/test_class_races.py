"""Platforms that write classes, their dates and proposals with PUT at the same moment."""

import pytest

from courses.models import Section, SectionQuiz, WorkingCopy
from tests.api.platform import Platform
from tests.factories import SINGLE_CHOICE, make_lesson, make_quiz
from tests.races.clients import COUNT, clients, rounds
from tests.races.wsgi_client import WsgiClient

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]


@pytest.fixture(scope="module")
def together():
    with clients() as running:
        yield running


@pytest.fixture
def platform(settings):
    settings.COURSES_API_RATES = {"client": "1000000/min", "failed_keys": "20/min"}
    return Platform("learners:write", "gradebook:write", "authoring:draft", "catalogue:read")


def statuses(calls):
    return sorted(call.value.status for call in calls)


def put_at_once(together, wsgi, path, body_of, *, match=None):
    """Every client puts its body; return their answers."""
    return together.race(
        lambda client: lambda: wsgi.call("PUT", path, body_of(client), match=match)
    )


def conditional_writers(together, wsgi, path, body_of):
    """Let all write what they read; return the one answer that is not 412."""
    match = wsgi.get(path).headers["etag"]
    calls = put_at_once(together, wsgi, path, body_of, match=match)
    assert statuses(calls) == [200, *[412] * (COUNT - 1)]
    (done,) = [call.value for call in calls if call.value.is_done]
    return done


def test_a_class_is_made_once_and_one_of_several_writers_of_one_state_succeeds(together, platform):
    wsgi, course = WsgiClient(platform.key), make_quiz().course
    for number in range(rounds()):
        path = f"/courses/{course.key}/sections/evening-{number}"

        same = put_at_once(together, wsgi, path, lambda _client: {"title": "Evening"})
        assert statuses(same) == [*[200] * (COUNT - 1), 201]
        assert len({call.value.content for call in same}) == 1
        assert Section.objects.filter(course=course).count() == 2 + number

        done = conditional_writers(together, wsgi, path, lambda client: {"title": f"By {client}"})
        assert wsgi.get(path).body == done.body

        mixed = put_at_once(
            together, wsgi, path, lambda client: {"title": f"{client}", "is_archived": True}
        )
        assert statuses(mixed) == [200] * COUNT
        last = wsgi.get(path)
        assert last.body in [call.value.body for call in mixed]  # No mixture of two.


def test_dates_of_a_class_are_one_row_and_those_of_one_writer(together, platform):
    wsgi = WsgiClient(platform.key)
    for _round in range(rounds()):
        quiz = make_quiz(questions=1)
        base = f"/courses/{quiz.course.key}/sections/evening"
        assert wsgi.call("PUT", base, {"title": "Evening"}).status == 201
        path = f"{base}/dates/{quiz.key}"

        def dates(client, day=1):
            time = f"{day:02}T{client // 60:02}:{client % 60:02}:00Z"
            return {"opens_at": f"2026-03-{time}", "closes_at": f"2026-04-{time}"}

        calls = put_at_once(together, wsgi, path, dates)
        assert statuses(calls) == [200] * COUNT
        assert SectionQuiz.objects.filter(quiz=quiz).count() == 1
        assert wsgi.get(path).body in [call.value.body for call in calls]

        # Nobody sends what stands there: that would change nothing, and let a second one write.
        done = conditional_writers(together, wsgi, path, lambda client: dates(client, day=2))
        assert wsgi.get(path).body == done.body


@pytest.mark.parametrize("kind", ["question", "lesson"])
def test_a_program_has_one_proposal_for_a_thing_however_often_it_sends_it(together, platform, kind):
    wsgi = WsgiClient(platform.key)
    for number in range(rounds()):
        module = make_lesson(checks=0).module
        path = f"/authoring/courses/{module.course.key}/proposals/{kind}s/new-{number}"

        def body(client, module=module):
            if kind == "lesson":
                return {"module": module.key, "title": "New", "body": f"By {client}."}
            data = {**SINGLE_CHOICE, "stem": f"By {client}?"}
            return {"module": module.key, "type": "single_choice", "data": data}

        calls = put_at_once(together, wsgi, path, body)
        assert statuses(calls) == [*[200] * (COUNT - 1), 201]
        assert len({call.value.body["id"] for call in calls}) == 1
        copy = WorkingCopy.objects.get(course=module.course)
        assert copy.revision == COUNT
        record = copy.record["record"]
        text = record["body"] if kind == "lesson" else record["data"]["stem"]
        assert text.rstrip(".?") in {f"By {client}" for client in range(COUNT)}
