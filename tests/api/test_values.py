"""Serializers for answers whose fields are a model's."""

import datetime as dt
from fractions import Fraction

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from courses.api.values import Keys, StrictModelSerializer, StrictSerializer
from courses.models import Attempt, Course, WebhookEndpoint
from tests.factories import NOW, make_learner, make_quiz

pytestmark = pytest.mark.django_db


class AttemptFields(StrictModelSerializer):
    course = serializers.CharField(source="enrolment.course.key")

    class Meta:
        model = Attempt
        fields = ("id", "enrolment", "quiz", "number", "state", "started_at", "score")


def test_fields_of_a_model_are_answered_as_declared_ones_are():
    quiz = make_quiz(questions=1)
    enrolment = make_learner(quiz.course)
    attempt = Attempt(
        enrolment=enrolment, quiz=quiz, number=1, started_at=NOW, score=Fraction(2, 3)
    )
    assert AttemptFields.serialize(attempt) == {
        "id": str(attempt.uuid),
        "enrolment": str(enrolment.uuid),
        "quiz": quiz.key,
        "number": 1,
        "state": "open",
        "started_at": NOW.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
        "score": 0.666667,
        "course": quiz.course.key,
    }


def test_all_fields_are_required_and_say_whether_they_may_be_null():
    fields = AttemptFields().fields
    assert all(field.required and not field.read_only for field in fields.values())
    assert [name for name, field in fields.items() if field.allow_null] == ["score"]
    assert list(fields["state"].choices) == Attempt.State.values


def test_a_property_is_typed_by_its_annotation():
    class Fields(StrictModelSerializer):
        class Meta:
            model = WebhookEndpoint
            fields = ("is_enabled",)

    assert isinstance(Fields().fields["is_enabled"], serializers.BooleanField)


def test_keys_of_a_relation_and_of_a_list():
    course = Course(key="a")
    assert Keys().to_representation([course]) == ["a"]
    assert Keys().to_representation(make_quiz(questions=1).requires_modules) == []


class Named(StrictSerializer):
    name = serializers.CharField(
        max_length=3, error_messages={"max_length": gettext_lazy("There is no such field.")}
    )


def test_a_refusal_is_in_the_language_of_its_request():
    found = []
    for language in ("de", "en", "de"):
        with translation.override(language), pytest.raises(serializers.ValidationError) as caught:
            Named.validated({"name": "four"})
        found.append(str(caught.value.detail["name"][0]))

    assert found == ["Dieses Feld gibt es nicht.", "There is no such field.", *found[:1]]


class Shelf(StrictSerializer):
    """Every way in which a field may find its value, or not."""

    text = serializers.CharField()
    count = serializers.IntegerField(allow_null=True)
    is_open = serializers.BooleanField()
    words = serializers.CharField(source="inner.words")
    called = serializers.IntegerField()
    absent = serializers.CharField(default="none")
    nothing = serializers.CharField(allow_null=True)
    optional = serializers.CharField(required=False)
    many = serializers.ListField(child=serializers.IntegerField())


class Book:
    text, count, is_open = gettext_lazy("Draft"), None, 1
    many = ("1", 2)

    def __init__(self):
        self.inner = {"words": 7}

    def called(self):
        return "3"


@pytest.mark.parametrize(
    "value",
    [
        Book(),
        {"text": 1, "count": True, "is_open": False, "inner": Book(), "called": 2, "many": []},
    ],
    ids=["an object", "a mapping"],
)
def test_values_are_those_of_the_framework(value):
    if isinstance(value, dict):
        value["inner"].words = "many words"
    expected = serializers.Serializer.to_representation(Shelf(), value)
    found = Shelf.serialize(value)

    assert found == expected
    assert {name: type(one) for name, one in found.items()} == {
        name: type(one) for name, one in expected.items()
    }
    assert list(found) == list(expected)


def test_a_value_that_is_missing_is_a_fault():
    with pytest.raises(AttributeError, match="count"):
        type("Counts", (StrictSerializer,), {"count": serializers.IntegerField()}).serialize(NOW)
