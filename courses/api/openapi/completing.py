"""Add to the OpenAPI document what serializers do not declare: values, texts, webhooks."""

from typing import Any

from courses.api import rate_headers
from courses.api.openapi import webhooks
from courses.api.openapi.descriptions import DESCRIPTIONS
from courses.questions import registry

Json = dict[str, Any]


def completed(document: Json) -> Json:
    """Return the document with a text for every property, types of questions and `webhooks`."""
    schemas = document["components"]["schemas"]
    schemas.update(webhooks.components())
    document["webhooks"] = webhooks.section()
    schemas["Item"]["properties"]["type"]["enum"] = list(registry.all_types())
    for component, schema in schemas.items():
        for name, field in schema.get("properties", {}).items():
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
