"""What a learner got wrong, asked again: the set of today, and responses to it."""

from datetime import datetime

from django.utils import timezone
from rest_framework.response import Response

from courses.api import serializers_learning as serializers
from courses.api.credentials import ApiRequest
from courses.api.idempotent import idempotent
from courses.api.lessons import LearningView, stored
from courses.api.schema import extend_schema
from courses.domain import mistake_sets


class MistakesView(LearningView):
    tag = "mistakes"

    def cards(self, now: datetime) -> Response:
        page = mistake_sets.open_set(reader=self.reader, now=now)
        return Response(serializers.MistakesSerializer.serialize(page))


class TodaysMistakes(MistakesView):
    @extend_schema("open_mistakes", responses=serializers.MistakesSerializer)
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return today's set, what was missed last first. Changes nothing."""
        return self.cards(timezone.now())


class NextMistakes(MistakesView):
    @extend_schema("begin_next_mistakes", responses=serializers.MistakesSerializer)
    @idempotent
    def post(self, request: ApiRequest, **_names: str) -> Response:
        """Close today's set; the next one follows if there are more mistakes."""
        now = timezone.now()
        mistake_sets.begin_next(reader=self.reader, by=self.learner, now=now)
        return self.cards(now)


class MistakeResponses(MistakesView):
    @extend_schema(
        "respond_to_mistake",
        request=serializers.RespondRequest,
        responses=dict.fromkeys((200, 201), serializers.CardResponseSerializer),
    )
    @idempotent
    def post(self, request: ApiRequest, question: str, **_names: str) -> Response:
        """Store a response to a card of today's set; it is judged at once and never graded."""
        done = mistake_sets.respond(question_key=question, **self.sent())
        return stored(serializers.CardResponseSerializer, done)
