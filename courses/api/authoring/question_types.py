"""The question types of this site: what an author writes and what a learner sends for each."""

from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.authoring.base import AuthoringView
from courses.api.authoring.serializers import QuestionTypeSerializer
from courses.api.paging import WholeList
from courses.api.schema import extend_schema
from courses.questions import registry


class QuestionTypes(AuthoringView):
    tag = "authoring-questions"
    scopes = "catalogue:read"
    pagination_class = WholeList

    @extend_schema("list_question_types", responses=QuestionTypeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every type with a JSON Schema of its `data` and of a `response` to it."""
        return self.page(list(registry.all_types().values()), QuestionTypeSerializer)
