"""A learner's daily review: the cards that are due, and what a response does to them."""

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import serializers_learning as serializers
from courses.api.credentials import reader_of
from courses.api.idempotent import idempotent
from courses.api.lessons import LearningView, sent
from courses.api.schema import extend_schema
from courses.domain import daily_review


class DailyReview(LearningView):
    tag = "daily-review"

    @extend_schema("open_daily_review", responses=serializers.DailyReviewSerializer)
    def get(self, request: Request, external_id: str, course: str) -> Response:
        """Today's set of cards, and how many are due beyond it. Changes nothing."""
        reader = reader_of(request, external_id, course)
        page = daily_review.open_review(reader=reader, now=timezone.now())
        return Response(serializers.DailyReviewSerializer(page).data)


class NextCards(LearningView):
    tag = "daily-review"

    @extend_schema("begin_next_cards", responses=serializers.DailyReviewSerializer)
    @idempotent
    def post(self, request: Request, external_id: str, course: str) -> Response:
        """Put today's set aside, answered or not; the next one follows if cards are due."""
        reader = reader_of(request, external_id, course)
        by, now = reader.enrolled().user, timezone.now()
        daily_review.begin_next(reader=reader, by=by, now=now)
        page = daily_review.open_review(reader=reader, now=now)
        return Response(serializers.DailyReviewSerializer(page).data)


class CardResponses(LearningView):
    tag = "daily-review"

    @extend_schema(
        "respond_to_card",
        request=serializers.RespondRequest,
        responses={
            200: serializers.CardResponseSerializer,
            201: serializers.CardResponseSerializer,
        },
    )
    @idempotent
    def post(self, request: Request, external_id: str, course: str, question: str) -> Response:
        """Store a response to a card of today's set; it is judged at once and never graded."""
        reader = reader_of(request, external_id, course)
        done = daily_review.respond(question_key=question, **sent(request, reader))
        status = 201 if done.is_new else 200
        return Response(serializers.CardResponseSerializer(done).data, status=status)
