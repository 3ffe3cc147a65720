"""What the tests of LTI share."""

import pytest

from courses.lti import own_keys
from tests.lti.school import TOOL_KEY


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
