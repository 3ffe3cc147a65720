"""A learner's attempts: start, read, save, flag, submit, look back. One domain call each."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import serializers_learning as serializers
from courses.api.credentials import reader_of
from courses.api.idempotent import HEADER, idempotent
from courses.api.lessons import LearningView, response_in
from courses.api.paging import WholeList
from courses.api.schema import extend_schema
from courses.domain import access, attempts, review
from courses.errors import NotFound
from courses.models import Attempt, AttemptItem


class Quiz(LearningView):
    tag = "attempts"

    @extend_schema("get_quiz_standing", responses=serializers.QuizStandingSerializer)
    def get(self, request: Request, external_id: str, course: str, quiz: str) -> Response:
        """May the learner start, how often still, how long, and what counts so far."""
        reader = reader_of(request, external_id, course)
        page = attempts.quiz_page(reader=reader, quiz_key=quiz, now=timezone.now())
        return Response(serializers.QuizStandingSerializer.serialize(page))


class Attempts(LearningView):
    tag = "attempts"

    @extend_schema("list_attempts", responses=serializers.AttemptSerializer(many=True))
    def get(self, request: Request, external_id: str, course: str, quiz: str) -> Response:
        """The learner's attempts at this quiz, the first one first."""
        reader = reader_of(request, external_id, course)
        rows = attempts.taken(reader=reader, quiz_key=quiz, now=timezone.now())
        return self.page(rows, serializers.AttemptSerializer)

    def after_refusal(self, request: Request, external_id: str, course: str, quiz: str) -> None:
        """An open attempt whose time was over is closed, also where no other may begin."""
        reader = reader_of(request, external_id, course)
        attempts.taken(reader=reader, quiz_key=quiz, now=timezone.now())

    @extend_schema(
        "start_attempt",
        responses={
            200: serializers.AttemptDetailSerializer,
            201: serializers.AttemptDetailSerializer,
        },
    )
    @idempotent
    def post(self, request: Request, external_id: str, course: str, quiz: str) -> Response:
        """Begin an attempt, or go on with the open one. Safe to repeat."""
        reader = reader_of(request, external_id, course)
        by, now = reader.enrolled().user, timezone.now()
        attempt = attempts.start(reader=reader, quiz_key=quiz, by=by, now=now)
        place = reverse("cx_courses:api:attempt", args=[external_id, attempt.uuid])
        status = 201 if attempt.started_at == now else 200
        headers = {"Location": request.build_absolute_uri(place)}
        return Response(_page(attempt, by, now), status=status, headers=headers)


class OneAttempt(LearningView):
    tag = "attempts"

    @extend_schema("get_attempt", responses=serializers.AttemptDetailSerializer)
    def get(self, request: Request, external_id: str, uuid: UUID) -> Response:
        """The questions of an open attempt with what is stored; a closed one has its review."""
        attempt = owned(request, external_id, uuid)
        return Response(_page(attempt, attempt.enrolment.user, timezone.now()))


class Responses(LearningView):
    tag = "attempts"
    pagination_class = WholeList

    @extend_schema("list_responses", responses=serializers.StoredResponseSerializer(many=True))
    def get(self, request: Request, external_id: str, uuid: UUID, position: int) -> Response:
        """Everything that was ever answered here, in order; nothing is overwritten."""
        item = item_of(owned(request, external_id, uuid), position)
        rows = item.responses.order_by("revision")
        return self.page(rows, serializers.StoredResponseSerializer)

    @extend_schema(
        "save_response",
        request=serializers.RespondRequest,
        responses={200: serializers.SavedSerializer, 201: serializers.SavedSerializer},
    )
    @idempotent
    def post(self, request: Request, external_id: str, uuid: UUID, position: int) -> Response:
        """Store a response. 409 `stale_revision` when another was stored since `based_on`."""
        values = serializers.RespondRequest.validated(request.data)
        attempt = owned(request, external_id, uuid)
        saved = attempts.save(
            attempt=attempt,
            position=position,
            raw=response_in(values),
            based_on=values["based_on"],
            by=attempt.enrolment.user,
            now=timezone.now(),
            channel="api",
            key=request.headers.get(HEADER),
            is_clear=values["clear"],
        )
        status = 201 if saved.is_new else 200
        return Response(serializers.SavedSerializer.serialize(saved), status=status)

    def after_refusal(self, request: Request, external_id: str, uuid: UUID, position: int) -> None:
        """The save came too late: the attempt is closed."""
        attempt = owned(request, external_id, uuid)
        attempts.close_due(attempts=[attempt], now=timezone.now())


class Flag(LearningView):
    tag = "attempts"

    @extend_schema(
        "flag_item", request=serializers.FlagRequest, responses=serializers.ItemSerializer
    )
    def put(self, request: Request, external_id: str, uuid: UUID, position: int) -> Response:
        """Mark a question to come back to, or take the mark away."""
        values = serializers.FlagRequest.validated(request.data)
        attempt = owned(request, external_id, uuid)
        item = attempts.flag(
            attempt=attempt,
            position=position,
            is_flagged=values["is_flagged"],
            now=timezone.now(),
        )
        return Response(serializers.ItemSerializer.serialize(attempts.view_of(item)))


class Submit(LearningView):
    tag = "attempts"

    @extend_schema("submit_attempt", responses=serializers.AttemptSerializer)
    @idempotent
    def post(self, request: Request, external_id: str, uuid: UUID) -> Response:
        """Hand the attempt in. Safe to repeat; what it earned is in the review."""
        attempt = owned(request, external_id, uuid)
        by = attempt.enrolment.user
        done = attempts.submit(attempt=attempt, by=by, now=timezone.now())
        return Response(serializers.AttemptSerializer.serialize(done))


class Review(LearningView):
    tag = "attempts"

    @extend_schema("get_review", responses=serializers.ReviewSerializer)
    def get(self, request: Request, external_id: str, uuid: UUID) -> Response:
        """Looking back, as far as the quiz shows it to the learner at this moment."""
        attempt, now = owned(request, external_id, uuid), timezone.now()
        by = attempt.enrolment.user
        if attempts.close_due(attempts=[attempt], now=now):
            attempt.refresh_from_db()
        return Response(
            serializers.ReviewSerializer.serialize(review.review(attempt=attempt, by=by, now=now))
        )


def owned(request: Request, external_id: str, uuid: UUID, *, is_graded: bool = False) -> Attempt:
    """The learner's own attempt, in a course that the credential reaches.

    `is_graded`: what changes it is somebody's judgement and nothing that the learner does.
    Raises NotFound, Deactivated.
    """
    acts = request.method not in SAFE_METHODS and not is_graded
    person = request.auth.person(external_id, acts=acts)
    attempt = access.owned_attempt(uuid=uuid, by=person)
    if not request.auth.reaches(attempt.enrolment.course):
        raise NotFound
    return attempt


def item_of(attempt: Attempt, position: int) -> AttemptItem:
    item = attempt.items.filter(position=position).first()
    if item is None:
        raise NotFound
    return item


def _page(attempt: Attempt, by: Any, now: datetime) -> Any:
    attempt = access.owned_attempt(uuid=attempt.uuid, by=by)
    page = attempts.attempt_page(attempt=attempt, by=by, now=now)
    return serializers.AttemptDetailSerializer.serialize(
        {
            "attempt": page.attempt,
            "seconds_left": page.seconds_left,
            "is_open": page.is_open,
            "one_item_per_page": page.one_item_per_page,
            "items": page.items if page.is_open else [],
        }
    )
