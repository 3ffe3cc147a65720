"""What is written and read of a course's contents. What can be written can be read back the same.

A field that is left out gets its default, so what was read can be sent again. Fields that are only
read may be sent along; they change nothing. Nothing chosen is null, as everywhere in the API.
"""

import inspect
from collections.abc import Callable
from typing import Any

from rest_framework import serializers

from courses.api.authoring.fields import (
    Choice,
    Key,
    Text,
    Truth,
    Whole,
    answered,
    changes,
    keys,
    new_key,
    no_key,
    place,
)
from courses.api.authoring.records import fields_of
from courses.api.serializers_learning import StimulusSerializer as SharedText
from courses.api.values import Moment, StrictModelSerializer, StrictSerializer
from courses.coursefiles.rules import OBJECTIVE_KEY
from courses.coursefiles.schema import ObjectiveFile, QuestionFile, StimulusFile
from courses.models import Course, Module, QuestionVersion
from courses.questions.base import QuestionType
from courses.questions.describing import data_schema, response_schema

QUESTION_STATUS = ("draft", "ready", "retired")
NEW_STATUS = ("draft", "ready")


class AuthoredModuleSerializer(StrictModelSerializer):
    key = Text()

    class Meta:
        model = Module
        fields = ("key", "title", "position", "is_optional", "is_archived")
        extra_kwargs = {"is_archived": {"help_text": "Is it put away?"}}


class AuthoredCourseSerializer(StrictModelSerializer):
    key = Text()

    class Meta:
        model = Course
        fields = ("id", "key", "title", "language", "state", "revision", "updated_at")
        extra_kwargs = {
            "revision": {"help_text": "New with every change that learners may see."},
        }


class AuthoredCourseDetail(AuthoredCourseSerializer):
    modules = AuthoredModuleSerializer(many=True)


@fields_of(ObjectiveFile, exclude=("key",))
class ObjectiveValues(StrictSerializer):
    module = Key(max_length=80)
    position = place()


class NewObjective(ObjectiveValues):
    key = new_key(OBJECTIVE_KEY, 40)


AuthoredObjective = answered(
    ObjectiveValues,
    "AuthoredObjective",
    key=Text(),
    module=Key(max_length=80),
    position=Whole(),
)
ObjectiveChanges = changes(ObjectiveValues, AuthoredObjective, "ObjectiveChanges")


@fields_of(StimulusFile, exclude=("key",))
class StimulusValues(StrictSerializer):
    pass


class NewStimulus(StimulusValues):
    key = new_key()


AuthoredStimulus = answered(StimulusValues, "AuthoredStimulus", key=Text())
StimulusChanges = changes(StimulusValues, AuthoredStimulus, "StimulusChanges")


class VersionValues(StrictSerializer):
    type = Text(max_length=40, help_text="The key of a question type.")
    data = serializers.DictField(help_text="What its type understands; see `question-types`.")
    note = Text(max_length=300, allow_blank=True, default="", help_text="What changed.")


class NewVersion(VersionValues):
    status = Choice(choices=NEW_STATUS, default="draft")


class VersionRow(StrictModelSerializer):
    class Meta:
        model = QuestionVersion
        fields = ("number", "type", "status", "note", "created_at")


VersionSerializer = answered(VersionValues, "VersionSerializer", **VersionRow().fields)
VersionChanges = changes(VersionValues, VersionSerializer, "VersionChanges")


@fields_of(QuestionFile, exclude=("key", "type", "status", "data"))
class QuestionValues(StrictSerializer):
    module = no_key()
    tags = keys(60)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Name each tag and each enemy once."""
        return attrs | {name: list(dict.fromkeys(attrs[name])) for name in ("tags", "enemies")}


class NewQuestion(QuestionValues, NewVersion):
    key = new_key()


_READ = {
    "key": Text(),
    "status": Choice(choices=QUESTION_STATUS),
    "type": Text(source="kind", allow_null=True, help_text="Of what is ready, else of the draft."),
    "ready_number": Whole(
        source="ready_version.number", allow_null=True, help_text="The version that learners get."
    ),
    "draft_number": Whole(allow_null=True, help_text="The newest draft, if none is ready since."),
    "updated_at": Moment(),
}


QuestionRow = answered(QuestionValues, "QuestionRow", **_READ)
AuthoredQuestion = answered(
    QuestionValues,
    "AuthoredQuestion",
    **_READ,
    ready=VersionSerializer(source="ready_version", allow_null=True),
    draft=VersionSerializer(allow_null=True),
)
QuestionChanges = changes(QuestionValues, AuthoredQuestion, "QuestionChanges")


class PreviewSerializer(StrictSerializer):
    seed = Whole(help_text="The number that the random draws come from.")
    type = Text()
    content = serializers.DictField(help_text="As in an attempt; texts are Markdown.")
    stimulus = SharedText(allow_null=True)
    solution = serializers.DictField(
        allow_null=True, help_text="A response that earns full marks, if one was asked for."
    )
    reviewed = serializers.DictField(
        allow_null=True, help_text="`content` as the review of that response shows it."
    )
    hints = serializers.ListField(child=Text(), help_text="The hints, in their order; Markdown.")


class _Described(serializers.Field):
    """A field whose value `describe` makes of a question type."""

    def __init__(self, describe: Callable[[QuestionType[Any]], Any], **kwargs: Any) -> None:
        self.describe = describe
        super().__init__(**kwargs)

    def get_attribute(self, instance: QuestionType[Any]) -> Any:
        return self.describe(instance)


class TextOf(_Described, Text):
    pass


class SchemaOf(_Described, serializers.DictField):
    pass


def _documentation(kind: QuestionType[Any]) -> str:
    return inspect.getdoc(type(kind)) or ""


class QuestionTypeSerializer(StrictSerializer):
    key = Text()
    label = Text()
    interaction = Text(help_text="What a learner does, in the words of QTI.")
    needs_person = Truth(help_text="In graded work a person judges it.")
    is_scored = Truth(help_text="False: nobody is right or wrong in it, and no quiz takes it.")
    is_typed = Truth(help_text="Responses are typed text.")
    description = TextOf(
        _documentation, help_text="The fields of a response, and what `content` holds."
    )
    data = SchemaOf(data_schema, help_text="JSON Schema (2020-12) of `data`.")
    response = SchemaOf(response_schema, help_text="JSON Schema (2020-12) of a response.")
