"""Marking by a program: what waits, a claim on a response, its mark, the release of marks."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.course_work import KEY
from courses.api.credentials import ApiRequest
from courses.api.filters import FilterSet, KeyFilter, SectionFilter
from courses.api.gradebook import GradebookViewSet, GradingSerializer, Share
from courses.api.idempotent import idempotent
from courses.api.schema import extend_schema
from courses.api.values import ResponseValue, RoundedNumber, StrictSerializer, UtcTime
from courses.domain.marking import claims, giving, queue, release
from courses.domain.person_marks import PartMark
from courses.errors import NotFound
from courses.models import Attempt, AttemptItem, Enrolment, Quiz

Text = serializers.CharField
Whole = serializers.IntegerField
Id = serializers.UUIDField
LONGEST = 10_000
_PATHS = ("attempt__enrolment", "attempt__quiz", "version__question")


class WaitingSerializer(StrictSerializer):
    """A response that waits for a person's mark."""

    id = Id(source="uuid", help_text="Name it to claim and mark the response.")
    external_id = Text(
        source="shown_external_id",
        allow_null=True,
        help_text="Your id of the learner; null where the quiz is marked without names.",
    )
    attempt = Id(source="shown_attempt", allow_null=True, help_text="Null where names are hidden.")
    quiz = Text(source="attempt.quiz.key")
    position = Whole()
    question = Text(source="version.question.key")
    version = Whole(source="version.number")
    type = Text(source="version.type")
    points = RoundedNumber(source="worth")
    response = ResponseValue(source="value", help_text="What was answered.")
    submitted_at = UtcTime(source="attempt.submitted_at")
    based_on = Whole(source="mark_revision", help_text="Send it along with the mark.")
    marks = Whole(source="mark_count", help_text="Marks that were given where two are needed.")


class ClaimSerializer(StrictSerializer):
    until = UtcTime(help_text="When others may take the response; a new claim renews it.")


class MarkRequest(StrictSerializer):
    levels = serializers.DictField(
        child=Whole(min_value=0, max_value=100),
        default=dict,
        help_text="By the key of each criterion of the rubric: the level, from 0.",
    )
    comments = serializers.DictField(
        child=Text(max_length=LONGEST),
        default=dict,
        help_text="By the key of a criterion: what the learner reads about it; Markdown.",
    )
    scaled = Share(
        allow_null=True,
        default=None,
        help_text="0 to 1: the whole mark without levels, or another sum than theirs.",
    )
    feedback = Text(
        max_length=LONGEST,
        allow_blank=True,
        default="",
        help_text="Markdown; the learner reads it beside the response.",
    )
    reason = Text(
        max_length=300,
        allow_blank=True,
        default="",
        help_text="Needed where `scaled` is not the sum of the levels.",
    )
    based_on = Whole(min_value=0, max_value=2**31 - 1, help_text="The `based_on` you saw.")


class MarkedSerializer(StrictSerializer):
    state = serializers.ChoiceField(
        ("graded", "second", "differs"),
        help_text="`graded`, `second` (another marker is needed) or `differs` (an agreed mark is).",
    )
    grading = GradingSerializer(allow_null=True, help_text="What counts; null: nothing yet.")


class ReleaseRequest(StrictSerializer):
    quiz = Text(max_length=80, help_text="The key of the quiz.")


class ReleasedSerializer(StrictSerializer):
    released = Whole(help_text="How many attempts were released.")


class WaitingFilters(FilterSet):
    quiz = KeyFilter(KEY, "attempt__quiz__key", help_text="Only of the quiz with this key.")
    section = SectionFilter("attempt__enrolment__section")


class MarkableViewSet(GradebookViewSet):
    """Responses of this platform's learners in a course that a person marks."""

    tag = "gradebook"
    scopes = {
        "list": "gradebook:read",
        "create": "gradebook:write",
        "update": "gradebook:write",
        "destroy": "gradebook:write",
    }
    queryset = AttemptItem.objects.none()

    def get_queryset(self) -> Any:
        rows = queue.of_learners(course=self.course).filter(version__type__in=queue.by_person())
        return self.named(rows.select_related(*_PATHS), "attempt__enrolment__user")

    def named_item(self) -> AttemptItem:
        """Return the item that the address names. Raises NotFound."""
        row: AttemptItem | None = self.get_queryset().filter(uuid=self.kwargs["uuid"]).first()
        if row is None:
            raise NotFound
        return row


class MarkingViewSet(MarkableViewSet):
    filterset_class = WaitingFilters

    def get_queryset(self) -> Any:
        return queue.counted(rows=queue.pending(rows=super().get_queryset()))

    @extend_schema("list_marking", responses=WaitingSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return what waits for a person's mark."""

        def prepare(found: Any) -> list[AttemptItem]:
            rows = list(found)
            for row in rows:
                is_named = not row.attempt.quiz.anonymous_marking
                row.shown_external_id = row.external_id if is_named else None
                row.shown_attempt = row.attempt.uuid if is_named else None
            return rows

        return self.page(self.get_queryset(), WaitingSerializer, prepare)


class MarkingClaimViewSet(MarkableViewSet):
    has_body = False

    @extend_schema("claim_item", responses=ClaimSerializer)
    def update(self, request: ApiRequest, **_names: str) -> Response:
        """Claim the response for 15 minutes, or renew that. Safe to repeat.

        409 while somebody else has it. Marking needs no claim.
        """
        claim = claims.take(item=self.named_item(), by=self.client, now=timezone.now())
        return Response(ClaimSerializer.serialize(claim))

    @extend_schema("end_claim", responses={204: None})
    def destroy(self, request: ApiRequest, **_names: str) -> Response:
        """Give up your claim on the response. Safe to repeat."""
        claims.let_go(item=self.named_item(), by=self.client)
        return Response(status=204)


class MarkViewSet(MarkableViewSet):
    @extend_schema("mark_item", request=MarkRequest, responses={201: MarkedSerializer})
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Mark a response by the levels of its rubric, or by a share of its points.

        Where the quiz asks for two markers, it counts once two marks are near each other or an
        agreed one is given. 409 where somebody marked since `based_on`.
        """
        values = MarkRequest.validated(request.data)
        levels, comments = values.pop("levels"), values.pop("comments")
        parts = [PartMark(key, level, comments.get(key, "")) for key, level in levels.items()]
        given = giving.give(
            item=self.named_item(), parts=parts, by=self.client, now=timezone.now(), **values
        )
        return Response(MarkedSerializer.serialize(given), status=201)


class MarkReleaseViewSet(GradebookViewSet):
    tag = "gradebook"
    reads_section = True
    queryset = Attempt.objects.none()

    def get_queryset(self) -> Any:
        rows = Attempt.objects.filter(enrolment__in=Enrolment.objects.learners())
        rows = rows.filter(enrolment__course=self.course)
        return self.named(release.held_among(rows=rows), "enrolment__user")

    @extend_schema("release_marks", request=ReleaseRequest, responses=ReleasedSerializer)
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Release the marks that a quiz holds, of this platform's learners. Safe to repeat.

        With `section` those of one class. What still waits for a mark stays held.
        """
        key = ReleaseRequest.validated(request.data)["quiz"]
        quiz = Quiz.objects.filter(course=self.course, key=key).first()
        if quiz is None:
            raise NotFound
        rows = self.get_queryset().filter(quiz=quiz)
        if self.section_key:
            rows = rows.filter(enrolment__section__key=self.section_key)
        count = release.release(attempts=rows, by=self.client, now=timezone.now())
        return Response({"released": count})
