"""Writers of one learner at the same moment: with `If-Match` and without, none fails."""

import pytest

from tests.api.platform import Platform
from tests.races.clients import clients, rounds
from tests.races.door import Door

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]
PATH = "/learners/a-1"


def test_conditional_and_plain_writers_of_one_learner_do_not_deadlock(settings):
    settings.COURSES_API_RATES = {"client": "1000000/min", "failed_keys": "20/min"}
    calls_to = Door(Platform("learners:write").key)
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
