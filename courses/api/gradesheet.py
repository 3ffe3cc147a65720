"""The whole gradebook of a course at once: as pages of JSON, or as one CSV file."""

from typing import Any

from django.utils.formats import get_format
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.filters import WordFilter
from courses.api.gradebook import GradebookViewSet, LineItemSerializer, ResultSerializer
from courses.api.pinned import JSONRenderer
from courses.api.progress import EnrolmentFilters
from courses.api.schema import extend_schema
from courses.api.streaming import CsvRenderer
from courses.api.values import StrictModelSerializer, StrictSerializer, UtcTime
from courses.domain import gradesheet
from courses.models import Enrolment
from courses.streaming import streamed

Text = serializers.CharField
ChoiceField = serializers.ChoiceField


class CellSerializer(StrictModelSerializer):
    class Meta(ResultSerializer.Meta):
        fields = (
            "line_item", "percent", "has_passed", "pass_mark", "is_overridden", "is_excused",
            "grading_progress", "submitted_at",
        )  # fmt: skip


class LineSerializer(StrictSerializer):
    external_id = Text(source="enrolment.external_id")
    enrolment = serializers.UUIDField(source="enrolment.uuid")
    section = Text(source="enrolment.section.key", allow_null=True, help_text="The class.")
    role = ChoiceField(Enrolment.Role.values, source="enrolment.role")
    state = ChoiceField(Enrolment.State.values, source="enrolment.state")
    cycle = serializers.IntegerField(source="enrolment.cycle")
    completed_at = UtcTime(source="enrolment.completed_at", allow_null=True)
    cells = CellSerializer(source="results", many=True, help_text="Only where there is a result.")


class GradesheetPage(StrictSerializer):
    line_items = LineItemSerializer(many=True, help_text="The columns of the gradebook.")
    results = LineSerializer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The page after this.")


class SheetFilters(EnrolmentFilters):
    role = WordFilter(Enrolment.Role.values, help_text="In the course; without it, learners.")


_SIGNS = {"point": ".", "comma": ","}


class SheetQuery(StrictSerializer):
    decimal = serializers.ChoiceField(
        choices=[*_SIGNS],
        required=False,
        help_text="How numbers are written; else as the language has it.",
    )


class GradesheetViewSet(GradebookViewSet):
    tag = "gradebook"
    queryset = Enrolment.objects.none()
    filterset_class = SheetFilters

    def get_queryset(self) -> Any:
        """Return those of this platform's learners; of other roles only where asked for."""
        rows = self.named(Enrolment.objects.filter(course=self.course).select_related("section"))
        return rows if self.request.query_params.get("role") else rows.learners()


class GradesheetPageViewSet(GradesheetViewSet):
    @extend_schema("list_gradebook", responses=GradesheetPage, is_list=True)
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return a line for each of this platform's learners, with a cell for each column."""
        columns = gradesheet.columns(course=self.course)
        response = self.page(
            self.get_queryset(),
            LineSerializer,
            lambda found: gradesheet.lines(enrolments=found, columns=columns),
        )
        heads = LineItemSerializer.serialize_all(columns)
        response.data = {"line_items": heads, **response.data}
        return response


class GradesheetFileViewSet(GradesheetViewSet):
    renderer_classes = [JSONRenderer, CsvRenderer]
    pagination_class = None

    @extend_schema(
        "get_gradebook_csv", query=SheetQuery, responses={(200, "text/csv"): str}, is_list=True
    )
    def list(self, request: ApiRequest, **_names: str) -> Any:
        """Return the gradebook as one CSV file: titles, then percentages. Formulas are quoted.

        UTF-8 with a byte order mark, as spreadsheets expect it. With `decimal=comma`, the default
        for `Accept-Language: de` and others that write so, semicolons separate the values.
        """
        sign = self.query.get("decimal")
        decimal = _SIGNS[sign] if sign else str(get_format("DECIMAL_SEPARATOR"))
        rows = self.filter_queryset(self.get_queryset()).select_related("user")
        return streamed(
            request._request,
            gradesheet.as_csv(course=self.course, rows=rows, name="external_id", decimal=decimal),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{self.course.key}-gradebook.csv"'
            },
        )
