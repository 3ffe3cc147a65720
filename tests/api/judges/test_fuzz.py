"""No call with hostile values gets a 5xx or an answer that is not described."""

from collections.abc import Callable, Set
from functools import cache, cached_property
from typing import Any

import pytest
from django.utils import timezone

from courses.domain.clients import ALL_PLATFORMS
from courses.models import ApiKey, Course, ExternalIdentity
from tests.api.judges.fuzz import Fuzzer
from tests.api.judges.story import HOST, OPERATIONS, run_story
from tests.api.platform import Platform, by_session, by_token
from tests.api.test_permissions import PERSONS, PLATFORMS_ALONE, PUBLIC, TABLE
from tests.factories import make_learner
from tests.lengths import length, spread

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

CSRF = "x" * 32
Sent = tuple[dict[str, str], dict[str, str]]
"""The headers and cookies of a credential."""
WRONG_KEYS = {"failed_keys": "100000/min"}


class Key:
    """A platform with its key, or with an OAuth token."""

    def __init__(self, *scopes: str, kind: str = ApiKey.Kind.KEY) -> None:
        self.scopes, self.kind = set(scopes), kind

    def path(self, path: dict[str, Any]) -> dict[str, Any]:
        return {}

    def sent(self) -> Sent:
        if self.kind == ApiKey.Kind.KEY:
            return {"Authorization": f"Bearer {self.platform.key}"}, {}
        return {"Authorization": f"Bearer {self.token(timezone.now())}"}, {}

    @cached_property
    def platform(self) -> Platform:
        return Platform(*self.scopes, kind=self.kind)

    @cache  # noqa: B019 (an access token ends within the story; a credential lives for a test)
    def token(self, _now: Any) -> str:
        return self.platform.access_token()


class Person:
    """Ada, in the browser or with a token; before she exists, another person of the course."""

    scopes = PERSONS

    def path(self, path: dict[str, Any]) -> dict[str, Any]:
        return {"external_id": "me"} if "external_id" in path else {}

    def sent(self) -> Sent:
        ada = ExternalIdentity.objects.filter(subject="a-1").first()
        return self.by(ada.user if ada else self.somebody)

    @cached_property
    def somebody(self) -> Any:
        return make_learner(Course.objects.get()).user


class Browser(Person):
    @cache  # noqa: B019
    def by(self, user: Any) -> Sent:
        session = by_session(user).http.cookies["sessionid"].value
        return {"X-CSRFToken": CSRF}, {"sessionid": session, "csrftoken": CSRF}


class Token(Person):
    @cache  # noqa: B019
    def by(self, user: Any) -> Sent:
        return {"Authorization": f"Bearer {by_token(user).key}"}, {}


class Nobody:
    scopes: frozenset[str] = frozenset()

    def path(self, path: dict[str, Any]) -> dict[str, Any]:
        return {}

    def sent(self) -> Sent:
        return {}, {}


CREDENTIALS: dict[str, Callable[[], Any]] = {
    "a key for everything": lambda: Key("admin", ALL_PLATFORMS),
    "an OAuth token for little": lambda: Key(
        "catalogue:read", "gradebook:read", kind=ApiKey.Kind.OAUTH
    ),
    "a learner's token": Token,
    "a browser": Browser,
    "nobody": Nobody,
}


# One of them in the check.
WHO = spread(CREDENTIALS, check=1)
# What a database cannot store, PostgreSQL refuses and SQLite takes; who may do most meets it.
WHO[0] = pytest.param(*WHO[0].values, marks=pytest.mark.engines)


@pytest.mark.two_lengths
@pytest.mark.parametrize("name", WHO)
def test_no_answer_is_a_surprise(name, settings):
    settings.ALLOWED_HOSTS = [HOST, "localhost", "testserver"]
    settings.COURSES_API_RATES = {**dict.fromkeys(("client", "user", "anonymous")), **WRONG_KEYS}
    credential = CREDENTIALS[name]()
    fuzzer = run_story(lambda clock: Fuzzer(clock, credential))

    surprises = [f"{operation}: {text}" for (operation, _title), text in fuzzer.findings.items()]
    assert not surprises, "\n\n".join(surprises)
    assert set(fuzzer.answers) == set(OPERATIONS)
    # Five thousand among the proofs.
    assert fuzzer.calls >= length(short=len(OPERATIONS), long=1000)
    succeeded = {one for one, seen in fuzzer.answers.items() if min(seen) < 300}
    beyond = PLATFORMS_ALONE if credential.scopes is PERSONS else set()
    assert succeeded == may(credential.scopes) - beyond


def may(scopes: Set[str]) -> set[str]:
    """The operations that these scopes open; each must have succeeded at least once."""
    opened = PUBLIC | {name for name, wanted in TABLE.items() if scopes & {*wanted.split()}}
    if "admin" in scopes:
        opened |= {name for name, wanted in TABLE.items() if wanted != ALL_PLATFORMS}
    return opened
