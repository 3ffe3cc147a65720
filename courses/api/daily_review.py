"""A learner's daily review: the cards that are due, and what a response does to them."""

from datetime import datetime

from django.utils import timezone
from rest_framework.response import Response

from courses.api import serializers_learning as serializers
from courses.api.credentials import ApiRequest
from courses.api.idempotent import idempotent
from courses.api.lessons import LearningView, stored
from courses.api.schema import extend_schema
from courses.domain import daily_review


class DailyReviewView(LearningView):
    tag = "daily-review"

    def cards(self, now: datetime) -> Response:
        page = daily_review.open_review(reader=self.reader, now=now)
        return Response(serializers.DailyReviewSerializer.serialize(page))


class TodaysCards(DailyReviewView):
    @extend_schema("open_daily_review", responses=serializers.DailyReviewSerializer)
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return today's set of cards, and how many are due beyond it. Changes nothing."""
        return self.cards(timezone.now())


class NextCards(DailyReviewView):
    @extend_schema("begin_next_cards", responses=serializers.DailyReviewSerializer)
    @idempotent
    def post(self, request: ApiRequest, **_names: str) -> Response:
        """Put today's set aside, answered or not; the next one follows if cards are due."""
        now = timezone.now()
        daily_review.begin_next(reader=self.reader, by=self.learner, now=now)
        return self.cards(now)


class CardResponses(DailyReviewView):
    @extend_schema(
        "respond_to_card",
        request=serializers.RespondRequest,
        responses=dict.fromkeys((200, 201), serializers.CardResponseSerializer),
    )
    @idempotent
    def post(self, request: ApiRequest, question: str, **_names: str) -> Response:
        """Store a response to a card of today's set; it is judged at once and never graded."""
        done = daily_review.respond(question_key=question, **self.sent())
        return stored(serializers.CardResponseSerializer, done)


class SnoozedCards(DailyReviewView):
    @extend_schema("snooze_card", responses=serializers.DailyReviewSerializer)
    @idempotent
    def post(self, request: ApiRequest, question: str, **_names: str) -> Response:
        """Put a card of today's set off until tomorrow; nothing changes for an answered one."""
        now = timezone.now()
        daily_review.snooze(reader=self.reader, question_key=question, by=self.learner, now=now)
        return self.cards(now)
