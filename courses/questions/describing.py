"""What an author may write for a question type and what a learner may send, as JSON Schema.

The schema of the data is made from `Data` and describes what `data.load` takes: fields, kinds,
what may be left out. What a type asks beyond that (exactly one right option, texts that differ …)
its `check` reports with a path.
"""

import dataclasses
import types
import typing
from typing import Any

from courses.questions.base import QuestionType
from courses.questions.data import Expression, dump

Json = dict[str, Any]

_EXPRESSION: Json = {
    "type": ["string", "number"],
    "description": "A number or an arithmetic expression.",
}


def data_schema(question_type: QuestionType[Any]) -> Json:
    """Return the JSON Schema 2020-12 of a type's `data`; its records are under `$defs`."""
    found: dict[str, Json] = {}
    root = _record(question_type.Data, found)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": str(question_type.label),
        **root,
        **({"$defs": found} if found else {}),
    }


def response_schema(question_type: QuestionType[Any]) -> Json:
    """Return the JSON Schema 2020-12 of a response to a type, as it is sent and stored."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": str(question_type.label),
        **question_type.response_schema,
    }


def _record(kind: type, found: dict[str, Json]) -> Json:
    hints = typing.get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    properties = {name: _field(field, hints[name], found) for name, field in fields.items()}
    required = [name for name, field in fields.items() if not _has_default(field)]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _field(field: "dataclasses.Field[Any]", kind: Any, found: dict[str, Json]) -> Json:
    described = _kind(kind, found)
    if not _has_default(field):
        return described
    has_factory = field.default_factory is not dataclasses.MISSING
    return {**described, "default": {} if has_factory else dump(field.default)}


def _has_default(field: "dataclasses.Field[Any]") -> bool:
    given = (field.default, field.default_factory)
    return any(one is not dataclasses.MISSING for one in given)


def _kind(kind: Any, found: dict[str, Json]) -> Json:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        (one,) = (arm for arm in inner if arm is not type(None))
        return {"anyOf": [_kind(one, found), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _kind(inner[0], found)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _kind(inner[1], found)}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        if kind.__name__ not in found:
            found[kind.__name__] = {}  # A record may hold records of its own kind.
            found[kind.__name__] = _record(kind, found)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    return _plain(kind)


def _plain(kind: Any) -> Json:
    if kind is Expression:
        return dict(_EXPRESSION)
    if kind is Any:
        return {}
    return {"type": {str: "string", int: "integer", bool: "boolean"}[kind]}
