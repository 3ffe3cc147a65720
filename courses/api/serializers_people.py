"""Answers about learners and enrolments, and about many of them at once."""

from typing import Any

from rest_framework import serializers

from courses.api.values import Facts, StrictModelSerializer, StrictSerializer
from courses.models import Enrolment, ExternalIdentity

Text = serializers.CharField


class LearnerSerializer(StrictModelSerializer):
    external_id = Text(source="subject")
    first_name = Text(source="user_names.first_name")
    last_name = Text(source="user_names.last_name")
    email = Text(source="user_names.email")

    class Meta:
        model = ExternalIdentity
        fields = (
            "id", "external_id", "first_name", "last_name", "email", "is_active", "created_at",
            "updated_at",
        )  # fmt: skip
        extra_kwargs = {
            "is_active": {"help_text": "False once this platform has deactivated the learner."}
        }


def _many(text: str) -> serializers.ListField:
    return serializers.ListField(child=Facts(), help_text=text)


class LearnerExportSerializer(StrictSerializer):
    person = Facts(help_text="Names, e-mail address, time zone and language.")
    accommodations = _many("What the learner is granted in courses that the credential reaches.")
    platforms = _many("This platform's own name for the learner, and its cohorts.")
    tokens = _many("Tokens that this platform asked for; never their text.")
    enrolments = _many("Each with its lessons, attempts, responses, results, events and launches.")


class EnrolmentSerializer(StrictModelSerializer):
    class Meta:
        model = Enrolment
        fields = (
            "id", "course", "section", "role", "state", "cycle", "enrolled_at", "completed_at",
            "ends_at",
        )  # fmt: skip
        extra_kwargs = {
            "section": {"help_text": "The class; null: the role holds for the whole course."},
            "enrolled_at": {"help_text": "When the learner was enrolled."},
            "ends_at": {"help_text": "When it ends by itself; null: never."},
        }


class PlaceSerializer(StrictSerializer):
    pointer = Text(help_text="A JSON pointer into the request.")
    message = Text(help_text="What is wrong, for people.")


class BulkRow(StrictSerializer):
    """What became of one row; the same for everything that takes many."""

    index = serializers.IntegerField(help_text="The place of the row in the request, from 0.")
    external_id = Text(required=False, help_text="As it was sent; missing where none was.")
    status = serializers.IntegerField(help_text="201 made, 200 there already, else refused.")
    learner = LearnerSerializer(required=False, help_text="Of `POST /learners`.")
    enrolment = EnrolmentSerializer(required=False, help_text="Of `POST …/enrolments`.")
    errors: Any = PlaceSerializer(many=True, required=False, help_text="Where it was refused.")


class BulkReport(StrictSerializer):
    results = BulkRow(many=True)
