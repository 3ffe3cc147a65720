"""The question types of this site: what an author writes and what a learner sends for each."""

import inspect

from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.authoring import serializers
from courses.api.authoring.base import AuthoringView
from courses.api.paging import WholeList
from courses.api.schema import extend_schema
from courses.questions import registry
from courses.questions.describing import data_schema, response_schema


class QuestionTypes(AuthoringView):
    tag = "authoring-questions"
    scopes = "catalogue:read"
    pagination_class = WholeList

    @extend_schema("list_question_types", responses=serializers.QuestionTypeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every type with a JSON Schema of its `data` and of a `response` to it."""
        rows = [
            {
                "key": kind.key,
                "label": str(kind.label),
                "interaction": kind.interaction,
                "needs_person": kind.needs_person,
                "is_scored": kind.is_scored,
                "is_typed": kind.is_typed,
                "description": inspect.getdoc(type(kind)) or "",
                "data": data_schema(kind),
                "response": response_schema(kind),
            }
            for kind in registry.all_types().values()
        ]
        return self.page(rows, serializers.QuestionTypeSerializer)
