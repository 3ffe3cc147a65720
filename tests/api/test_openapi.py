"""What the description adds to the serializers: values, texts for properties, and webhooks."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import set_script_prefix
from jsonschema import Draft202012Validator, FormatChecker

from courses.api.openapi import webhooks as described
from courses.api.schema import document
from courses.domain import attempts, enrolments, event_data, events, result_release, webhooks
from courses.domain.webhooks import serialize_event
from courses.models import Event, ExternalIdentity
from tests.api.judges import story
from tests.api.platform import Platform
from tests.factories import NOW, make_quiz, reader_of

STATES = {
    "state", "role", "status", "kind", "activity_progress", "grading_progress", "closed_by",
    "completion", "bloom", "difficulty", "feedback_mode", "grade_method", "moment", "theme",
    "disabled_reason",
}  # fmt: skip
FREE = {
    *("BulkRow.status", "DeliveryTry.status", "Problem.status"),
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


@pytest.mark.django_db
def test_every_event_of_a_journey_is_as_the_webhooks_say(settings):
    settings.ALLOWED_HOSTS = [story.HOST]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    story.run_story()
    call_the_rest()
    seen = set()
    for event in Event.objects.filter(type__in=described.TYPES):
        seen.add(event.type)
        known = ExternalIdentity.objects.filter(user=getattr(event.enrolment, "user_id", None))
        for identity in (known.first(), None):
            for sees_scores in (True, False):
                check(serialize_event(event, identity=identity, sees_scores=sees_scores))

    assert seen == set(described.TYPES)


def call_the_rest() -> None:
    """What the story leaves out: a hidden result that is shown, another role, and an endpoint."""
    later = NOW + timedelta(days=1)
    score = ["response", "points", "overall"]
    review = {"just_after": [], "later": [], "after_close": score}
    quiz = make_quiz(questions=1, review=review, closes_at=later)
    platform = Platform(name="Other")
    platform.learner(course=quiz.course)
    row = platform.enrolment()
    by = row.user
    attempt = attempts.start(reader=reader_of(row), quiz_key=quiz.key, by=by, now=NOW)
    attempts.submit(attempt=attempt, by=by, now=NOW)
    assert result_release.release_due(now=later) == 1
    enrolments.enrol(course=quiz.course, user=by, role="instructor", now=later)
    endpoint = webhooks.register(client=platform.client, url="https://a.example/", now=NOW)
    webhooks.disable(endpoint=endpoint, now=NOW)


def check(message: dict[str, Any]) -> None:
    schema = document()["components"]["schemas"][described.name_of(message["type"])]
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(message)
    assert set(message["data"]) <= set(schema["properties"]["data"]["properties"])
