"""Corrections of results: previewed, applied, read, undone. They concern the whole course."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.idempotent import idempotent
from courses.api.people import PlatformViewSet
from courses.api.schema import extend_schema
from courses.api.values import (
    Exact,
    RoundedNumber,
    StrictModelSerializer,
    StrictSerializer,
    UtcTime,
)
from courses.domain.regrading import batches, policies, previews
from courses.domain.regrading.changes import Correction
from courses.errors import Invalid, NotFound, Problem
from courses.models import (
    Question,
    QuestionVersion,
    Quiz,
    RegradeBatch,
    RegradeOutcome,
    RegradePreview,
)

Text = serializers.CharField
Whole = serializers.IntegerField
POLICIES = [one.key for one in policies.ALL]
MOST = 100


class RegradeChangeRequest(StrictSerializer):
    question = Text(max_length=80, help_text="Its key.")
    version = Whole(
        allow_null=True, default=None, help_text="By this version it is judged; null: as before."
    )
    points = Exact(
        max_digits=7, decimal_places=3, allow_null=True, default=None, help_text="Null: as before."
    )
    old = serializers.ListField(
        child=Whole(), default=list, max_length=MOST,
        help_text="Only responses to these versions are judged anew; empty: to all.",
    )  # fmt: skip


class RegradePreviewRequest(StrictSerializer):
    quizzes = serializers.ListField(
        child=Text(max_length=80), min_length=1, max_length=MOST, help_text="Keys."
    )
    changes = serializers.ListField(
        child=RegradeChangeRequest(), default=list, max_length=MOST, help_text="What changes."
    )
    has_rule = serializers.BooleanField(
        default=False,
        help_text="Whether the pass mark and grade method of now hold for everybody.",
    )


class PolicyEffect(StrictSerializer):
    policy = serializers.ChoiceField(POLICIES, help_text="A way to apply it.")
    rise = Whole(help_text="Learners whose result rises.")
    fall = Whole(help_text="Learners whose result falls.")
    gain = Whole(help_text="Learners who pass by it.")
    lose = Whole(help_text="Learners who no longer pass.")
    noted = Whole(help_text="Learners of whom something is left as it was.")


class RegradePreviewSerializer(StrictSerializer):
    id = serializers.UUIDField()
    created_at = UtcTime()
    is_ready = serializers.BooleanField(help_text="False while it is being worked out.")
    learners = Whole(help_text="Learners with a finished attempt, as far as they are counted.")
    policies = PolicyEffect(many=True, help_text="The ways to apply it, the harmless one first.")
    regrade = serializers.UUIDField(
        allow_null=True, help_text="The correction that was applied; null: none yet."
    )


def preview_values(row: RegradePreview) -> dict[str, Any]:
    """Return what `RegradePreviewSerializer` reads of a preview."""
    names = ("rise", "fall", "gain", "lose", "noted")
    return {
        "id": row.uuid,
        "created_at": row.created_at,
        "is_ready": row.computed_at is not None,
        "learners": row.counts.get("learners", 0),
        "policies": [
            {"policy": one.key} | {name: row.counts.get(one.key, {}).get(name, 0) for name in names}
            for one in previews.offered(row)
        ],
        "regrade": row.batch.uuid if row.batch is not None else None,
    }


class RegradeApplyRequest(StrictSerializer):
    policy = serializers.ChoiceField(POLICIES, help_text="One of those that the preview offers.")
    reason = Text(max_length=300, help_text="Kept with every grading.")
    notifies = serializers.BooleanField(
        default=True, help_text="Whether learners whose result changes are told."
    )


class RegradeSerializer(StrictModelSerializer):
    class Meta:
        model = RegradeBatch
        fields = (
            "id", "transform", "spares", "has_rule", "notifies", "reason", "state", "created_at",
            "applied_at", "undone_at",
        )  # fmt: skip
        extra_kwargs = {
            "transform": {"help_text": "`rule`, `full` or `drop`"},
            "spares": {"help_text": "Whether nobody falls."},
            "has_rule": {"help_text": "Whether it is also about the pass mark and method."},
            "state": {"help_text": "`applying`, `applied`, `stopped`, `undoing`, …"},
            "notifies": {"help_text": "Whether learners whose result changed are told."},
            "applied_at": {"help_text": "When it was done; null: not yet."},
            "undone_at": {"help_text": "When it was taken back; null: it holds."},
        }


class RegradeOutcomeSerializer(StrictModelSerializer):
    external_id = Text()
    percent_before = RoundedNumber(allow_null=True, help_text="The result before.")
    percent_after = RoundedNumber(allow_null=True, help_text="The result with the correction.")
    notes = serializers.ListField(child=Text(), help_text="What was left as it was, and why.")

    class Meta:
        model = RegradeOutcome
        fields = (
            "external_id", "enrolment", "line_item", "state", "passed_before", "passed_after",
            "undone_at",
        )  # fmt: skip
        extra_kwargs = {
            "state": {"help_text": "`changed` or `same`"},
            "passed_before": {"help_text": "Whether the learner had passed."},
            "passed_after": {"help_text": "Whether the learner passes with the correction."},
            "undone_at": {"help_text": "When it was taken back; null: it holds."},
        }


class CorrectingViewSet(PlatformViewSet):
    """Only with the scope `admin`: results of all platforms' learners change."""

    tag = "gradebook"
    lookup_url_kwarg = "uuid"
    lookup_value_converter = "uuid"


