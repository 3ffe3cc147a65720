"""Add to every answer how much of the rate is left: `RateLimit-Limit`, `-Remaining`, `-Reset`."""

import math
import time
from collections.abc import Iterable
from typing import Any

DESCRIPTIONS = {
    "RateLimit-Limit": "Requests that are allowed in one period.",
    "RateLimit-Remaining": "Requests that are left now.",
    "RateLimit-Reset": "Seconds until all are there again, if none is sent meanwhile.",
}


def add(response: Any, throttles: Iterable[Any]) -> None:
    """Add the headers for the throttles that counted this request; none where none did."""
    for throttle in throttles:
        history = getattr(throttle, "history", None)
        if history is None:
            continue
        latest = history[0] if history else time.time()
        values = (
            throttle.num_requests,
            max(0, throttle.num_requests - len(history)),
            max(0, math.ceil(latest + throttle.duration - time.time())),
        )
        for name, value in zip(DESCRIPTIONS, values, strict=True):
            response.headers[name] = str(value)


def described(document: dict[str, Any]) -> dict[str, Any]:
    """Return the OpenAPI document with these headers at every success and at 429."""
    named = {name.replace("-", ""): name for name in DESCRIPTIONS}
    whole = {"type": "integer", "minimum": 0}
    document["components"]["headers"] = {
        key: {"description": DESCRIPTIONS[name], "schema": whole} for key, name in named.items()
    }
    links = {name: {"$ref": f"#/components/headers/{key}"} for key, name in named.items()}
    wait = {"description": "Seconds to wait.", "schema": whole}
    document["components"]["responses"]["TooManyRequests"]["headers"] = {
        "Retry-After": wait,
        **links,
    }
    for methods in document["paths"].values():
        for operation in methods.values():
            for code, answer in operation["responses"].items():
                if code < "300":
                    answer["headers"] = {**answer.get("headers", {}), **links}
    return document
