"""The documented receiver works as described, and the documentation names every event."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from courses.domain import events
from courses.domain.webhooks import endpoints, messages
from tests.factories import NOW

TEXT = (Path(__file__).resolve().parents[2] / "docs/api/webhooks.md").read_text(encoding="utf-8")
BODY = b'{"type":"attempt.graded"}'


@pytest.fixture
def verified():
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    found = {}
    exec(code, found)  # noqa: S102 (the documentation's own example)
    return lambda *args, at=NOW: found["verified"](*args, now=at.timestamp)


def signed(*secrets, message_id="m-1", body=BODY):
    stamp = int(NOW.timestamp())
    signatures = [
        messages.signature(secret=one, message_id=message_id, timestamp=stamp, body=body)
        for one in secrets
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": " ".join(signatures),
    }


def test_the_documented_receiver_accepts_ours_and_refuses_others(verified):
    old, new = endpoints.new_secret(), endpoints.new_secret()
    headers = signed(new, old)

    assert verified(old, headers, BODY)
    assert verified(new, headers, BODY)
    assert not verified(endpoints.new_secret(), headers, BODY)
    assert not verified(old, headers, BODY + b" ")
    assert not verified(old, {**headers, "webhook-id": "m-2"}, BODY)
    assert not verified(old, {**headers, "webhook-signature": "v2,x nonsense"}, BODY)
    assert not verified(old, {**headers, "webhook-timestamp": "soon"}, BODY)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_the_documented_receiver_refuses_what_is_old_or_of_the_future(verified, minutes):
    secret = endpoints.new_secret()

    assert not verified(secret, signed(secret), BODY, at=NOW + timedelta(minutes=minutes))


def test_the_documentation_names_every_type():
    assert set(re.findall(r"^\| `([a-z.]+_?[a-z]*)` \|", TEXT, re.MULTILINE)) == set(events.TYPES)
