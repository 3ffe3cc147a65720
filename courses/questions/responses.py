"""How a response to a question type looks: short declarations that become JSON Schema.

A type names its fields once, as `response_schema`. Reading, the description of the API and the
pages in docs/question-types come from it. `x-keys` and `x-values` name the list in the question's
`content` whose rows give the keys of a mapping and the values to choose from.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from courses.errors import Problem
from courses.questions.raw import NAMES_LIMIT, Raw, ResponseError, UnknownFields
from courses.questions.texts import is_blank

Json = dict[str, Any]

ANYTHING: Json = {"type": "object", "additionalProperties": True}
"""The schema of a type that declares none: only `parse` decides what it takes."""


class MissingFields(ResponseError):
    """A field that a response to this question needs was not sent; `problems` name it."""

    def __init__(self, names: Sequence[str], message: str = "") -> None:
        fields = {"fields": ", ".join(names)}
        text = message or _("This response lacks the field %(fields)s.") % fields
        super().__init__(text, [Problem(name, message or _("Missing.")) for name in names])


def response_of(required: Sequence[str] = (), **fields: Json) -> Json:
    """Return the schema of a response with these fields; without `required` one of them will do."""
    schema: Json = {"type": "object", "properties": fields, "additionalProperties": False}
    return schema | ({"required": list(required)} if required else {"minProperties": 1})


def typed_text(description: str, *, longest: int | None = None) -> Json:
    """Return a text that the learner typed."""
    limit = {} if longest is None else {"maxLength": longest}
    return {"type": "string", "description": description, **limit}


def listed(description: str, values: Sequence[str | int]) -> Json:
    """Return the schema of one of a few fixed values."""
    kind = "integer" if isinstance(values[0], int) else "string"
    return {"type": kind, "enum": list(values), "description": description}


def key_of(rows: str) -> Json:
    """Return the `key` of one row of a list in the question's `content`."""
    return {
        "type": "string",
        "description": f"The `key` of one of `{rows}` in the question's `content`.",
        "x-values": rows,
    }


def keys_of(rows: str, *, is_complete: bool = False) -> Json:
    """Return the keys of several rows of a list in `content`, or of all of them in an order."""
    amount = "The keys of all" if is_complete else "The keys of the chosen"
    return {
        "type": "array",
        "items": {"type": "string"},
        "uniqueItems": True,
        "description": f"{amount} `{rows}` in the question's `content`"
        + (", in the learner's order." if is_complete else "."),
        "x-values": rows,
    }


def by_key_of(rows: str, value: Json) -> Json:
    """Return a value for each row of a list in `content`; rows without a value may be left out."""
    return {
        "type": "object",
        "additionalProperties": value,
        "description": f"By the `key` of each of `{rows}` in the question's `content`.",
        "x-keys": rows,
    }


def refuse_unknown(schema: Json, raw: Raw) -> None:
    """Refuse fields that the schema does not name. Raises UnknownFields with their paths."""
    if schema.get("additionalProperties", True):
        return
    unknown = [name for name in raw if not _is_declared(schema["properties"], name, raw)]
    if unknown:
        raise UnknownFields(unknown)


def _is_declared(properties: Json, name: str, raw: Raw) -> bool:
    """Return whether this flat field, such as `match.a`, is declared."""
    first, dot, _rest = name.partition(".")
    declared = properties.get(first)
    if declared is None:
        return False
    is_mapping = declared["type"] == "object"
    # A mapping without entries is sent as a field without texts.
    return bool(dot) == is_mapping or (is_mapping and not raw[name])


def missing(schema: Json, raw: Raw) -> list[str]:
    """Return the required fields that were not sent; none where nothing at all was answered."""
    if all(is_blank(text) for texts in raw.values() for text in texts):
        return []
    sent = {name.partition(".")[0] for name in raw}
    return [name for name in schema.get("required", ()) if name not in sent][:NAMES_LIMIT]


def lines(schema: Json) -> Iterator[str]:
    """Yield one line of Markdown per field: name, kind, whether it is required, description."""
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        need = "required" if name in required else "optional"
        yield f"- `{name}` ({kind_of(field)}, {need}): {described(field)}"


def described(field: Json) -> str:
    """Return what a field holds, with the values that it may have."""
    parts = [field["description"]]
    inner = field.get("additionalProperties")
    if isinstance(inner, dict):
        parts.append(f"Each value ({kind_of(inner)}): {described(inner)}")
    if "enum" in field:
        parts.append("One of " + ", ".join(f"`{value}`" for value in field["enum"]) + ".")
    if "maxLength" in field:
        parts.append(f"At most {field['maxLength']} characters.")
    return " ".join(parts)


def kind_of(field: Json) -> str:
    """Return the JSON kind of a field in words."""
    if field["type"] == "array":
        return f"array of {field['items']['type']}s"
    return str(field["type"])
