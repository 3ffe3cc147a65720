"""The schema of a refusal: a problem as RFC 9457 has it."""

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `title` and `detail` are for people.",
    "required": ["type", "title", "status", "code", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "message"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer to the place."},
                    "message": {"type": "string", "description": "What is wrong there."},
                },
            },
        },
        "errors_left_out": {
            "type": "integer",
            "description": "How many more errors there are than `errors` lists.",
        },
        "revision": {"type": "integer", "description": "What is stored now, after a conflict."},
        "value": {
            "description": "The stored response, after a conflict.",
            "anyOf": [{"$ref": "#/components/schemas/QuestionResponse"}, {"type": "null"}],
        },
        "running_attempt": {
            "type": "string",
            "format": "uuid",
            "description": "The attempt during which the course is shut.",
        },
        "next_start_at": {"type": "string", "format": "date-time"},
    },
}
