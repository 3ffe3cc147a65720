"""Writers of one learner at the same moment: none fails, deactivation ends everything."""

from datetime import timedelta

import pytest

from courses.domain import enrolments, launches, learners, tokens
from courses.models import ExternalIdentity, Launch, LearnerToken
from tests.api.platform import Platform
from tests.factories import NOW, make_quiz
from tests.races.clients import clients, refusals, rounds
from tests.races.wsgi_client import WsgiClient

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]
PATH = "/learners/a-1"


def test_conditional_and_plain_writers_of_one_learner_do_not_deadlock(settings):
    settings.COURSES_API_RATES = {"client": "1000000/min", "failed_keys": "20/min"}
    calls_to = WsgiClient(Platform("learners:write").key)
    calls_to.call("PUT", PATH, {"first_name": "Ada"})
    with clients() as together:
        for number in range(rounds()):
            read = calls_to.call("GET", PATH, None)

            def write(client, number=number, read=read):
                match = read.headers["etag"] if client % 2 else None
                body = {"first_name": f"{number}-{client}"}
                return lambda: calls_to.call("PUT", PATH, body, match=match)

            statuses = {call.value.status for call in together.race(write)}
            assert statuses <= {200, 412}


@pytest.mark.parametrize("kind", ["launch", "window", "token"])
def test_deactivation_ends_everything_opened(kind):
    """Every client knows the learner as active when the race begins."""
    platform, course = Platform(), make_quiz().course
    user = platform.learner("a-1")
    enrolments.enrol(course=course, user=user, now=NOW)
    ours = ExternalIdentity.objects.select_related("client", "user")

    def launch(ada):
        return launches.create(identity=ada, course=course, origin="https://a.example", now=NOW)

    def prepare(client):
        ada = ours.get(subject="a-1")
        if client == 0:
            return lambda: learners.deactivate(identity=ada, now=NOW)
        if kind == "launch":
            return lambda: launch(ada)
        if kind == "token":
            more = {"issuer": platform.row, "lifetime": timedelta(hours=1)}
            return lambda: tokens.create_token(user=ada.user, now=NOW, **more)
        made = launch(ada)
        launches.open_launch(code=made.code, now=NOW)
        return lambda: launches.move_into_window(uuid=made.row.uuid, now=NOW)

    with clients() as together:
        for _ in range(rounds()):
            calls = together.race(prepare)

            assert refusals(calls) <= {"Deactivated", "NotFound"}
            assert not Launch.objects.filter(ended_at=None).exists()
            assert not LearnerToken.objects.filter(revoked_at=None).exists()
            learners.activate(identity=ours.get(subject="a-1"), now=NOW)
