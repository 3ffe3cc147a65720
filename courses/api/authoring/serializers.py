"""What is written and read of a course's contents. What can be written can be read back the same.

A field that is left out gets its default, so what was read can be sent again. Fields that are only
read may be sent along; they change nothing. Nothing chosen is null, as everywhere in the API.
"""

from rest_framework import serializers

from courses.api.authoring.fields import (
    MOST_NAMES,
    Choice,
    Text,
    Told,
    Truth,
    Whole,
    answered,
    name,
    names,
    new_key,
    no_name,
    place,
)
from courses.api.serializers_learning import StimulusSerializer as SharedText
from courses.api.values import Day, Moment, StrictSerializer
from courses.coursefiles.rules import OBJECTIVE_KEY
from courses.coursefiles.schema import BLOOM, DIFFICULTIES
from courses.models import Course, Question, QuestionVersion

QUESTION_STATUS = ("draft", "ready", "retired")
NEW_STATUS = ("draft", "ready")


class AuthoredModuleSerializer(StrictSerializer):
    key = Text()
    title = Text()
    position = Whole()
    is_optional = Truth()
    is_archived = Truth()


class AuthoredCourseSerializer(StrictSerializer):
    id = serializers.UUIDField(source="uuid")
    key = Text()
    title = Text()
    language = Text()
    state = Choice(choices=Course.State.values)
    revision = serializers.UUIDField(help_text="New with every change that learners may see.")
    updated_at = Moment()


class AuthoredCourseDetail(AuthoredCourseSerializer):
    modules = AuthoredModuleSerializer(many=True)


class ObjectiveValues(StrictSerializer):
    module = name()
    position = place()
    text = Text(max_length=400)
    bloom = Choice(choices=BLOOM)


class NewObjective(ObjectiveValues):
    key = new_key(OBJECTIVE_KEY, 40)


class ObjectiveChanges(ObjectiveValues):
    key = Told()


AuthoredObjective = answered(
    ObjectiveValues,
    "AuthoredObjective",
    key=Text(),
    module=name(source="module.key"),
    position=Whole(),
)


class StimulusValues(StrictSerializer):
    title = Text(max_length=200, allow_blank=True, default="")
    body = Text(max_length=50_000, help_text="Markdown")


class NewStimulus(StimulusValues):
    key = new_key()


class StimulusChanges(StimulusValues):
    key = Told()


AuthoredStimulus = answered(StimulusValues, "AuthoredStimulus", key=Text())


class VersionValues(StrictSerializer):
    type = Text(max_length=40, help_text="The key of a question type.")
    data = serializers.DictField(help_text="What its type understands; see `question-types`.")
    note = Text(max_length=300, allow_blank=True, default="", help_text="What changed.")


class NewVersion(VersionValues):
    status = Choice(choices=NEW_STATUS, default="draft")


class VersionChanges(VersionValues):
    number = Told()
    status = Told()
    created_at = Told()


class VersionRow(StrictSerializer):
    number = Whole()
    type = Text()
    status = Choice(choices=QuestionVersion.Status.values)
    note = Text()
    created_at = Moment()


VersionSerializer = answered(VersionValues, "VersionSerializer", **VersionRow().fields)


class QuestionValues(StrictSerializer):
    module = no_name()
    objective = no_name(40)
    bloom = Choice(choices=BLOOM, allow_null=True, default=None)
    difficulty = Choice(choices=DIFFICULTIES, default=Question.Difficulty.MEDIUM.value)
    tags = names(60)
    source = serializers.ListField(
        child=Text(max_length=300),
        default=list,
        max_length=MOST_NAMES,
        help_text="Keys of references, or free text.",
    )
    reviewed_on = Day(allow_null=True, default=None)
    stimulus = no_name()
    enemies = names()


class NewQuestion(QuestionValues, NewVersion):
    key = new_key()


_READ = {
    "key": Text(),
    "status": Choice(choices=QUESTION_STATUS),
    "type": Text(allow_null=True, help_text="Of what is ready, else of the draft."),
    "ready_number": Whole(allow_null=True, help_text="The version that learners get."),
    "draft_number": Whole(allow_null=True, help_text="The newest draft, if none is ready since."),
    "updated_at": Moment(),
}


class QuestionChanges(QuestionValues):
    key = Told()
    status = Told()
    type = Told()
    ready_number = Told()
    draft_number = Told()
    updated_at = Told()
    ready = Told()
    draft = Told()


QuestionRow = answered(QuestionValues, "QuestionRow", **_READ)
AuthoredQuestion = answered(
    QuestionValues,
    "AuthoredQuestion",
    **_READ,
    ready=VersionSerializer(allow_null=True),
    draft=VersionSerializer(allow_null=True),
)


class PreviewSerializer(StrictSerializer):
    seed = Whole()
    type = Text()
    content = serializers.DictField(help_text="As in an attempt; texts are Markdown.")
    stimulus = SharedText(allow_null=True)
    solution = serializers.DictField(
        allow_null=True, help_text="A response that earns full marks, if one was asked for."
    )
    reviewed = serializers.DictField(
        allow_null=True, help_text="`content` as the review of that response shows it."
    )
    hints = serializers.ListField(child=Text())


class QuestionTypeSerializer(StrictSerializer):
    key = Text()
    label = Text()
    interaction = Text(help_text="What a learner does, in the words of QTI.")
    needs_person = Truth(help_text="In graded work a person judges it.")
    is_scored = Truth(help_text="False: nobody is right or wrong in it, and no quiz takes it.")
    is_typed = Truth(help_text="Responses are typed text.")
    description = Text(help_text="The fields of a response, and what `content` holds.")
    data = serializers.DictField(help_text="JSON Schema (2020-12) of `data`.")
    response = serializers.DictField(help_text="JSON Schema (2020-12) of a response.")
