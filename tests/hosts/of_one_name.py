"""The adapter that the documentation shows, with a user model that has one name."""

import sys
from types import ModuleType

import pytest

from tests.api.platform import Platform, problem
from tests.hosts import blocks
from tests.hosts.project import ROOT

pytestmark = pytest.mark.django_db

PAGE = ROOT / "docs/host-accounts.md"


@pytest.fixture
def acme(settings, monkeypatch):
    [(_language, text)] = blocks.blocks(PAGE, heading="## Any user model")
    module = ModuleType("adapters_of_a_page")
    exec(text, vars(module))  # noqa: S102
    monkeypatch.setitem(sys.modules, module.__name__, module)
    settings.COURSES_USER_ADAPTER = f"{module.__name__}.OneNameAdapter"
    return Platform("learners:write")


def named(answer):
    body = answer.json()
    return answer.status_code, body["first_name"], body["last_name"], body["email"]


def test_both_names_come_back(acme):
    made = acme.put("/learners/a-1", {"first_name": "Ada", "last_name": "van Läufer"})
    assert named(made) == (201, "Ada", "van Läufer", "")
    assert named(acme.put("/learners/a-1", {"first_name": "Eva"})) == (200, "Eva", "van Läufer", "")
    assert named(acme.get("/learners/a-1")) == (200, "Eva", "van Läufer", "")


def test_an_address_is_refused(acme):
    answer = acme.put("/learners/a-1", {"first_name": "Ada", "email": "ada@example.org"})
    assert problem(answer, 400, "invalid")["errors"][0]["pointer"] == "/email"
    assert acme.get("/learners/a-1").status_code == 404
