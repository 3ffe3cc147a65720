"""What the tests of LTI share."""

import pytest

from courses.lti import access_tokens, own_keys
from tests.factories import make_quiz
from tests.lti.gradebook import World
from tests.lti.platform.server import running
from tests.lti.school import TOOL_KEY, School


@pytest.fixture(autouse=True)
def _one_key_of_ours(monkeypatch):
    """Drawing a key for each registration would take most of the time."""
    monkeypatch.setattr(own_keys, "draw", lambda: TOOL_KEY)


@pytest.fixture
def tool(live_server, settings):
    """The site behind a socket; it may call programs of this machine."""
    settings.COURSES_LTI_URL = f"{live_server.url}/lti/"
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    return live_server


@pytest.fixture
def quiz():
    return make_quiz(questions=1)


@pytest.fixture
def school():
    return School()


@pytest.fixture
def world(tool):
    """A platform with a gradebook that takes one score a second, and the site behind a socket."""
    access_tokens._tokens.clear()
    with running() as platform:
        platform.one_score_a_second = True
        yield World(platform)
