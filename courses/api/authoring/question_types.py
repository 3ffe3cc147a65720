"""The question types of this site: what an author writes and what a learner sends for each."""

import inspect
from collections.abc import Callable
from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from courses.api.authoring.fields import Text, Truth
from courses.api.base import ApiView
from courses.api.credentials import ApiRequest
from courses.api.paging import WholeList
from courses.api.schema import extend_schema
from courses.api.values import AnyField, StrictSerializer
from courses.questions import registry
from courses.questions.base import QuestionType
from courses.questions.describing import data_schema, response_schema


class _Described(AnyField):
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


class QuestionTypeSerializer(StrictSerializer):
    key = Text()
    label: Any = Text()
    interaction = Text(help_text="What a learner does, in the words of QTI.")
    needs_person = Truth(help_text="In graded work a person judges it.")
    is_scored = Truth(help_text="False: it has no right and wrong, and no quiz takes it.")
    is_typed = Truth(help_text="Responses are typed text.")
    description = TextOf(
        lambda kind: inspect.getdoc(type(kind)) or "",
        help_text="The fields of a response, and what `content` holds.",
    )
    data: Any = SchemaOf(data_schema, help_text="JSON Schema (2020-12) of `data`.")
    response = SchemaOf(response_schema, help_text="JSON Schema (2020-12) of a response.")


class QuestionTypes(ApiView):
    tag = "authoring-questions"
    scopes = "catalogue:read"
    pagination_class = WholeList

    @extend_schema("list_question_types", responses=QuestionTypeSerializer(many=True))
    def get(self, request: ApiRequest) -> Response:
        """Return every type with a JSON Schema of its `data` and of a `response` to it."""
        return self.page(list(registry.all_types().values()), QuestionTypeSerializer)
