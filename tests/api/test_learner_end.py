"""Events when a learner goes, and what a deactivated learner cannot do."""

import pytest
from django.utils import timezone

from courses.domain import feed, webhooks
from courses.models import Delivery
from tests.api import test_learner_data
from tests.api.platform import problem
from tests.api.test_learner_data import known_also_to
from tests.api.test_permissions import BODIES, LEARNING, OPERATIONS, TABLE, World

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
URL = "https://hooks.example.org/"

platform = test_learner_data.platform
quiz = test_learner_data.quiz
attempt = test_learner_data.attempt


def endpoint_of(platform):
    return webhooks.register(client=platform.client, url=URL, now=timezone.now())


def deliveries(endpoint):
    feed.number(now=timezone.now())
    rows = Delivery.objects.filter(subscriber=endpoint.subscriber).select_related("event")
    return [row.event.type for row in rows.order_by("pk")]


@pytest.mark.parametrize("is_shared", [False, True])
@pytest.mark.parametrize("is_numbered", [True, False])
def test_its_endpoint_gets_the_erasure_and_nothing_else(platform, quiz, is_shared, is_numbered):
    endpoint = endpoint_of(platform)
    user = platform.learner("a-1")
    platform.put(f"/learners/a-1/enrolments/{quiz.course.key}")
    if is_shared:
        known_also_to("Other", user)
    if is_numbered:
        assert deliveries(endpoint) == ["enrolment.created"]
    assert platform.delete("/learners/a-1").status_code == 204
    assert deliveries(endpoint) == ["learner.erased"]


def test_closed_account_can_still_be_erased(platform, attempt):
    user = attempt.enrolment.user
    user.is_active = False
    user.save()
    assert platform.delete("/learners/a-1").status_code == 204


WRITES = [
    name
    for name, scope in TABLE.items()
    if scope == LEARNING and OPERATIONS[name][0] != "get" and name not in {"end_launch"}
]


def test_a_deactivated_learner_does_nothing(subtests):
    world = World()
    platform = world.ours["key"]
    assert platform.post("/learners/own/deactivate").status_code == 200
    for name in WRITES:
        method, path = OPERATIONS[name]
        body = BODIES.get(name, {})
        if name == "create_launch":
            body = {**body, "target": {"course": world.course.key}}
        with subtests.test(operation=name):
            answer = platform.call(method, path.format(**world.ids), body)
            problem(answer, 403, "learner_deactivated")
