"""Notices (PNS): where tools say which of them they want, and how they are sent to them."""

import json
import secrets
import urllib.error
import urllib.request
from datetime import UTC, datetime
from typing import Any

from tests.lti.platform.messages import common
from tests.lti.platform.state import CLAIM, Platform, Tool
from tests.lti.platform.web import Answer, Call, sent

COPY = "LtiContextCopyNotice"


def handlers(platform: Platform, call: Call, tool: Tool) -> Answer:
    """Answer a tool that says which of its addresses takes which notices."""
    if call.method == "PUT":
        platform.handlers[tool.client_id, call.json["notice_type"]] = call.json["handler"]
    rows = [
        {"notice_type": kind, "handler": url}
        for (client, kind), url in platform.handlers.items()
        if client == tool.client_id
    ]
    return sent({"client_id": tool.client_id, "notice_handlers": rows})


def copy_notice(platform: Platform, tool: Tool, *, new: str, origin: str, **more: Any) -> str:
    """A signed notice that the course `new` is a copy of `origin`; `more` overrides claims."""
    now = datetime.now(tz=UTC).isoformat()
    claims = {
        **common(platform, tool),
        f"{CLAIM}notice": {"id": secrets.token_urlsafe(8), "timestamp": now, "type": COPY},
        f"{CLAIM}context": {"id": new, "title": new},
        f"{CLAIM}origin_contexts": [origin],
        **more,
    }
    found = {name: value for name, value in claims.items() if value is not None}
    return platform.sign(found)


def send_notices(platform: Platform, tool: Tool, *texts: str) -> int:
    """Send signed notices to the tool's address for copies; return the status of its answer."""
    body = json.dumps({"notices": [{"jwt": text} for text in texts]}).encode()
    request = urllib.request.Request(
        platform.handlers[tool.client_id, COPY],
        data=body,
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
