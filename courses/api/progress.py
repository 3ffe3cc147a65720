"""How far learners are: one of them in detail, or everybody of the platform in a course."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.credentials import ApiRequest, reader_of
from courses.api.filters import (
    CohortFilter,
    FilterSet,
    SectionFilter,
    SinceFilter,
    WordFilter,
    YesNoFilter,
)
from courses.api.lessons import LearningView
from courses.api.paging import WholeList
from courses.api.people import PlatformView
from courses.api.schema import extend_schema
from courses.api.values import RoundedNumber, StrictModelSerializer, StrictSerializer
from courses.domain import mastery, progress
from courses.domain.outline import outline
from courses.models import Enrolment

ChoiceField = serializers.ChoiceField
Text = serializers.CharField
Whole = serializers.IntegerField
Truth = serializers.BooleanField


class ProgressSerializer(StrictModelSerializer):
    # Of an enrolment that `_noted` has given its progress.
    enrolment = serializers.UUIDField(source="uuid")
    percent = Whole(
        source="progress.percent", help_text="Of the required lessons and graded quizzes."
    )
    lessons_completed = Whole(
        source="progress.completed_count", help_text="How many lessons are completed."
    )
    lessons_total = Whole(source="progress.lesson_count", help_text="How many lessons there are.")
    is_complete = Truth(
        source="progress.is_complete", help_text="Whether everything that counts is done."
    )

    class Meta:
        model = Enrolment
        fields = (
            "course", "section", "enrolment", "role", "state", "cycle", "percent",
            "lessons_completed", "lessons_total", "is_complete", "completed_at",
        )  # fmt: skip
        extra_kwargs = {
            "section": {"help_text": "The class; null: the role holds for the whole course."},
            "state": {
                "help_text": "Of the enrolment: `active`, `suspended`, `withdrawn` or `ended`."
            },
        }


class CohortRow(ProgressSerializer):
    external_id = Text()


class StepState(StrictSerializer):
    key = Text(source="step.key")
    kind = ChoiceField(
        source="step.url_kind", choices=("lesson", "quiz"), help_text="`lesson` or `quiz`"
    )
    state = ChoiceField(choices=progress.STATES, help_text="`new`, `started` or `completed`")


class ModuleProgressSerializer(StrictSerializer):
    key = Text(source="module.key")
    percent = Whole()
    steps = StepState(many=True, help_text="Lessons and quizzes, in their order.")


class MasterySerializer(StrictSerializer):
    objective = Text(source="objective.key")
    count = Whole(help_text="Questions answered so far.")
    share = RoundedNumber(allow_null=True, help_text="0 to 1; null before the first.")
    is_met = Truth(help_text="True from a share of 0.8 on, with three responses on two days.")


class ProgressDetail(ProgressSerializer):
    next_step = Text(
        source="progress.next_step.key",
        allow_null=True,
        help_text="What is next on the path of the course; null: nothing can be done now.",
    )
    modules = ModuleProgressSerializer(source="progress.modules", many=True)
    objectives = MasterySerializer(many=True)


class ProgressView(LearningView):
    """Progress, for credentials that may enrol learners or read their grades."""

    tag = "progress"

    def scope_for(self, method: str | None) -> str | None:
        auth = self.request and self.request.auth
        return "gradebook:read" if auth and auth.has("gradebook:read") else "learning:write"


class MyCourses(ProgressView):
    reads_section = False
    queryset = Enrolment.objects.none()
    pagination_class = WholeList

    @extend_schema("list_progress", responses=ProgressSerializer(many=True))
    def get(self, request: ApiRequest, external_id: str) -> Response:
        """Return the learner's courses and how far they are in each."""
        person = request.auth.person(external_id)
        reached = set(request.auth.courses().values_list("pk", flat=True))
        found = progress.my_courses(by=person, now=timezone.now())
        rows = [_noted(one.enrolment, one.progress) for one in found if one.course.pk in reached]
        return self.page(rows, ProgressSerializer)


class OneProgress(ProgressView):
    @extend_schema("get_progress", responses=ProgressDetail)
    def get(self, request: ApiRequest, external_id: str, course: str) -> Response:
        """Return every step of the course, and mastery by objective, as the learner may know it."""
        reader = reader_of(request, external_id, course, self.section_key)
        enrolment, plan, now = reader.enrolled(), outline(reader.course), timezone.now()
        found = progress.course_progress(enrolment=enrolment, outline=plan, now=now)
        row = _noted(enrolment, found)
        row.objectives = mastery.by_objective(enrolment=enrolment, now=now)
        return Response(ProgressDetail.serialize(row))


class EnrolmentFilters(FilterSet):
    """What lists of the people in a course are asked for."""

    state = WordFilter(Enrolment.State.values, help_text="Of the enrolment.")
    role = WordFilter(Enrolment.Role.values, help_text="In the course.")
    cycle = WordFilter(
        ["latest"], method="in_cycle", help_text="`latest`: without the cycles before."
    )
    section = SectionFilter()
    cohort = CohortFilter()

    def in_cycle(self, rows: Any, _name: str, _value: str) -> Any:
        return rows.latest_cycle()


class ProgressFilters(EnrolmentFilters):
    completed = YesNoFilter(
        "completed_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="Only who has, or has not, completed it.",
    )
    updated_since = SinceFilter(
        method="changed", help_text="Only where something happened from this time on."
    )

    def changed(self, rows: Any, _name: str, value: datetime) -> Any:
        return rows.updated_since(value)


class CohortProgress(PlatformView):
    tag = "progress"
    queryset = Enrolment.objects.none()
    filterset_class = ProgressFilters
    scopes = "gradebook:read"

    @extend_schema("list_course_progress", responses=CohortRow(many=True))
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return this platform's people in the course, each with their progress.

        Ask `updated_since` with a minute of overlap: what happened may be stored a moment later.
        """
        plan, now = outline(self.course), timezone.now()

        def noted(found: list[Enrolment]) -> list[Any]:
            known = progress.of_all(enrolments=found, outline=plan, now=now)
            return [_noted(one, known[one.pk]) for one in found]

        return self.page(
            self.named(self.course.enrolments.select_related("section")), CohortRow, noted
        )


def _noted(enrolment: Any, found: progress.CourseProgress) -> Any:
    """Return the enrolment with its progress, as the serializers read it."""
    enrolment.progress = found
    return enrolment
