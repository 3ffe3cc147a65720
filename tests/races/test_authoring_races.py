"""Authors at the same moment: one change wins, and numbers have no gaps."""

import pytest

from courses.domain.authoring import edits
from courses.models import Question, QuestionVersion, Quiz
from tests.api.platform import Platform
from tests.factories import SINGLE_CHOICE, ModuleFactory, make_question, make_quiz
from tests.races.clients import COUNT, clients, rounds
from tests.races.wsgi_client import WsgiClient

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
def wsgi(settings):
    settings.COURSES_API_RATES = {"client": "1000000/min", "failed_keys": "20/min"}
    return WsgiClient(Platform("authoring:write").key)


def statuses(calls):
    return sorted(call.value.status for call in calls)


def test_a_key_is_made_once(together, wsgi):
    for _round in range(rounds()):
        module = ModuleFactory()
        path = f"/authoring/courses/{module.course.key}/questions"
        body = {"key": "q", "type": "single_choice", "data": SINGLE_CHOICE, "tags": ["bank"]}
        calls = together.race(lambda _client, path=path, body=body: lambda: wsgi.post(path, body))

        assert statuses(calls) == [201, *[409] * (COUNT - 1)]
        assert Question.objects.get(course=module.course).versions.count() == 1


def test_one_of_several_writers_of_one_state_succeeds(together, wsgi):
    for _round in range(rounds()):
        quiz = make_quiz(questions=1)
        path = f"/authoring/courses/{quiz.course.key}/quizzes/{quiz.key}"
        read = wsgi.get(path)

        def change(client, path=path, read=read):
            body = {**read.body, "title": f"By {client}"}
            return lambda: wsgi.call("PUT", path, body, match=read.headers["etag"])

        calls = together.race(change)
        (done,) = [call.value for call in calls if call.value.is_done]

        assert statuses(calls) == [200, *[412] * (COUNT - 1)]
        assert Quiz.objects.get(pk=quiz.pk).title == done.body["title"]


def test_versions_are_numbered_in_a_row(together, wsgi):
    for _round in range(rounds()):
        question = make_question(ModuleFactory())
        path = f"/authoring/courses/{question.course.key}/questions/{question.key}/versions"

        def write(client, path=path):
            data = {**SINGLE_CHOICE, "stem": f"Which, {client}?"}
            status = "ready" if client % 2 else "draft"
            body = {"type": "single_choice", "data": data, "status": status}
            return lambda: wsgi.post(path, body)

        calls = together.race(write)
        question.refresh_from_db()
        ready = question.versions.filter(status="ready").order_by("number").last()

        assert statuses(calls) == [201] * COUNT
        numbers = question.versions.order_by("number").values_list("number", flat=True)
        assert list(numbers) == list(range(1, COUNT + 2))
        assert question.ready_version == ready


def test_a_draft_is_replaced_or_published_but_never_changed_after(together, wsgi):
    """What was published is what was last written before, in one order or the other."""
    for _round in range(rounds()):
        question = make_question(ModuleFactory())
        draft = edits.write_version(
            question=question,
            type="single_choice",
            data=_data("?"),
            is_ready=False,
            by=None,
            origin=None,
        )
        path = f"/authoring/courses/{question.course.key}/questions/{question.key}/versions/2"

        def act(client, path=path):
            if client % 4 == 0:
                return lambda: wsgi.post(f"{path}/publish", {})
            body = {"type": "single_choice", "data": _data(client)}
            return lambda: wsgi.call("PUT", path, body)

        calls = together.race(act)
        found = [call.value.body for call in calls if call.value.is_done]
        (published,) = {one["data"]["stem"] for one in found if one["status"] == "ready"}

        assert set(statuses(calls)) <= {200, 409}
        assert QuestionVersion.objects.get(pk=draft.pk).data["stem"] == published


def _data(who):
    return {**SINGLE_CHOICE, "stem": f"Which, {who}?"}
