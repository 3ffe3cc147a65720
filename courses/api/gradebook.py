"""Columns and cells of the gradebook, and a person's judgement on a response or a whole result."""

from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.attempts import AttemptMixin
from courses.api.credentials import ApiRequest, reader_of
from courses.api.filters import CohortFilter, SectionFilter, SinceFilters
from courses.api.idempotent import idempotent
from courses.api.paging import WholeList
from courses.api.people import PlatformViewSet
from courses.api.schema import extend_schema
from courses.api.values import Exact, StrictModelSerializer, StrictSerializer
from courses.domain import grading, overrides
from courses.errors import NotFound
from courses.models import Enrolment, Grading, LineItem, Result, ResultOverride

Text = serializers.CharField
Truth = serializers.BooleanField


class Share(Exact):
    """An exact share of full marks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=11, decimal_places=10, min_value=0, max_value=1, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return Fraction(super().to_internal_value(data))


class LineItemSerializer(StrictModelSerializer):
    class Meta:
        model = LineItem
        fields = ("id", "label", "quiz", "score_maximum", "tag", "weight")
        extra_kwargs = {"weight": {"help_text": "In the total of the course; null: equal shares."}}


class ResultSerializer(StrictModelSerializer):
    """A cell, in the words of LTI Assignment and Grade Services."""

    external_id = Text()

    class Meta:
        model = Result
        fields: tuple[str, ...] = (
            "line_item", "external_id", "enrolment", "attempt", "score_given", "score_maximum",
            "percent", "has_passed", "pass_mark", "is_overridden", "is_excused",
            "activity_progress", "grading_progress", "submitted_at", "updated_at",
        )  # fmt: skip
        extra_kwargs = {"pass_mark": {"help_text": "The pass mark that applies, per cent."}}


class GradeRequest(StrictSerializer):
    scaled = Share(help_text="0 to 1")
    feedback = Text(
        max_length=10_000,
        allow_blank=True,
        default="",
        help_text="Markdown; the learner reads it beside the response.",
    )
    reason = Text(max_length=300, allow_blank=True, default="")


class GradingSerializer(StrictModelSerializer):
    revision = serializers.IntegerField(source="response.revision", allow_null=True)

    class Meta:
        model = Grading
        fields = (
            "sequence", "kind", "revision", "scaled", "score", "feedback", "reason", "graded_at",
        )  # fmt: skip
        extra_kwargs = {
            "kind": {"help_text": "`auto`, `person` or `regrade`"},
            "feedback": {"help_text": "Markdown"},
        }


class OverrideRequest(StrictSerializer):
    scaled = Share(allow_null=True, help_text="0 to 1; null takes the override back.")
    is_excused = Truth(
        default=False, help_text="The learner need not do it; then `scaled` is null."
    )
    reason = Text(max_length=300, allow_blank=True, default="")


class OverrideSerializer(StrictModelSerializer):
    class Meta:
        model = ResultOverride
        fields = ("sequence", "scaled", "is_excused", "reason", "given_at")
        extra_kwargs = {
            "given_at": {"help_text": "When it was given."},
        }


class GradebookViewSet(PlatformViewSet):
    """A list of the gradebook; what may be created in it is a judgement."""

    tag = "gradebook"
    scopes = {"list": "gradebook:read", "create": "gradebook:write"}

    def column(self) -> LineItem:
        """Return the column that the address names. Raises NotFound."""
        rows = LineItem.objects.filter(course__in=self.request.auth.courses())
        column = rows.select_related("course", "quiz").filter(uuid=self.kwargs["uuid"]).first()
        if column is None:
            raise NotFound
        return column


class LineItemViewSet(GradebookViewSet):
    queryset = LineItem.objects.none()

    def get_queryset(self) -> QuerySet[LineItem]:
        return LineItem.objects.filter(course=self.course).select_related("quiz")

    @extend_schema("list_line_items", responses=LineItemSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the columns of a course: one for each graded quiz that anybody has begun."""
        return self.page(self.get_queryset(), LineItemSerializer)


_RESULTS = Result.objects.select_related("line_item", "enrolment", "attempt")


class LearnerResultFilters(SinceFilters):
    section = SectionFilter("enrolment__section")


class ResultFilters(LearnerResultFilters):
    cohort = CohortFilter("enrolment__user")


class ResultViewSet(GradebookViewSet):
    queryset = Result.objects.none()
    filterset_class = ResultFilters

    def get_queryset(self) -> Any:
        people = Enrolment.objects.learners()
        rows = _RESULTS.filter(line_item=self.column(), enrolment__in=people)
        return self.named(rows, "enrolment__user")

    @extend_schema("list_results", responses=ResultSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return what counts for each of this platform's learners in this column."""
        return self.page(self.get_queryset(), ResultSerializer)


class LearnerResultViewSet(GradebookViewSet):
    queryset = Result.objects.none()
    filterset_class = LearnerResultFilters

    def get_queryset(self) -> Any:
        user = self.identity.user
        rows = _RESULTS.filter(enrolment__course=self.course, enrolment__user=user)
        return self.named(rows, "enrolment__user")

    @extend_schema("list_learner_results", responses=ResultSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return what counts for one learner in every column of a course."""
        return self.page(self.get_queryset(), ResultSerializer)


class GradingViewSet(AttemptMixin, GradebookViewSet):
    queryset = Grading.objects.none()
    pagination_class = WholeList
    acts_for_learner = False

    def get_queryset(self) -> QuerySet[Grading]:
        return self.item.gradings.select_related("response").order_by("sequence")

    @extend_schema("list_gradings", responses=GradingSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return every grading of this item, in order; nothing is overwritten."""
        return self.page(self.get_queryset(), GradingSerializer)

    @extend_schema("grade_item", request=GradeRequest, responses={201: GradingSerializer})
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Grade an item by hand: it replaces the earlier grading, and the result follows.

        Also the way to override a grade by rule. 409 while the attempt is open.
        """
        values = GradeRequest.validated(request.data)
        row = grading.grade_by_person(item=self.item, by=None, now=timezone.now(), **values)
        return Response(GradingSerializer.serialize(row), status=201)


class OverrideViewSet(GradebookViewSet):
    reads_section = True
    queryset = ResultOverride.objects.none()
    pagination_class = WholeList

    def cell(self) -> dict[str, Any]:
        """Return the learner and the column that the address names. Raises NotFound."""
        column = self.column()
        names = self.kwargs["external_id"], column.course.key, self.section_key
        reader = reader_of(self.request, *names)
        return {"line_item": column, "enrolment": reader.enrolled()}

    def get_queryset(self) -> QuerySet[ResultOverride]:
        return ResultOverride.objects.filter(**self.cell()).order_by("sequence")

    @extend_schema("list_overrides", responses=OverrideSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return every override of this learner's result in this column; the last one counts."""
        return self.page(self.get_queryset(), OverrideSerializer)

    @extend_schema("override_result", request=OverrideRequest, responses={201: OverrideSerializer})
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Set the result, whatever the attempts earned; excuse from it; or take that back."""
        values, cell = OverrideRequest.validated(request.data), self.cell()
        row = overrides.override(**cell, **values, by=None, now=timezone.now())
        return Response(OverrideSerializer.serialize(row), status=201)
