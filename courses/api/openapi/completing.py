"""Complete the OpenAPI document with what serializers do not say: values, texts and webhooks."""

from typing import Any

from courses.api import rate_headers
from courses.api.openapi import webhooks
from courses.api.openapi.descriptions import DESCRIPTIONS
from courses.api.openapi.enums import enums

Json = dict[str, Any]


def completed(document: Json) -> Json:
    """Return the document with values of states, a text for every property, and `webhooks`."""
    schemas = document["components"]["schemas"]
    schemas.update(webhooks.components())
    document["webhooks"] = webhooks.section()
    values = enums()
    for component, schema in schemas.items():
        for name, field in schema.get("properties", {}).items():
            known = values.get(f"{component}.{name}", values.get(f"*.{name}"))
            if known and field.get("type") == "string" and "enum" not in field:
                field["enum"] = known
            schema["properties"][name] = _described(component, name, field)
    return rate_headers.described(document)


def _described(component: str, name: str, field: Json) -> Json:
    if "description" in field:
        return field
    text = DESCRIPTIONS.get(f"{component}.{name}", DESCRIPTIONS.get(name))
    if text is None:
        return field
    if "$ref" in field:
        return {"allOf": [field], "description": text}
    return {**field, "description": text}
