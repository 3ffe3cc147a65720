"""A learner's attempts: start, read, save, flag, submit, review. One domain call each."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from courses.api import serializers_learning as serializers
from courses.api.base import ApiView
from courses.api.credentials import ApiRequest
from courses.api.idempotent import HEADER, idempotent
from courses.api.lessons import LearningView, response_in, stored
from courses.api.paging import WholeList
from courses.api.schema import extend_schema
from courses.domain import access, attempts, review
from courses.errors import NotFound
from courses.models import Attempt, AttemptItem, Enrolment


class QuizView(LearningView):
    """One learner in a quiz, and the learner's attempts at it."""

    tag = "attempts"


class OneQuiz(QuizView):
    @extend_schema("get_quiz_standing", responses=serializers.QuizStandingSerializer)
    def get(self, request: ApiRequest, quiz: str, **_names: str) -> Response:
        """Return whether the learner may start, attempts left, the time limit and the result."""
        page = attempts.quiz_page(reader=self.reader, quiz_key=quiz, now=timezone.now())
        return Response(serializers.QuizStandingSerializer.serialize(page))


class Attempts(QuizView):
    @extend_schema("list_attempts", responses=serializers.AttemptSerializer(many=True))
    def get(self, request: ApiRequest, quiz: str, **_names: str) -> Response:
        """Return the learner's attempts at this quiz, the first one first."""
        rows = attempts.taken(reader=self.reader, quiz_key=quiz, now=timezone.now())
        return self.page(rows, serializers.AttemptSerializer)

    def after_refusal(self, request: ApiRequest, **names: Any) -> None:
        """Close an open attempt whose time is over, also where no other may begin."""
        attempts.taken(reader=self.reader, quiz_key=names["quiz"], now=timezone.now())

    @extend_schema(
        "start_attempt", responses=dict.fromkeys((200, 201), serializers.AttemptDetailSerializer)
    )
    @idempotent
    def post(self, request: ApiRequest, external_id: str, quiz: str, **_names: str) -> Response:
        """Start an attempt, or continue the open one. Safe to repeat."""
        by, now = self.learner, timezone.now()
        attempt = attempts.start(reader=self.reader, quiz_key=quiz, by=by, now=now)
        place = reverse("cx_courses:api:attempt", args=[external_id, attempt.uuid])
        headers = {"Location": request.build_absolute_uri(place)}
        is_new = attempt.started_at == now
        if is_new and attempt.enrolment.state == Enrolment.State.ACTIVE:
            attempt.enrolment = self.reader.enrolled()  # with its course and its person
        else:
            attempt = access.owned_attempt(uuid=attempt.uuid, by=by)
        return Response(_page(attempt, by, now), status=201 if is_new else 200, headers=headers)


class AttemptMixin(ApiView):
    """What views of one attempt share: the attempt is the learner's own."""

    acts_for_learner = True
    """Whether a change is made on behalf of the learner."""

    @cached_property
    def attempt(self) -> Attempt:
        """The attempt, in a course that the credential reaches. Raises NotFound, Deactivated."""
        acts = self.acts_for_learner and self.request.method not in SAFE_METHODS
        person = self.request.auth.person(self.kwargs["external_id"], acts=acts)
        attempt = access.owned_attempt(uuid=self.kwargs["uuid"], by=person)
        if not self.request.auth.reaches(attempt.enrolment.course):
            raise NotFound
        return attempt

    @property
    def learner(self) -> Any:
        return self.attempt.enrolment.user

    @property
    def item(self) -> AttemptItem:
        """The item at the position that the address names. Raises NotFound."""
        item = self.attempt.items.filter(position=self.kwargs["position"]).first()
        if item is None:
            raise NotFound
        return item


class AttemptView(AttemptMixin, LearningView):
    tag = "attempts"
    reads_section = False


class OneAttempt(AttemptView):
    @extend_schema("get_attempt", responses=serializers.AttemptDetailSerializer)
    def get(self, request: ApiRequest, **_names: Any) -> Response:
        """Return the questions of an open attempt with stored responses.

        Closed ones have a review.
        """
        return Response(_page(self.attempt, self.learner, timezone.now()))


class Responses(AttemptView):
    pagination_class = WholeList

    @extend_schema("list_responses", responses=serializers.StoredResponseSerializer(many=True))
    def get(self, request: ApiRequest, **_names: Any) -> Response:
        """Return every response to this item, in order; nothing is overwritten."""
        rows = self.item.responses.order_by("revision")
        return self.page(rows, serializers.StoredResponseSerializer)

    @extend_schema(
        "save_response",
        request=serializers.RespondRequest,
        responses=dict.fromkeys((200, 201), serializers.SavedSerializer),
    )
    @idempotent
    def post(self, request: ApiRequest, position: int, **_names: Any) -> Response:
        """Store a response. 409 `stale_revision` when another was stored since `based_on`."""
        values = serializers.RespondRequest.validated(request.data)
        saved = attempts.save(
            attempt=self.attempt,
            position=position,
            raw=response_in(values),
            based_on=values["based_on"],
            by=self.learner,
            now=timezone.now(),
            channel="api",
            idempotency_key=request.headers.get(HEADER),
            is_clear=values["clear"],
        )
        return stored(serializers.SavedSerializer, saved)

    def after_refusal(self, request: ApiRequest, **names: Any) -> None:
        """Close the attempt when the save came too late."""
        attempts.close_due(attempts=[self.attempt], now=timezone.now())


class Flag(AttemptView):
    @extend_schema(
        "flag_item", request=serializers.FlagRequest, responses=serializers.ItemSerializer
    )
    def put(self, request: ApiRequest, position: int, **_names: Any) -> Response:
        """Flag a question, or remove the flag."""
        values = serializers.FlagRequest.validated(request.data)
        item = attempts.flag(attempt=self.attempt, position=position, now=timezone.now(), **values)
        return Response(serializers.ItemSerializer.serialize(attempts.view_of(item)))


class Submit(AttemptView):
    @extend_schema("submit_attempt", responses=serializers.AttemptSerializer)
    @idempotent
    def post(self, request: ApiRequest, **_names: Any) -> Response:
        """Submit the attempt. Safe to repeat; its score is in the review."""
        done = attempts.submit(attempt=self.attempt, by=self.learner, now=timezone.now())
        return Response(serializers.AttemptSerializer.serialize(done))


class GiveUp(AttemptView):
    @extend_schema("give_up_attempts", responses=serializers.AttemptSerializer)
    @idempotent
    def post(self, request: ApiRequest, **_names: Any) -> Response:
        """Give up the learner's other attempts at the quiz, so that its review explains everything.

        For a learner who has passed, where the quiz lets them: `may_give_up` of the review. Final.
        Safe to repeat; returns the latest attempt.
        """
        last = attempts.give_up(attempt=self.attempt, by=self.learner, now=timezone.now())
        return Response(serializers.AttemptSerializer.serialize(last))


class Review(AttemptView):
    @extend_schema("get_review", responses=serializers.ReviewSerializer)
    def get(self, request: ApiRequest, **_names: Any) -> Response:
        """Return the review of the attempt, as far as the quiz shows it to the learner now."""
        attempt, now = self.attempt, timezone.now()
        if attempts.close_due(attempts=[attempt], now=now):
            attempt.refresh_from_db()
        found = review.review(attempt=attempt, by=self.learner, now=now)
        return Response(serializers.ReviewSerializer.serialize(found))


def _page(attempt: Attempt, by: Any, now: datetime) -> Any:
    page = attempts.attempt_page(attempt=attempt, by=by, now=now)
    return serializers.AttemptDetailSerializer.serialize(page)
