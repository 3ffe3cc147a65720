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
from courses.api.paging import page_of
from courses.api.shapes_catalogue import list_of
from courses.api.shapes_learning import StimulusShape as SharedText
from courses.api.values import Day, Moment, Shape
from courses.coursefiles.rules import OBJECTIVE_KEY
from courses.coursefiles.schema import BLOOM, DIFFICULTIES
from courses.models import Course, Question, QuestionVersion

QUESTION_STATUS = ("draft", "ready", "retired")
NEW_STATUS = ("draft", "ready")


class AuthoredModuleShape(Shape):
    key = Text()
    title = Text()
    position = Whole()
    is_optional = Truth()
    is_archived = Truth()


class AuthoredCourseShape(Shape):
    id = serializers.UUIDField(source="uuid")
    key = Text()
    title = Text()
    language = Text()
    state = Choice(choices=Course.State.values)
    revision = serializers.UUIDField(help_text="New with every change that learners may see.")
    updated_at = Moment()


class AuthoredCourseDetail(AuthoredCourseShape):
    modules = AuthoredModuleShape(many=True)


class ObjectiveValues(Shape):
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


class StimulusValues(Shape):
    title = Text(max_length=200, allow_blank=True, default="")
    body = Text(max_length=50_000, help_text="Markdown")


class NewStimulus(StimulusValues):
    key = new_key()


class StimulusChanges(StimulusValues):
    key = Told()


AuthoredStimulus = answered(StimulusValues, "AuthoredStimulus", key=Text())


class VersionValues(Shape):
    type = Text(max_length=40, help_text="The key of a question type.")
    data = serializers.DictField(help_text="What its type understands; see `question-types`.")
    note = Text(max_length=300, allow_blank=True, default="", help_text="What changed.")


class NewVersion(VersionValues):
    status = Choice(choices=NEW_STATUS, default="draft")


class VersionChanges(VersionValues):
    number = Told()
    status = Told()
    created_at = Told()


class VersionRow(Shape):
    number = Whole()
    type = Text()
    status = Choice(choices=QuestionVersion.Status.values)
    note = Text()
    created_at = Moment()


VersionShape = answered(VersionValues, "VersionShape", **VersionRow().fields)


class QuestionValues(Shape):
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
    ready=VersionShape(allow_null=True),
    draft=VersionShape(allow_null=True),
)


class PreviewShape(Shape):
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


class QuestionTypeShape(Shape):
    key = Text()
    label = Text()
    interaction = Text(help_text="What a learner does, in the words of QTI.")
    needs_person = Truth(help_text="In graded work a person judges it.")
    is_scored = Truth(help_text="False: nobody is right or wrong in it, and no quiz takes it.")
    is_typed = Truth(help_text="Responses are typed text.")
    description = Text(help_text="The fields of a response, and what `content` holds.")
    data = serializers.DictField(help_text="JSON Schema (2020-12) of `data`.")
    response = serializers.DictField(help_text="JSON Schema (2020-12) of a response.")


CoursePage = page_of(AuthoredCourseShape, "AuthoredCourse")
ObjectivePage = page_of(AuthoredObjective, "AuthoredObjective")
StimulusPage = page_of(AuthoredStimulus, "AuthoredStimulus")
QuestionPage = page_of(QuestionRow, "Question")
VersionPage = page_of(VersionRow, "Version")
QuestionTypeList = list_of(QuestionTypeShape, "QuestionType")
