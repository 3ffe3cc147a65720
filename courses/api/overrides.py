"""A person's word on a whole result, and its taking back: each is one more row."""

from fractions import Fraction
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.credentials import reader_of
from courses.api.gradebook import GradebookView
from courses.api.idempotent import idempotent
from courses.api.paging import WholeList
from courses.api.schema import extend_schema
from courses.api.values import Exact, Moment, Number, StrictSerializer
from courses.domain import overrides
from courses.errors import NotFound
from courses.models import Enrolment, LineItem, ResultOverride


class OverrideRequest(StrictSerializer):
    scaled = Exact(
        max_digits=11,
        decimal_places=10,
        min_value=0,
        max_value=1,
        allow_null=True,
        help_text="0 to 1; null takes the override back.",
    )
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class OverrideSerializer(StrictSerializer):
    sequence = serializers.IntegerField()
    scaled = Number(allow_null=True)
    reason = serializers.CharField()
    given_at = Moment()


class Overrides(GradebookView):
    tag = "gradebook"
    pagination_class = WholeList

    @extend_schema("list_overrides", responses=OverrideSerializer(many=True))
    def get(self, request: Request, external_id: str, uuid: UUID) -> Response:
        """Every override of this learner's result in this column; the last one counts."""
        column, enrolment = self._cell(request, external_id, uuid)
        rows = ResultOverride.objects.filter(line_item=column, enrolment=enrolment)
        return self.page(rows.order_by("sequence"), OverrideSerializer)

    @extend_schema("override_result", request=OverrideRequest, responses={201: OverrideSerializer})
    @idempotent
    def post(self, request: Request, external_id: str, uuid: UUID) -> Response:
        """Set the result, whatever the attempts earned, also without any; or take that back."""
        values = OverrideRequest.validated(request.data)
        column, enrolment = self._cell(request, external_id, uuid)
        scaled = values["scaled"]
        row = overrides.override(
            line_item=column,
            enrolment=enrolment,
            scaled=None if scaled is None else Fraction(scaled),
            reason=values["reason"],
            by=None,
            now=timezone.now(),
        )
        return Response(OverrideSerializer(row).data, status=201)

    def _cell(self, request: Request, external_id: str, uuid: UUID) -> tuple[LineItem, Enrolment]:
        rows = LineItem.objects.filter(uuid=uuid, course__in=request.auth.courses())
        column = rows.select_related("course", "quiz").first()
        if column is None:
            raise NotFound
        return column, reader_of(request, external_id, column.course.key).enrolled()
