"""The whole gradebook of a course at once: as pages of JSON, or as one CSV file."""

from collections.abc import Sequence
from typing import Any

from django.utils.formats import get_format
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.credentials import course_of
from courses.api.filters import WordFilter
from courses.api.gradebook import GradebookView, LineItemSerializer
from courses.api.pinned import JSONRenderer
from courses.api.progress import EnrolmentFilters, named
from courses.api.schema import extend_schema
from courses.api.streaming import CsvRenderer
from courses.api.values import Moment, Number, StrictSerializer
from courses.domain import gradesheet
from courses.models import Course, Enrolment
from courses.streaming import streamed

Text = serializers.CharField
Whole = serializers.IntegerField


class CellSerializer(StrictSerializer):
    line_item = serializers.UUIDField(source="line_item.uuid")
    percent = Number(allow_null=True)
    has_passed = serializers.BooleanField(allow_null=True)
    pass_mark = Number(allow_null=True, help_text="The mark that the verdict rests on.")
    is_overridden = serializers.BooleanField()
    grading_progress = Text()
    submitted_at = Moment(allow_null=True)


class LineSerializer(StrictSerializer):
    external_id = Text()
    enrolment = serializers.UUIDField()
    role = Text()
    state = Text()
    cycle = Whole()
    completed_at = Moment(allow_null=True)
    cells = CellSerializer(many=True, help_text="Only where there is a result.")


class GradesheetPage(StrictSerializer):
    line_items = LineItemSerializer(many=True)
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


class GradesheetView(GradebookView):
    tag = "gradebook"
    queryset = Enrolment.objects.none()
    filterset_class = SheetFilters

    def rows(self, request: Request, course: Course) -> Any:
        """The enrolments that are asked for, of this platform's learners alone."""
        rows = named(Enrolment.objects.filter(course=course), self.client, "user")
        return rows if request.query_params.get("role") else rows.learners()


class Gradesheet(GradesheetView):
    @extend_schema("list_gradebook", responses=GradesheetPage, is_list=True)
    def get(self, request: Request, course: str) -> Response:
        """A line for each of this platform's learners, with a cell for each column."""
        place = course_of(request, course)
        columns = gradesheet.columns(course=place)

        def say(found: Sequence[Enrolment]) -> list[Any]:
            lines = gradesheet.lines(enrolments=found, columns=columns)
            return list(LineSerializer([_line(one) for one in lines], many=True).data)

        response = self.page(self.rows(request, place), say)
        response.data = {"line_items": LineItemSerializer(columns, many=True).data, **response.data}
        return response


class GradesheetFile(GradesheetView):
    renderer_classes = [JSONRenderer, CsvRenderer]
    pagination_class = None

    @extend_schema(
        "get_gradebook_csv", query=SheetQuery, responses={(200, "text/csv"): str}, is_list=True
    )
    def get(self, request: Request, course: str) -> Any:
        """The same as one file: titles, then per cents. What looks like a formula is quoted.

        UTF-8 with a byte order mark, as spreadsheets expect it. With `decimal=comma`, the default
        for `Accept-Language: de` and others that write so, semicolons part the values.
        """
        sign = self.query.get("decimal")
        decimal = _SIGNS[sign] if sign else str(get_format("DECIMAL_SEPARATOR"))
        place = course_of(request, course)
        rows = self.filter_queryset(self.rows(request, place)).select_related("user")
        return streamed(
            request._request,
            gradesheet.as_csv(course=place, rows=rows, name="external_id", decimal=decimal),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{place.key}-gradebook.csv"'},
        )


def _line(line: gradesheet.Line) -> dict[str, Any]:
    row: Any = line.enrolment
    return {
        "external_id": row.external_id,
        "enrolment": row.uuid,
        "role": row.role,
        "state": row.state,
        "cycle": row.cycle,
        "completed_at": row.completed_at,
        "cells": [cell for cell in line.cells if cell is not None],
    }
