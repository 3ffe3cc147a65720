"""What the description adds to the serializers: values, texts for properties, and webhooks."""

from typing import Any

from django.urls import set_script_prefix

from courses.api.schema import document
from courses.domain import event_data, events

STATES = {
    "state", "role", "status", "kind", "activity_progress", "grading_progress", "closed_by",
    "completion", "bloom", "difficulty", "feedback_mode", "grade_method", "moment", "theme",
    "disabled_reason",
}  # fmt: skip
FREE = {
    *("BulkRow.status", "DeliveryTry.status", "Problem.status", "SavedRow.status"),
    *("QuestionChanges.status", "QuizChanges.status", "VersionChanges.status"),
}
"""HTTP statuses, and what may be sent back as it was read and changes nothing."""


def properties(schemas: Any, name: str = "") -> Any:
    """(component, property, schema) of every property, also of records within records."""
    for component, schema in schemas.items():
        for key, field in schema.get("properties", {}).items():
            yield component, key, field
        inner = {f"{component}.{k}": v for k, v in schema.get("properties", {}).items()}
        yield from properties(inner)
        if isinstance(schema.get("items"), dict):
            yield from properties({f"{component}[]": schema["items"]})


def test_every_property_has_a_description():
    found = list(properties(document()["components"]["schemas"]))

    assert len(found) > 700
    assert [f"{one}.{name}" for one, name, field in found if not field.get("description")] == []


def has_values(field: Any) -> bool:
    arms = [arm for key in ("oneOf", "anyOf", "allOf") for arm in field.get(key, ())]
    return "enum" in field or any("enum" in arm or "$ref" in arm for arm in arms)


def test_every_state_and_role_names_its_values():
    schemas = document()["components"]["schemas"]
    open_ones = {
        f"{one}.{name}"
        for one, name, field in properties(schemas)
        if name in STATES and not has_values(field)
    }

    assert open_ones - FREE == set()


def test_every_type_of_event_is_a_webhook():
    types = {*events.TYPES, events.WEBHOOK_PING}

    assert (
        set(document()["webhooks"]) == types == set(event_data.FIELDS) == set(event_data.SUMMARIES)
    )


def test_addresses_and_cookie_are_those_of_the_site(client, settings):
    settings.SESSION_COOKIE_NAME = "our-session"
    set_script_prefix("/host/")
    try:
        found = client.get("/api/v1/schema").json()
    finally:
        set_script_prefix("/")
    schemes = found["components"]["securitySchemes"]

    assert found["servers"][0]["url"] == "/host"
    assert schemes["oauth2"]["flows"]["clientCredentials"]["tokenUrl"] == "/host/oauth/token"
    assert schemes["session"]["name"] == "our-session"
    assert document()["servers"][0]["url"] == "/"