class RegradePreviewViewSet(CorrectingViewSet):
    scopes = {"create": "admin", "retrieve": "admin", "apply": "admin"}
    queryset = RegradePreview.objects.none()

    def get_queryset(self) -> QuerySet[RegradePreview]:
        return RegradePreview.objects.filter(course=self.course)

    @extend_schema(
        "create_regrade_preview",
        request=RegradePreviewRequest,
        responses={201: RegradePreviewSerializer},
    )
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Work out what a correction of results would do; of many learners in the background."""
        values = RegradePreviewRequest.validated(request.data)
        found = previews.start(
            course=self.course,
            quizzes=self._quizzes(values["quizzes"]),
            corrections=[self._correction(one) for one in values["changes"]],
            has_rule=values["has_rule"],
            by=None,
            now=timezone.now(),
        )
        return Response(RegradePreviewSerializer.serialize(preview_values(found)), status=201)

    @extend_schema("get_regrade_preview", responses=RegradePreviewSerializer)
    def retrieve(self, request: ApiRequest, uuid: UUID, **_names: str) -> Response:
        """Return the effects of each policy, as far as they are worked out."""
        found = previews.find(course=self.course, uuid=uuid)
        return Response(RegradePreviewSerializer.serialize(preview_values(found)))

    @extend_schema(
        "apply_regrade_preview", request=RegradeApplyRequest, responses={201: RegradeSerializer}
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def apply(self, request: ApiRequest, uuid: UUID, **_names: str) -> Response:
        """Apply the correction in one of its ways, in the background; a repeat changes nothing."""
        values = RegradeApplyRequest.validated(request.data)
        found = previews.find(course=self.course, uuid=uuid)
        batch = previews.apply(preview=found, by=None, now=timezone.now(), **values)
        return Response(RegradeSerializer.serialize(batch), status=201)

    def _quizzes(self, keys: list[str]) -> list[Quiz]:
        rows = {one.key: one for one in Quiz.objects.filter(course=self.course, key__in=keys)}
        return [_known(rows, key, "quizzes") for key in dict.fromkeys(keys)]

    def _correction(self, values: dict[str, Any]) -> Correction:
        rows = Question.objects.filter(course=self.course, key=values["question"])
        question = _known({one.key: one for one in rows}, values["question"], "question")
        wanted = [*values["old"], *([values["version"]] if values["version"] else [])]
        versions = {one.number: one for one in question.versions.filter(number__in=wanted)}
        version: QuestionVersion | None = None
        if values["version"] is not None:
            version = _known(versions, values["version"], "version")
        old = tuple(_known(versions, one, "old").pk for one in values["old"])
        return Correction(question, version, values["points"], old)


class RegradeViewSet(CorrectingViewSet):
    scopes = {"list": "admin", "retrieve": "admin", "undo": "admin", "resume": "admin"}
    queryset = RegradeBatch.objects.none()
    serializer_class = RegradeSerializer

    def get_queryset(self) -> QuerySet[RegradeBatch]:
        return RegradeBatch.objects.filter(course=self.course)

    def batch(self) -> RegradeBatch:
        """Return the correction that the address names. Raises NotFound."""
        rows = RegradeBatch.objects.filter(course=self.course, uuid=self.kwargs["uuid"])
        found = rows.select_related("course").first()
        if found is None:
            raise NotFound
        return found

    @extend_schema("list_regrades", responses=RegradeSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the corrections of a course's results."""
        return self.page(self.get_queryset(), RegradeSerializer)

    @extend_schema("get_regrade")
    def retrieve(self, request: ApiRequest, uuid: UUID, **_names: str) -> Response:
        """Return one correction."""
        return self.answer(self.batch())

    @extend_schema("undo_regrade", responses=RegradeSerializer)
    @action(detail=True, methods=["post"], has_body=False)
    @idempotent
    def undo(self, request: ApiRequest, uuid: UUID, **_names: str) -> Response:
        """Begin to undo the correction: every result goes back to what it was.

        409 while it is under way, undone already, or while a later one of the quiz is in force.
        """
        return self._acted(batches.undo)

    @extend_schema("resume_regrade", responses=RegradeSerializer)
    @action(detail=True, methods=["post"], has_body=False)
    @idempotent
    def resume(self, request: ApiRequest, uuid: UUID, **_names: str) -> Response:
        """Go on with a correction, or with undoing it, where it stopped. 409 where it did not."""
        return self._acted(batches.resume)

    def _acted(self, act: Any) -> Response:
        batch = self.batch()
        act(batch=batch, by=None, now=timezone.now())
        batch.refresh_from_db()
        return Response(RegradeSerializer.serialize(batch))


class RegradeOutcomeViewSet(CorrectingViewSet):
    scopes = {"list": "admin"}
    queryset = RegradeOutcome.objects.none()

    def get_queryset(self) -> Any:
        rows = RegradeOutcome.objects.filter(
            batch__course=self.course, batch__uuid=self.kwargs["regrade"]
        )
        return self.named(rows.select_related("enrolment", "line_item"), "enrolment__user")

    @extend_schema("list_regrade_outcomes", responses=RegradeOutcomeSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return what a correction did to each of this platform's learners."""
        return self.page(self.get_queryset(), RegradeOutcomeSerializer)


def _known(rows: dict[Any, Any], key: Any, field: str) -> Any:
    """Return the row of that key. Raises Invalid."""
    if key not in rows:
        raise Invalid(problems=[Problem(field, f"{key} is not known here.")])
    return rows[key]
