"""Versions of a question: written, looked at, published. What a learner may have met stays."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from courses.api.authoring import bank
from courses.api.authoring.base import AuthoringViewSet, one
from courses.api.authoring.fields import NEW_STATUS, Text, Whole, WordChoice, answered, changes
from courses.api.credentials import ApiRequest
from courses.api.idempotent import idempotent
from courses.api.paging import KeyPagination
from courses.api.parameters import WholeNumber, YesNo
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.serializers_learning import StimulusSerializer as SharedText
from courses.api.values import StrictModelSerializer, StrictSerializer
from courses.domain.authoring import edits
from courses.models import Question, QuestionVersion

NUMBER = "[1-9][0-9]{0,8}"


class VersionValues(StrictSerializer):
    type = Text(max_length=40, help_text="The key of a question type.")
    data: Any = serializers.DictField(help_text="What its type understands; see `question-types`.")
    note = Text(max_length=300, allow_blank=True, default="", help_text="What changed.")


class NewVersion(VersionValues):
    status = WordChoice(choices=NEW_STATUS, default="draft")


class VersionRow(StrictModelSerializer):
    class Meta:
        model = QuestionVersion
        fields = ("number", "type", "status", "note", "created_at")


VersionSerializer = answered(VersionValues, "VersionSerializer", **VersionRow().fields)
VersionChanges = changes(VersionValues, VersionSerializer, "VersionChanges")


class PreviewSerializer(StrictSerializer):
    seed = Whole(help_text="The number that the random draws come from.")
    type = Text()
    content = serializers.DictField(help_text="As in an attempt; texts are Markdown.")
    stimulus = SharedText(allow_null=True)
    solution = serializers.DictField(
        allow_null=True, help_text="A response that earns full marks, if one was asked for."
    )
    reviewed = serializers.DictField(
        allow_null=True, help_text="`content` as the review of that response shows it."
    )
    hints = serializers.ListField(child=Text(), help_text="The hints, in their order; Markdown.")


class PreviewQuery(StrictSerializer):
    seed = WholeNumber(
        min_value=0,
        max_value=2**31 - 1,
        default=0,
        help_text="The same seed gives the same order and the same drawn numbers; 0 if not given.",
    )
    solution = YesNo(default=False, help_text="Show the solution too.")


class NumberPagination(KeyPagination):
    ordering = "number"


class VersionViewSet(AuthoringViewSet):
    tag = "authoring-questions"
    queryset = QuestionVersion.objects.none()
    pagination_class = NumberPagination
    serializer = VersionSerializer
    lookup_field = "number"
    lookup_url_kwarg = "number"
    lookup_value_converter = "version_number"

    def question(self, *, is_locked: bool = False) -> Question:
        rows = bank.questions(self.course(is_locked=is_locked))
        return one(rows, key=self.kwargs["question"])

    def get_queryset(self) -> QuerySet[QuestionVersion]:
        return self.question().versions.all()

    def row(self, *, is_locked: bool = False) -> QuestionVersion:
        question = self.question(is_locked=is_locked)
        found = one(question.versions.all(), number=int(self.kwargs["number"]))
        found.question = question
        return found

    @extend_schema("list_versions", responses=VersionRow(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the versions of a question, the first one first, without their content."""
        return self.page(self.get_queryset().defer("data"), VersionRow)

    @extend_schema(
        "create_version",
        request=NewVersion,
        responses={200: VersionSerializer, 201: VersionSerializer},
    )
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Create the next version, as a draft or ready. 200 when it equals the latest."""
        with transaction.atomic():
            row = self.question(is_locked=True)
            values = NewVersion.validated(request.data)
            is_ready = values.pop("status") == "ready"
            latest = row.versions.order_by("-number").values_list("number", flat=True).first()
            made = edits.write_version(
                question=row, is_ready=is_ready, by=None, origin=self.origin, **values
            )
        return self.created(made, made.number, status=201 if made.number != latest else 200)

    @extend_schema("get_version", responses=VersionSerializer)
    def retrieve(self, request: ApiRequest, **_names: str) -> Response:
        """Return one version with its content and solution."""
        return self.answer(self.row())

    @extend_schema(
        "put_version", parameters=[IF_MATCH], request=VersionChanges, responses=VersionSerializer
    )
    def update(self, request: ApiRequest, **_names: str) -> Response:
        """Replace a draft. 409 when it is ready or used: then create the next version."""
        with self.changing() as row:
            values = VersionChanges.validated(request.data)
            return self.answer(edits.replace_draft(version=row, origin=self.origin, **values))

    @extend_schema("publish_version", parameters=[IF_MATCH], responses=VersionSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def publish(self, request: ApiRequest, **_names: str) -> Response:
        """Publish the draft: learners get it from their next attempt on. Safe to repeat."""
        with self.changing() as row:
            return self.answer(edits.publish_draft(version=row, origin=self.origin))

    @extend_schema("preview_version", query=PreviewQuery, responses=PreviewSerializer)
    @action(detail=True)
    def preview(self, request: ApiRequest, **_names: str) -> Response:
        """Show what a learner would see, on request with the solution. Nothing is stored."""
        row, seed = self.row(), self.query["seed"]
        found = edits.preview_version(version=row, seed=seed, has_solution=self.query["solution"])
        values = {**vars(found), "seed": seed, "type": row.type, "stimulus": row.question.stimulus}
        return Response(PreviewSerializer.serialize(values))
