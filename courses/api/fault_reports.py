"""Reports that something is wrong with a question: made for a learner, listed and answered."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.attempts import AttemptView
from courses.api.credentials import ApiRequest
from courses.api.filters import FilterSet, SectionFilter, WordFilter
from courses.api.gradebook import GradebookViewSet
from courses.api.idempotent import idempotent
from courses.api.paging import WholeList
from courses.api.schema import extend_schema
from courses.api.values import StrictModelSerializer, StrictSerializer
from courses.domain import fault_reports
from courses.errors import NotFound
from courses.models import Enrolment, FaultReport
from courses.models.fault_report import LONGEST

Text = serializers.CharField
Whole = serializers.IntegerField
_STATE = "`open`, `corrected` (the question is corrected) or `no_fault` (it is right as it is)"


class ReportRequest(StrictSerializer):
    text = Text(max_length=LONGEST, help_text="What is wrong, in the learner's words.")


class ReportSerializer(StrictModelSerializer):
    """A report, with the version and the response that the learner had before them."""

    attempt = serializers.UUIDField(source="item.attempt.uuid")
    position = Whole(source="item.position")
    question = Text(source="version.question.key")
    version = Whole(source="version.number")

    class Meta:
        model = FaultReport
        fields: tuple[str, ...] = (
            "id", "attempt", "position", "question", "version", "revision", "text", "state",
            "created_at", "answer", "answered_at",
        )  # fmt: skip
        extra_kwargs = {
            "state": {"help_text": _STATE},
            "answer": {"help_text": "What staff wrote to the learner; empty: nothing yet."},
            "answered_at": {"help_text": "null: nobody has answered."},
            "revision": {"help_text": "Of the response; 0: nothing was answered yet."},
        }


class CourseReportSerializer(ReportSerializer):
    external_id = Text()

    class Meta(ReportSerializer.Meta):
        fields = ("external_id", "enrolment", *ReportSerializer.Meta.fields)


class ReportAnswerRequest(StrictSerializer):
    outcome = serializers.ChoiceField(
        [str(one) for one in fault_reports.OUTCOMES], help_text="What became of the report."
    )
    answer = Text(
        max_length=LONGEST, allow_blank=True, default="", help_text="The learner reads it."
    )


class Reports(AttemptView):
    tag = "attempts"
    pagination_class = WholeList

    @extend_schema("list_item_reports", responses=ReportSerializer(many=True))
    def get(self, request: ApiRequest, **_names: Any) -> Response:
        """Return what the learner reported about this question, with the answers."""
        return self.page(fault_reports.of_item(item=self.item), ReportSerializer)

    @extend_schema(
        "report_item",
        request=ReportRequest,
        responses=dict.fromkeys((200, 201), ReportSerializer),
    )
    @idempotent
    def post(self, request: ApiRequest, position: int, **_names: Any) -> Response:
        """Report that something is wrong with the question. Safe to repeat.

        An open report on it gets the new text. 403 `not_reportable` in a test under way, and where
        the quiz does not show its questions.
        """
        values = ReportRequest.validated(request.data)
        made = fault_reports.report(
            attempt=self.attempt,
            position=position,
            text=values["text"],
            by=self.learner,
            now=timezone.now(),
        )
        body = ReportSerializer.serialize(made.report)
        return Response(body, status=201 if made.is_new else 200)


class ReportFilters(FilterSet):
    state = WordFilter(FaultReport.State.values, help_text="Of the report.")
    section = SectionFilter("enrolment__section")


class ReportedViewSet(GradebookViewSet):
    """What learners of the platform reported in a course."""

    tag = "gradebook"
    queryset = FaultReport.objects.none()

    def get_queryset(self) -> Any:
        rows = FaultReport.objects.filter(
            enrolment__course=self.course, enrolment__in=Enrolment.objects.learners()
        )
        rows = rows.select_related("enrolment", "item__attempt", "version__question")
        return self.named(rows, "enrolment__user")


class FaultReportViewSet(ReportedViewSet):
    filterset_class = ReportFilters

    @extend_schema("list_fault_reports", responses=CourseReportSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return what this platform's learners reported about questions of the course."""
        return self.page(self.get_queryset(), CourseReportSerializer)


class ReportAnswerViewSet(ReportedViewSet):
    scopes: Any = "gradebook:write"

    @extend_schema(
        "answer_fault_report", request=ReportAnswerRequest, responses=CourseReportSerializer
    )
    @idempotent
    def create(self, request: ApiRequest, **_names: Any) -> Response:
        """Answer a report; the learner gets a notice. 409 when it has another answer already."""
        values = ReportAnswerRequest.validated(request.data)
        uuid = self.kwargs["uuid"]
        fault_reports.answer(
            reports=self.get_queryset(),
            uuids=[uuid],
            outcome=values["outcome"],
            text=values["answer"],
            by=None,
            now=timezone.now(),
        )
        row = self.get_queryset().filter(uuid=uuid).first()
        if row is None:
            raise NotFound
        return Response(CourseReportSerializer.serialize(row))
