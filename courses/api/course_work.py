"""Results, attempts and responses of all of a platform's learners in a course, in long lists."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from courses.api import streaming
from courses.api.credentials import ApiRequest
from courses.api.filters import (
    CohortFilter,
    FilterSet,
    KeyFilter,
    SectionFilter,
    SinceFilter,
    WordFilter,
)
from courses.api.gradebook import GradebookViewSet, ResultSerializer
from courses.api.parameters import refused
from courses.api.schema import extend_schema
from courses.api.values import (
    Facts,
    RoundedNumber,
    StrictModelSerializer,
    StrictSerializer,
    UtcTime,
)
from courses.domain import course_work
from courses.models import Attempt, Enrolment, Response, Result

Text = serializers.CharField
Whole = serializers.IntegerField
Truth = serializers.BooleanField
Id = serializers.UUIDField

KEY = r"[-\w]{1,80}"
_SHOWN = "Whether the learner sees the score already. Show it to nobody before."
_QUIZ = "Only of the quiz with this key."


class CourseResultSerializer(ResultSerializer):
    quiz = Text(source="line_item.quiz.key", allow_null=True)
    is_shown = Truth(help_text=_SHOWN)


class CourseAttemptSerializer(StrictModelSerializer):
    external_id = Text()
    is_shown = Truth(help_text=_SHOWN)

    class Meta:
        model = Attempt
        fields = (
            "id", "external_id", "enrolment", "quiz", "number", "state", "started_at",
            "deadline_at", "submitted_at", "closed_by", "score", "score_maximum", "percent",
            "has_passed", "is_shown", "is_void",
        )  # fmt: skip
        extra_kwargs = {
            "is_void": {"help_text": "Whether it counts nowhere: staff made it void."},
            "state": {"help_text": "`open`, `submitted` (a person must grade) or `graded`"},
        }


class CourseResponseSerializer(StrictSerializer):
    external_id = Text()
    enrolment = Id(source="item.attempt.enrolment.uuid")
    attempt = Id(source="item.attempt.uuid")
    quiz = Text(source="item.attempt.quiz.key")
    position = Whole(source="item.position")
    question = Text(source="item.version.question.key")
    version = Whole(source="item.version.number")
    type = Text(source="item.version.type")
    revision = Whole()
    is_current = Truth(help_text="False when another response replaced it.")
    value = Facts(allow_null=True, help_text="null where the response was taken away.")
    received_at = UtcTime()
    channel = Text()
    points = RoundedNumber(source="item.worth")
    score = RoundedNumber(source="grading.score", allow_null=True, help_text="null: not graded.")
    scaled = RoundedNumber(source="grading.scaled", allow_null=True, help_text="0 to 1")
    graded_at = UtcTime(source="grading.graded_at", allow_null=True)
    is_shown = Truth(help_text=_SHOWN)


class CourseResultFilters(FilterSet):
    quiz = KeyFilter(KEY, "line_item__quiz__key", help_text=_QUIZ)
    state = WordFilter(Enrolment.State.values, "enrolment__state", help_text="Of the enrolment.")
    updated_since = SinceFilter(help_text="Only what changed from this time on.")
    section = SectionFilter("enrolment__section")
    cohort = CohortFilter("enrolment__user")


class CourseAttemptFilters(FilterSet):
    quiz = KeyFilter(KEY, "quiz__key", help_text=_QUIZ)
    state = WordFilter(Attempt.State.values, help_text="Of the attempt.")
    updated_since = SinceFilter(
        method="since", help_text="Only what was started, submitted or graded from this time on."
    )
    section = SectionFilter("enrolment__section")
    cohort = CohortFilter("enrolment__user")

    def since(self, rows: Any, _name: str, moment: datetime) -> QuerySet[Attempt]:
        return course_work.attempts_since(rows, moment=moment)


class CourseResponseFilters(FilterSet):
    quiz = KeyFilter(KEY, "item__attempt__quiz__key", help_text=_QUIZ)
    state = WordFilter(Attempt.State.values, "item__attempt__state", help_text="Of the attempt.")
    updated_since = SinceFilter(
        method="since", help_text="Only what was stored or graded from this time on."
    )
    section = SectionFilter("item__attempt__enrolment__section")
    cohort = CohortFilter("item__attempt__enrolment__user")

    def since(self, rows: Any, _name: str, moment: datetime) -> QuerySet[Response]:
        return course_work.responses_since(rows, moment=moment)


def _answers(serializer: type[StrictSerializer]) -> dict[tuple[int, str], Any]:
    return {
        (200, "application/json"): serializer(many=True),
        (200, "application/x-ndjson"): str,
        (200, "text/csv"): str,
    }


class CourseWorkViewSet(GradebookViewSet):
    """A list of a course that is read in pages, or as a whole in a file."""

    tag = "gradebook"
    renderer_classes = streaming.RENDERERS
    user_path: ClassVar[str] = "enrolment__user"
    rows: ClassVar[Callable[..., QuerySet[Any]]]
    complete: ClassVar[Callable[..., Sequence[Any]]]

    def get_queryset(self) -> Any:
        return self.named(type(self).rows(course=self.course), self.user_path)

    def listed(self, name: str) -> Any:
        """Answer with a page of the rows, or with all of them in a file of this name."""
        rows, complete, now = self.get_queryset(), type(self).complete, timezone.now()
        if self.request.accepted_renderer.format == "json":
            return self.page(rows, self.serializer_class, lambda found: complete(found, now=now))
        for parameter in sorted(self.paginator_names & set(self.request.query_params)):
            raise refused(parameter, _("A file contains the whole list, so it has no pages."))
        chunks = course_work.chunks(self.filter_queryset(rows), complete=complete, now=now)
        name = f"{self.course.key}-{name}"
        return streaming.streamed(self.request, chunks, self.serializer_class, name=name)


class CourseResultViewSet(CourseWorkViewSet):
    queryset = Result.objects.none()
    filterset_class = CourseResultFilters
    serializer_class = CourseResultSerializer
    rows = staticmethod(course_work.results)
    complete = staticmethod(course_work.complete_results)

    @extend_schema("list_course_results", responses=_answers(CourseResultSerializer))
    def list(self, request: ApiRequest, **_names: str) -> Any:
        """Return what counts for each of this platform's learners in each column of the course.

        In pages of JSON; as a whole with `Accept: application/x-ndjson` or `text/csv`, or `format`.
        """
        return self.listed("results")


class CourseAttemptViewSet(CourseWorkViewSet):
    queryset = Attempt.objects.none()
    filterset_class = CourseAttemptFilters
    serializer_class = CourseAttemptSerializer
    rows = staticmethod(course_work.attempts)
    complete = staticmethod(course_work.complete_attempts)

    @extend_schema("list_course_attempts", responses=_answers(CourseAttemptSerializer))
    def list(self, request: ApiRequest, **_names: str) -> Any:
        """Return every attempt of this platform's learners at the quizzes of the course.

        In pages of JSON; as a whole with `Accept: application/x-ndjson` or `text/csv`, or `format`.
        """
        return self.listed("attempts")


class CourseResponseViewSet(CourseWorkViewSet):
    queryset = Response.objects.none()
    filterset_class = CourseResponseFilters
    serializer_class = CourseResponseSerializer
    user_path = "item__attempt__enrolment__user"
    rows = staticmethod(course_work.responses)
    complete = staticmethod(course_work.complete_responses)

    @extend_schema("list_course_responses", responses=_answers(CourseResponseSerializer))
    def list(self, request: ApiRequest, **_names: str) -> Any:
        """Return every response of this platform's learners in the course, with what it earned.

        Responses that were replaced are included.

        In pages of JSON; as a whole with `Accept: application/x-ndjson` or `text/csv`, or `format`.
        """
        return self.listed("responses")
