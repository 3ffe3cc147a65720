"""Messages to endpoints: events as JSON, signed, and the call that sends one."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol

from courses.domain import events, outgoing
from courses.domain.plain import plain
from courses.models import Delivery, Event, ExternalIdentity, WebhookEndpoint

SECRET_MARK = "whsec_"  # noqa: S105 (what every secret begins with)
USER_AGENT = "cx-course-webhooks/1"
_ANSWER_LENGTH = 500
_GONE = 410


class Sendable(Protocol):
    """A call that can be made without the database."""

    @property
    def delivery(self) -> Delivery: ...

    def call(self, *, now: datetime) -> "CallOutcome":
        """Make the call; never raise."""


@dataclass(frozen=True)
class Message:
    """All that a call needs, so that it runs without the database."""

    delivery: Delivery
    url: str
    secrets: tuple[str, ...]
    identity: ExternalIdentity | None
    sees_scores: bool

    def call(self, *, now: datetime) -> "CallOutcome":
        """Send the event."""
        return send(self, now=now)


@dataclass(frozen=True)
class CallOutcome:
    """The result of a call. Without a `status` no answer came, and `answer` is the reason.

    `is_final`: it was refused and will always be. `detail` is what the sender wants to record.
    """

    status: int | None
    answer: str
    duration_ms: int
    retry_after_s: int | None = None
    is_final: bool = False
    detail: Any = None

    @property
    def is_accepted(self) -> bool:
        """Whether nothing is left to send."""
        is_success = self.status is not None and 200 <= self.status < 300  # noqa: PLR2004
        return self.is_final or is_success

    @property
    def is_gone(self) -> bool:
        return self.status == _GONE


def messages_for(
    *, endpoint: WebhookEndpoint, deliveries: Iterable[Delivery], now: datetime
) -> list[Message]:
    """Return a message for each delivery, in their order; one query."""
    rows = list(deliveries)
    users = {row.event.enrolment.user_id for row in rows if row.event.enrolment is not None}
    known = ExternalIdentity.objects.filter(client=endpoint.client_id, user__in=users)
    identities = {one.user_id: one for one in known}
    secrets = valid_secrets(endpoint=endpoint, now=now)
    return [
        Message(
            delivery=row,
            url=endpoint.url,
            secrets=secrets,
            identity=identities.get(row.event.enrolment.user_id) if row.event.enrolment else None,
            sees_scores=endpoint.include_hidden_scores,
        )
        for row in rows
    ]


def valid_secrets(*, endpoint: WebhookEndpoint, now: datetime) -> tuple[str, ...]:
    """Return the newest secret, then those that a rotation leaves valid for a while."""
    return tuple(
        one["secret"]
        for one in endpoint.secrets
        if one["until"] is None or datetime.fromisoformat(one["until"]) > now
    )


def serialize_event(
    event: Event, *, identity: ExternalIdentity | None, sees_scores: bool
) -> dict[str, Any]:
    """Return an event as webhooks and the feed send it: plain JSON, without keys of tables.

    Scores that the quiz hid from the learner when it happened are left out unless the receiver may
    read the gradebook anyway; `is_shown` is there for both.
    """
    data = dict(event.data)
    if not sees_scores and not data.get("is_shown"):
        data |= {name: None for name in events.SCORES if name in data}
    if event.course is not None:
        data["course"] = {"id": str(event.course.uuid), "key": event.course.key}
    if event.enrolment is not None:
        data["enrolment"] = str(event.enrolment.uuid)
        section = event.enrolment.section
        data["section"] = None if section is None else section.key
        data["learner"] = _learner(identity)
    return {
        "id": str(event.uuid),
        "type": event.type,
        "timestamp": plain(event.occurred_at),
        "data": data,
    }


def signature(*, secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return `v1,` and the HMAC-SHA256 of id, timestamp and body under what the secret encodes."""
    key = base64.b64decode(secret.removeprefix(SECRET_MARK), validate=True)
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def send(message: Message, *, now: datetime) -> CallOutcome:
    """Make the call. Needs no database; never raises, whatever the message or the other side."""
    begun = time.monotonic()
    try:
        answer = _post(message, now)
    except Exception as error:  # a broken event must not stop those behind it
        text = str(error) if isinstance(error, _KNOWN) else f"{type(error).__name__}: {error}"
        return CallOutcome(None, text[:_ANSWER_LENGTH], _since(begun))
    text = answer.body[:_ANSWER_LENGTH].decode("utf-8", "replace").replace("\x00", "\ufffd")
    wait = retry_after(answer.headers.get("retry-after", ""), now=now)
    return CallOutcome(answer.status, text, _since(begun), wait)


_KNOWN = (outgoing.CallRefused, outgoing.CallFailed)


def _post(message: Message, now: datetime) -> outgoing.Answer:
    event = serialize_event(
        message.delivery.event, identity=message.identity, sees_scores=message.sees_scores
    )
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
    message_id, timestamp = event["id"], int(now.timestamp())
    signatures = [
        signature(secret=secret, message_id=message_id, timestamp=timestamp, body=body)
        for secret in message.secrets
    ]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Webhook-Id": message_id,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": " ".join(signatures),
    }
    return outgoing.post(message.url, body=body, headers=headers)


def _learner(identity: ExternalIdentity | None) -> dict[str, str] | None:
    if identity is None:
        return None
    return {"id": str(identity.uuid), "external_id": identity.subject}


def _since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def retry_after(text: str, *, now: datetime) -> int | None:
    """Return seconds from a number or a date (RFC 9110, 10.2.3); None when it is neither."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0, int((moment - now).total_seconds()))
