"""The `webhooks` of the OpenAPI document: each type of event with its data."""

from typing import Any

from courses.domain import event_data, events

HEADERS = {
    "webhook-id": "The event's id; drop what you have had already.",
    "webhook-timestamp": "When the call was made, in seconds since 1970.",
    "webhook-signature": "`v1,` and the HMAC-SHA256 of id, timestamp and body.",
}
TYPES = (*events.TYPES, events.WEBHOOK_PING)


def components() -> dict[str, Any]:
    """Return a schema for each type of event, such as `AttemptGradedEvent`."""
    return {name_of(kind): _event(kind) for kind in TYPES}


def section() -> dict[str, Any]:
    """Return what an endpoint receives, by type of event."""
    return {kind: {"post": _call(kind)} for kind in TYPES}


def name_of(kind: str) -> str:
    """Return the component's name: `attempt.graded` → `AttemptGradedEvent`."""
    return "".join(word.title() for word in kind.split(".")) + "Event"


def _event(kind: str) -> dict[str, Any]:
    properties = {
        "id": {"type": "string", "format": "uuid", "description": "The same at every delivery."},
        "type": {"type": "string", "enum": [kind], "description": "What happened."},
        "timestamp": {
            "type": "string",
            "format": "date-time",
            "description": "When it happened, in UTC.",
        },
        "data": {
            **event_data.schema(kind),
            "description": "The people and things that it is about.",
        },
    }
    return {
        "type": "object",
        "description": event_data.SUMMARIES[kind],
        "properties": properties,
        "required": list(properties),
    }


def _call(kind: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{name_of(kind)}"}
    return {
        "operationId": f"on_{kind.replace('.', '_')}",
        "summary": event_data.SUMMARIES[kind],
        "description": "Signed as Standard Webhooks does; see docs/api/webhooks.md.",
        "tags": ["webhooks"],
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
                "description": text,
            }
            for name, text in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "responses": {
            "2XX": {"description": "Received."},
            "4XX": {"description": "Refused; 410 switches the endpoint off."},
        },
    }
