"""Whatever a stranger sends: no fault, and no answer that the description does not name."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from django.test import Client

from courses.models import Course, ExternalIdentity
from tests.api.judges.fuzz import Fuzzer
from tests.api.judges.story import HOST, OPERATIONS, tell
from tests.api.platform import Platform
from tests.api.test_permissions import PERSONS, TABLE
from tests.factories import make_learner

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

LEAST = 1250
"""Calls with each credential: 5,000 with the four of them."""
CSRF = "x" * 32
WRONG_KEYS = {"failed_keys": "100000/min"}


@dataclass
class Key:
    """A platform's key."""

    scopes: set[str]

    def path(self, path: dict[str, Any]) -> dict[str, Any]:
        return {}

    def sent(self) -> tuple[dict[str, str], dict[str, str]]:
        return {"Authorization": f"Bearer {self.key}"}, {}

    @cached_property
    def key(self) -> str:
        return Platform(*self.scopes).key


class Browser:
    """A person who is signed in: Ada, and before she is known somebody else of the course."""

    scopes = PERSONS

    def __init__(self) -> None:
        self.sessions: dict[Any, str] = {}

    def path(self, path: dict[str, Any]) -> dict[str, Any]:
        return {"external_id": "me"} if "external_id" in path else {}

    def sent(self) -> tuple[dict[str, str], dict[str, str]]:
        ada = ExternalIdentity.objects.filter(subject="a-1").first()
        name = ada.user_id if ada else None
        if name not in self.sessions:
            browser = Client()
            browser.force_login(ada.user if ada else make_learner(Course.objects.get()).user)
            self.sessions[name] = browser.cookies["sessionid"].value
        cookies = {"sessionid": self.sessions[name], "csrftoken": CSRF}
        return {"X-CSRFToken": CSRF}, cookies


class Nobody:
    """No credential at all."""

    scopes: set[str] = set()

    def path(self, path: dict[str, Any]) -> dict[str, Any]:
        return {}

    def sent(self) -> tuple[dict[str, str], dict[str, str]]:
        return {}, {}


CREDENTIALS: dict[str, Any] = {
    "a key for everything": lambda: Key({"admin"}),
    "a key for little": lambda: Key({"catalogue:read", "gradebook:read"}),
    "a browser": Browser,
    "nobody": Nobody,
}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_no_answer_is_a_surprise(name, settings):
    settings.ALLOWED_HOSTS = [HOST, "localhost"]
    settings.COURSES_API_RATES = {**dict.fromkeys(("client", "user", "anonymous")), **WRONG_KEYS}
    credential = CREDENTIALS[name]()
    fuzzer = tell(lambda clock: Fuzzer(clock, credential))

    told = [f"{operation}: {text}" for (operation, _title), text in fuzzer.findings.items()]
    assert not told, "\n\n".join(told)
    assert set(fuzzer.answers) == set(OPERATIONS)
    assert fuzzer.calls >= LEAST
    succeeded = {one for one, seen in fuzzer.answers.items() if min(seen) < 300}
    assert succeeded == may(credential.scopes)


def may(scopes: set[str]) -> set[str]:
    """The operations that these scopes open; each must have succeeded at least once."""
    return {name for name, wanted in TABLE.items() if scopes & {"admin", *wanted.split()}}
