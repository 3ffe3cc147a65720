"""Events sent to other systems over the web, as Standard Webhooks describes it.

`endpoints` manages them, `subscriptions` finds which of them get an event, `messages` writes, signs
and sends one message, `sending` serves many endpoints at once, `outcomes` records their answers.
"""

from courses.domain.webhooks.endpoints import (
    change,
    check,
    disable,
    enable,
    find,
    log_of,
    ping,
    redeliver,
    register,
    remove,
    rotate_secret,
    seen_by,
)
from courses.domain.webhooks.messages import CallOutcome, Sendable, retry_after, serialize_event
from courses.domain.webhooks.outcomes import CallReport, record_outcomes
from courses.domain.webhooks.senders import register_sender
from courses.domain.webhooks.sending import is_for_endpoint, sending
from courses.domain.webhooks.subscriptions import create_deliveries

__all__ = [
    "CallOutcome",
    "CallReport",
    "Sendable",
    "change",
    "check",
    "create_deliveries",
    "disable",
    "enable",
    "find",
    "is_for_endpoint",
    "log_of",
    "ping",
    "record_outcomes",
    "redeliver",
    "register",
    "register_sender",
    "remove",
    "retry_after",
    "rotate_secret",
    "seen_by",
    "sending",
    "serialize_event",
]
