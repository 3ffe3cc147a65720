"""The standard's library for Node.js trusts what our relay sends, and no more."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from courses.domain import outgoing, relay
from courses.domain.webhooks import messages
from courses.models import Delivery, WebhookEndpoint
from tests.api.platform import Platform
from tests.factories import make_quiz
from tests.programs import node

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

OLD_S = 6 * 60
"""The standard's libraries refuse what is older than five minutes."""


class Receiver:
    """`receiver.mjs` in a process of its own."""

    def __init__(self, process: Any) -> None:
        self.process = process
        self.url = f"http://127.0.0.1:{int(process.stdout.readline())}/hook"

    def knows(self, *secrets: str) -> None:
        self.process.stdin.write(json.dumps(secrets) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "ready\n"

    def answers(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        request = urllib.request.Request(self.url, body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, ""
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture
def receiver(tmp_path) -> Iterator[Receiver]:
    (tmp_path / "node_modules").symlink_to(node.packages() / "node_modules")
    program = tmp_path / "receiver.mjs"
    program.write_bytes((node.SOURCE / program.name).read_bytes())
    with subprocess.Popen(
        [node.program("node"), program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Receiver(process)
        process.stdin.close()
        assert process.wait(timeout=20) == 0


@pytest.fixture
def sent(monkeypatch, settings) -> list[tuple[bytes, dict[str, str]]]:
    """(body, headers) of each call that our relay really makes."""
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]
    calls: list[Any] = []
    post = outgoing.post

    def noted(url: str, *, body: bytes, headers: dict[str, str]) -> Any:
        calls.append((body, {name.lower(): value for name, value in headers.items()}))
        return post(url, body=body, headers=headers)

    monkeypatch.setattr(outgoing, "post", noted)
    return calls


def enrol(platform: Platform, name: str, course: Any) -> None:
    """Cause an event: an enrolment, now, by the API."""
    assert platform.put(f"/learners/{name}").status_code == 201
    assert platform.put(f"/learners/{name}/enrolments/{course.key}").status_code == 201


def relayed() -> list[str]:
    """What became of everything that was to be sent."""
    while not relay.run_once(clock=timezone.now, jitter=Random(1)).was_idle:
        pass
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_it_verifies_our_deliveries_while_a_secret_changes(receiver, sent):
    platform, course = Platform(), make_quiz().course
    made = platform.post("/webhooks", {"url": receiver.url}).json()
    first = made["secret"]
    receiver.knows(first)
    enrol(platform, "a-1", course)
    assert relayed() == ["done"]

    second = platform.post(f"/webhooks/{made['id']}/secret").json()["secret"]
    enrol(platform, "a-2", course)
    assert relayed() == ["done"] * 2
    assert len(sent[-1][1]["webhook-signature"].split()) == 2
    receiver.knows(second)
    enrol(platform, "a-3", course)
    assert relayed() == ["done"] * 3

    row = WebhookEndpoint.objects.get()
    row.secrets[1]["until"] = timezone.now().isoformat()
    row.save()
    enrol(platform, "a-4", course)
    assert relayed() == ["done"] * 4
    receiver.knows(first)
    enrol(platform, "a-5", course)
    assert relayed()[-1] == "pending"


def test_it_refuses_a_changed_byte_a_changed_id_and_an_old_time(receiver, sent):
    platform, course = Platform(), make_quiz().course
    secret = platform.post("/webhooks", {"url": receiver.url}).json()["secret"]
    receiver.knows(secret)
    enrol(platform, "a-1", course)
    assert relayed() == ["done"]
    body, headers = sent[-1]
    stamp = int(headers["webhook-timestamp"]) - OLD_S
    old = messages.signature(
        secret=secret, message_id=headers["webhook-id"], timestamp=stamp, body=body
    )

    assert receiver.answers(body, headers) == (204, "")
    for changed, other, reason in (
        (body[:-2] + b" }", {}, "No matching signature found"),
        (body, {"webhook-id": headers["webhook-id"][::-1]}, "No matching signature found"),
        (body, {"webhook-timestamp": str(stamp)}, "Message timestamp too old"),
        (body, {"webhook-timestamp": str(stamp), "webhook-signature": old}, "timestamp too old"),
    ):
        status, why = receiver.answers(changed, {**headers, **other})
        assert status == 400
        assert reason in why
