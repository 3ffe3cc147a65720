"""Decisions on whole attempts, and what time closed that new dates would leave open."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.attempts import AttemptMixin
from courses.api.credentials import ApiRequest
from courses.api.filters import CohortFilter, FilterSet, KeyFilter, SectionFilter
from courses.api.gradebook import GradebookViewSet
from courses.api.idempotent import idempotent
from courses.api.paging import WholeList
from courses.api.schema import extend_schema
from courses.api.serializers_learning import AttemptSerializer
from courses.api.values import StrictModelSerializer, StrictSerializer, UtcTime
from courses.domain import attempts
from courses.domain.attempts.reopening import MOST
from courses.models import Attempt, AttemptDecision
from courses.models.limits import DATES

Kind = AttemptDecision.Kind
Text = serializers.CharField


class DecisionRequest(StrictSerializer):
    kind = serializers.ChoiceField(
        Kind.values,
        help_text="`reopened`, `voided` (it counts nowhere), or `restored` (it counts again)",
    )
    deadline_at = UtcTime(
        allow_null=True,
        default=None,
        validators=DATES,
        help_text="Until when a reopened attempt is open; null: without a limit of time.",
    )
    reason = Text(max_length=300, help_text="Kept with the decision.")


class DecisionSerializer(StrictModelSerializer):
    class Meta:
        model = AttemptDecision
        fields = ("sequence", "kind", "deadline_at", "reason", "decided_at")
        extra_kwargs = {
            "kind": {"help_text": "`reopened`, `voided` or `restored`"},
            "deadline_at": {"help_text": "Of a reopened attempt; null: without a limit."},
            "decided_at": {"help_text": "When it was decided."},
        }


class AttemptDecisionViewSet(AttemptMixin, GradebookViewSet):
    tag = "gradebook"
    queryset = AttemptDecision.objects.none()
    pagination_class = WholeList
    acts_for_learner = False

    def get_queryset(self) -> QuerySet[AttemptDecision]:
        return self.attempt.decisions.order_by("sequence")

    @extend_schema("list_attempt_decisions", responses=DecisionSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return every decision on this attempt, in order."""
        return self.page(self.get_queryset(), DecisionSerializer)

    @extend_schema("decide_on_attempt", request=DecisionRequest, responses=AttemptSerializer)
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Reopen the attempt, make it void, or let it count again; the result follows.

        409 where it is open already, void, or another attempt at the quiz is open.
        """
        values = DecisionRequest.validated(request.data)
        found = _decide(self.attempt, now=timezone.now(), **values)
        return Response(AttemptSerializer.serialize(found))


def _decide(
    attempt: Attempt, *, kind: str, deadline_at: datetime | None, reason: str, now: datetime
) -> Attempt:
    about: dict[str, Any] = {"attempt": attempt, "reason": reason, "by": None, "now": now}
    if kind == Kind.REOPENED:
        return attempts.reopen(deadline_at=deadline_at, **about)
    return (attempts.void if kind == Kind.VOIDED else attempts.restore)(**about)


class ClosedByTimeSerializer(StrictSerializer):
    """An attempt that time closed and that would now still be open."""

    id = serializers.UUIDField(source="attempt.uuid")
    external_id = Text(source="attempt.external_id")
    quiz = Text(source="attempt.quiz.key")
    number = serializers.IntegerField(source="attempt.number")
    closed_at = UtcTime(source="attempt.submitted_at", help_text="When its deadline was.")
    deadline_at = UtcTime(allow_null=True, help_text="Until when it would be open; null: no limit.")


class ReopenRequest(StrictSerializer):
    attempts = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=MOST,
        help_text="Ids of the list; others are left as they are.",
    )  # fmt: skip
    reason = Text(max_length=300, help_text="Kept with each decision.")


class ReopenedReport(StrictSerializer):
    reopened = AttemptSerializer(many=True, help_text="What goes on now.")


class ClosedByTimeFilters(FilterSet):
    quiz = KeyFilter(r"[-\w]{1,80}", "quiz__key", help_text="Only of the quiz with this key.")
    section = SectionFilter("enrolment__section")
    cohort = CohortFilter("enrolment__user")


class ClosedByTimeViewSet(GradebookViewSet):
    tag = "gradebook"
    queryset = Attempt.objects.none()
    pagination_class = WholeList
    filterset_class = ClosedByTimeFilters

    def get_queryset(self) -> Any:
        rows = attempts.closed_by_time().filter(enrolment__course=self.course)
        return self.named(rows, "enrolment__user")

    @extend_schema("list_attempts_closed_by_time", responses=ClosedByTimeSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return attempts that time closed and that the dates and grants of now leave open."""
        now = timezone.now()
        return self.page(
            self.get_queryset(),
            ClosedByTimeSerializer,
            lambda found: attempts.reopenable(attempts=found, now=now),
        )

    @extend_schema("reopen_attempts", request=ReopenRequest, responses=ReopenedReport)
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Reopen attempts of the list, each until its new deadline. Safe to repeat."""
        values = ReopenRequest.validated(request.data)
        rows = self.get_queryset().filter(uuid__in=values["attempts"])
        found = attempts.reopen_many(
            attempts=rows, reason=values["reason"], by=None, now=timezone.now()
        )
        return Response(ReopenedReport.serialize({"reopened": found}))
