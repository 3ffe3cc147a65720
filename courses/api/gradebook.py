"""Columns and cells of the gradebook, and a person's judgement on a response."""

from fractions import Fraction
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.attempts import item_of, owned
from courses.api.credentials import course_of
from courses.api.filters import CohortFilter, SinceFilters
from courses.api.idempotent import idempotent
from courses.api.paging import WholeList
from courses.api.people import PlatformView
from courses.api.progress import named
from courses.api.schema import extend_schema
from courses.api.values import Exact, Moment, Number, StrictSerializer
from courses.domain import grading
from courses.errors import NotFound
from courses.models import Enrolment, LineItem, Result

Text = serializers.CharField
Whole = serializers.IntegerField


class LineItemSerializer(StrictSerializer):
    id = serializers.UUIDField(source="uuid")
    label = Text()
    quiz = Text(source="quiz.key", allow_null=True, default=None)
    score_maximum = Number()
    tag = Text()


class ResultSerializer(StrictSerializer):
    """A cell, in the words of LTI Assignment and Grade Services."""

    line_item = serializers.UUIDField(source="line_item.uuid")
    external_id = Text()
    enrolment = serializers.UUIDField(source="enrolment.uuid")
    attempt = serializers.UUIDField(source="attempt.uuid", allow_null=True, default=None)
    score_given = Number(allow_null=True)
    score_maximum = Number(allow_null=True)
    percent = Number(allow_null=True)
    has_passed = serializers.BooleanField(allow_null=True)
    pass_mark = Number(allow_null=True, help_text="The mark that the verdict rests on.")
    is_overridden = serializers.BooleanField()
    activity_progress = Text()
    grading_progress = Text()
    submitted_at = Moment(allow_null=True)
    updated_at = Moment()


class GradeRequest(StrictSerializer):
    scaled = Exact(max_digits=11, decimal_places=10, min_value=0, max_value=1, help_text="0 to 1")
    feedback = Text(
        max_length=10_000,
        allow_blank=True,
        default="",
        help_text="Markdown; the learner reads it beside the response.",
    )
    reason = Text(max_length=300, allow_blank=True, default="")


class GradingSerializer(StrictSerializer):
    sequence = Whole()
    kind = Text(help_text="`auto`, `person` or `regrade`")
    revision = Whole(source="response.revision", allow_null=True, default=None)
    scaled = Number(allow_null=True)
    score = Number(allow_null=True)
    feedback = Text(help_text="Markdown")
    reason = Text()
    graded_at = Moment()


_SHOWN = ("line_item", "enrolment", "attempt")


class GradebookView(PlatformView):
    tag = "gradebook"
    scopes = {"GET": "gradebook:read", "POST": "gradebook:write"}


class LineItems(GradebookView):
    @extend_schema("list_line_items", responses=LineItemSerializer(many=True))
    def get(self, request: Request, course: str) -> Response:
        """The columns of a course: one for each graded quiz that anybody has begun."""
        rows = LineItem.objects.filter(course=course_of(request, course)).select_related("quiz")
        return self.page(rows, LineItemSerializer)


class ResultFilters(SinceFilters):
    cohort = CohortFilter("enrolment__user")


class Results(GradebookView):
    queryset = Result.objects.none()
    filterset_class = ResultFilters

    @extend_schema("list_results", responses=ResultSerializer(many=True))
    def get(self, request: Request, uuid: UUID) -> Response:
        """What counts for each of this platform's learners in this column."""
        column = LineItem.objects.filter(uuid=uuid, course__in=request.auth.courses()).first()
        if column is None:
            raise NotFound
        results = Result.objects.filter(
            line_item=column, enrolment__in=Enrolment.objects.learners()
        )
        rows = named(results, self.client, "enrolment__user")
        return self.page(rows.select_related(*_SHOWN), ResultSerializer)


class LearnerResults(GradebookView):
    queryset = Result.objects.none()
    filterset_class = SinceFilters

    @extend_schema("list_learner_results", responses=ResultSerializer(many=True))
    def get(self, request: Request, external_id: str, course: str) -> Response:
        """What counts for one learner in every column of a course."""
        row, user = course_of(request, course), self.identity.user
        mine = Result.objects.filter(enrolment__course=row, enrolment__user=user)
        rows = named(mine, self.client, "enrolment__user")
        return self.page(rows.select_related(*_SHOWN), ResultSerializer)


class Gradings(GradebookView):
    pagination_class = WholeList

    @extend_schema("list_gradings", responses=GradingSerializer(many=True))
    def get(self, request: Request, external_id: str, uuid: UUID, position: int) -> Response:
        """Every judgement on what was answered here, in order; nothing is overwritten."""
        item = item_of(owned(request, external_id, uuid), position)
        rows = item.gradings.select_related("response").order_by("sequence")
        return self.page(rows, GradingSerializer)

    @extend_schema("grade_item", request=GradeRequest, responses={201: GradingSerializer})
    @idempotent
    def post(self, request: Request, external_id: str, uuid: UUID, position: int) -> Response:
        """A person's judgement: it replaces what stood before, and the result follows.

        Also the way to override a grade by rule. 409 while the attempt is open.
        """
        values = GradeRequest.validated(request.data)
        item = item_of(owned(request, external_id, uuid, is_graded=True), position)
        row = grading.grade_by_person(
            item=item,
            scaled=Fraction(values["scaled"]),
            by=None,
            now=timezone.now(),
            feedback=values["feedback"],
            reason=values["reason"],
        )
        return Response(GradingSerializer(row).data, status=201)
