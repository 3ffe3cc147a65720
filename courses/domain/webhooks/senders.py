"""Optional apps that send something else than events to endpoints of their own.

What they send goes through the same deliveries, pauses and log as webhooks do.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from courses.domain.webhooks.messages import CallOutcome, Sendable
from courses.models import Delivery, Event, WebhookEndpoint


class EndpointSender(Protocol):
    """What an app does for the endpoints whose `sender` is its name."""

    def wanted(self, *, rows: Sequence[Event]) -> list[tuple[Event, WebhookEndpoint]]:
        """Return which events concern which endpoints, disabled ones left out."""

    def messages(
        self, *, endpoint: WebhookEndpoint, deliveries: Sequence[Delivery], now: datetime
    ) -> list[Sendable]:
        """Return what is to be sent for these, in their order.

        Each of them is among the messages, or marked as delivered: there is nothing to send for it.
        """

    def record(self, *, outcome: CallOutcome, now: datetime) -> None:
        """Record what came of a message, in the transaction of its delivery."""


_senders: dict[str, EndpointSender] = {}


def register_sender(*, name: str, sender: EndpointSender) -> None:
    """Let an app send to the endpoints with this `sender`."""
    _senders[name] = sender


def find_sender(*, endpoint: WebhookEndpoint) -> EndpointSender | None:
    """Return who sends to the endpoint; None for webhooks, and for an app that is not installed."""
    return _senders.get(endpoint.sender)


def wanted_by_senders(*, rows: Sequence[Event]) -> list[tuple[Event, WebhookEndpoint]]:
    """Return which events concern the endpoints of all apps."""
    return [pair for sender in _senders.values() for pair in sender.wanted(rows=rows)]
