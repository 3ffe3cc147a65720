"""Repeating a request with its `Idempotency-Key` has no second effect."""

import logging
import math
import random
import time
from collections import Counter

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model

from tests.api.platform import EVERYTHING, Platform
from tests.lengths import length, spread
from tests.races import operations
from tests.races.clients import COUNT, PATIENCE_S, clients
from tests.races.wsgi_client import WsgiClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

NOT_COMPARED = {"last_used_at"}
"""When a key was last used is noted by every request."""


def listen(_event):
    """A subscriber, so that a second event would also be a second delivery."""


@pytest.fixture
def platform(settings):
    settings.COURSES_SUBSCRIBERS = {"test": f"{__name__}.listen"}
    settings.COURSES_API_RATES = {"client": "1000000/min", "failed_keys": "20/min"}
    return Platform(*EVERYTHING, "admin", "platforms:write")


@pytest.fixture(scope="module")
def together():
    """The same twenty connections for all operations."""
    with clients() as running:
        yield running


@pytest.fixture(autouse=True)
def _quiet():
    """Each refusal would be a line of the log."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(params=spread(["a cache of each process", "one cache for all"], check=1))
def any_cache(request, settings):
    """Where the cache knows nothing of the first request, the second waits at the database."""
    if request.param != "one cache for all":
        backend = "django.core.cache.backends.dummy.DummyCache"
        settings.CACHES = {"default": {"BACKEND": backend}}


def retries():
    return length(short=100, long=2000, variable="API_RETRIES")


def share():
    """Retries of each operation one after the other, and at the same time with either cache."""
    return math.ceil(retries() / len(operations.RECIPES) / 3)


def each():
    """Retries of each client."""
    return math.ceil(share() / COUNT)


def snapshot():
    """Every row of the app and of the accounts, as text."""
    models = [*apps.get_app_config("cx_courses").get_models(include_auto_created=True)]
    found = {}
    for model in (*models, get_user_model()):
        fields = [one.attname for one in model._meta.concrete_fields]
        fields = [name for name in fields if name not in NOT_COMPARED]
        found[model._meta.label] = sorted(map(repr, model._base_manager.values_list(*fields)))
    return found


def counts():
    return Counter({label: len(rows) for label, rows in snapshot().items()})


def other(body):
    """Another body under the same key."""
    return {**body, "something": "else"}


@pytest.mark.engines
@pytest.mark.two_lengths
@pytest.mark.parametrize("name", operations.RECIPES)
def test_repeating_later_changes_nothing(platform, name):
    ask, wsgi = operations.RECIPES[name](platform), WsgiClient(platform.key)
    first = wsgi.call(ask.method, ask.path, ask.body, "the-key")
    assert first.is_done, first.content
    assert not first.is_replayed
    after_one = snapshot()

    for _ in range(share()):
        again = wsgi.call(ask.method, ask.path, ask.body, "the-key")
        assert again.is_replayed
        assert again.repeatable == first.repeatable
    refused = wsgi.call(ask.method, ask.path, other(ask.body), "the-key")

    assert (refused.status, refused.code) == (422, "idempotency_key_reused")
    assert snapshot() == after_one


@pytest.mark.database
@pytest.mark.usefixtures("any_cache")
@pytest.mark.parametrize("name", spread(operations.RECIPES, check=6))
def test_repeating_at_once_has_one_effect(platform, together, name):
    """Some send another body under the key: the later one is refused."""
    wsgi = WsgiClient(platform.key)
    alone, ask = (operations.RECIPES[name](platform) for _ in range(2))
    before = counts()
    assert wsgi.call(alone.method, alone.path, alone.body, "another-key").is_done
    of_one = counts() - before
    before = counts()

    def prepare(client):
        body = other(ask.body) if client % 5 == 0 else ask.body

        def act():
            hasty = [wsgi.call(ask.method, ask.path, body, "the-key") for _ in range(each() - 1)]
            return [*hasty, patiently(wsgi, ask, body)]

        return act

    calls = together.race(prepare)

    answers = [(call.client % 5 == 0, answer) for call in calls for answer in call.value]
    done = [(is_other, answer) for is_other, answer in answers if answer.is_done]
    assert len({is_other for is_other, _answer in done}) == 1
    assert len({str(answer.repeatable) for _is_other, answer in done}) == 1
    assert sum(not answer.is_replayed for _is_other, answer in done) == 1
    refused = {answer.code for _is_other, answer in answers if not answer.is_done}
    assert refused <= {"in_flight", "idempotency_key_reused", "invalid"}
    assert counts() - before == of_one


def patiently(wsgi, ask, body):
    """The answer; as long as another request with the key runs, ask again."""
    end = time.monotonic() + PATIENCE_S
    while True:
        answer = wsgi.call(ask.method, ask.path, body, "the-key")
        if answer.code != "in_flight":
            return answer
        assert (answer.status, answer.headers["retry-after"]) == (409, "1")
        assert time.monotonic() < end
        time.sleep(random.uniform(0.005, 0.05))


@pytest.mark.two_lengths
def test_there_are_enough_of_them():
    of_each = share() + 2 * (COUNT * each() - 1)
    assert of_each * len(operations.RECIPES) >= retries()
