"""Events sent to other systems over the web, as Standard Webhooks describes it.

`endpoints` are made and looked after, `spreading` finds who hears of an event, `messages` are
written, signed and sent, `calling` serves many endpoints at once, `outcomes` are what an endpoint's
answers do to it.
"""

from courses.domain.webhooks.calling import Report, calling, is_for_endpoint
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
from courses.domain.webhooks.messages import Outcome, told
from courses.domain.webhooks.outcomes import settle
from courses.domain.webhooks.spreading import spread

__all__ = [
    "Outcome",
    "Report",
    "calling",
    "change",
    "check",
    "disable",
    "enable",
    "find",
    "is_for_endpoint",
    "log_of",
    "ping",
    "redeliver",
    "register",
    "remove",
    "rotate_secret",
    "seen_by",
    "settle",
    "spread",
    "told",
]
